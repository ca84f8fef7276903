//! Public rooms.

use slsk_wire::Text;
use slsk_wire::server::{
    CantJoinRoom, GlobalRoomMessage, JoinGlobalRoom, JoinRoomRequest, LeaveGlobalRoom, LeaveRoom,
    RoomListRequest, RoomListResponse, RoomMessage, RoomTicker, RoomTickerAdded, RoomTickerRemoved,
    SayInRoom, SetRoomTicker, UserLeftRoom,
};

use super::*;

fn join(hall: &mut Hall, conn: ConnId, room: &str) -> Vec<ServerResponse> {
    hall.ask(conn, JoinRoomRequest::new(room, false));
    hall.heard(conn)
}

fn say(hall: &mut Hall, conn: ConnId, room: &str, message: &str) {
    let said = SayInRoom {
        room: room.into(),
        message: message.into(),
    };
    hall.ask(conn, said);
}

/// What the user `server` has said to somebody.
fn told(heard: &[ServerResponse]) -> Option<String> {
    heard.iter().find_map(|message| match message {
        ServerResponse::PrivateMessage(message) if message.username == "server" => {
            Some(message.message.to_string())
        }
        _ => None,
    })
}

#[test]
fn who_joins_meets_everybody() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    join(&mut hall, ada, "jazz");
    let heard = join(&mut hall, bob, "jazz");
    let [
        ServerResponse::UserJoinedRoom(own),
        ServerResponse::JoinRoom(room),
        ServerResponse::RoomTickers(tickers),
    ] = &heard[..]
    else {
        panic!("not in this order: {heard:?}");
    };
    assert_eq!(
        (&*own.username.to_str(), &*own.room.to_str()),
        ("bob", "jazz")
    );
    assert_eq!(room.users, [Text::from("ada"), Text::from("bob")]);
    assert_eq!((room.members().count(), &room.owner), (2, &None));
    assert_eq!(tickers.tickers, []);
    let ServerResponse::UserJoinedRoom(joined) = hall.answer(ada) else {
        panic!("ada does not hear of bob");
    };
    assert_eq!(joined.username, "bob");
    // Once is enough.
    assert_eq!(join(&mut hall, bob, "jazz"), []);
}

#[test]
fn what_is_said_reaches_who_is_there_and_who_listens() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob, carol] = hall.users(["ada", "bob", "carol"]);
    join(&mut hall, ada, "jazz");
    join(&mut hall, bob, "jazz");
    hall.ask(carol, JoinGlobalRoom);
    hall.said.clear();
    say(&mut hall, ada, "jazz", "hello");
    let message = RoomMessage {
        room: "jazz".into(),
        username: "ada".into(),
        message: "hello".into(),
    };
    for conn in [ada, bob] {
        assert_eq!(hall.answer(conn), message.clone().into());
    }
    let message = GlobalRoomMessage {
        room: "jazz".into(),
        username: "ada".into(),
        message: "hello".into(),
    };
    assert_eq!(hall.answer(carol), message.into());
    hall.ask(carol, LeaveGlobalRoom);
    // Who is not there is not heard, nor two lines, nor too much.
    say(&mut hall, carol, "jazz", "hello");
    say(&mut hall, ada, "jazz", "two\nlines");
    say(&mut hall, ada, "jazz", &"x".repeat(2049));
    assert_eq!(hall.said, []);
    say(&mut hall, ada, "jazz", "");
    assert_eq!(hall.said.len(), 2);
}

#[test]
fn who_leaves_or_disappears_is_missed() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob, carol] = hall.users(["ada", "bob", "carol"]);
    for conn in [ada, bob, carol] {
        join(&mut hall, conn, "jazz");
    }
    hall.said.clear();
    let leave = LeaveRoom {
        room: "jazz".into(),
    };
    hall.ask(bob, leave.clone());
    assert_eq!(hall.answer(bob), leave.clone().into());
    let left = |username: &str| {
        ServerResponse::from(UserLeftRoom {
            room: "jazz".into(),
            username: username.into(),
        })
    };
    assert_eq!(hall.answer(ada), left("bob"));
    hall.hang_up(carol);
    assert_eq!(hall.answer(ada), left("carol"));
    hall.ask(bob, leave.clone());
    assert_eq!(hall.heard(bob), []);
    // An empty room is gone.
    hall.ask(ada, leave);
    hall.said.clear();
    hall.ask(ada, RoomListRequest);
    assert_eq!(hall.answer(ada), RoomListResponse::default().into());
}

#[test]
fn the_list_has_all_rooms_and_that_of_the_login_the_large_ones() {
    let mut hall = Hall::new(ServerConfig {
        room_list_min_users: 2,
        ..ServerConfig::default()
    });
    let [ada, bob] = hall.users(["ada", "bob"]);
    join(&mut hall, ada, "small");
    join(&mut hall, ada, "large");
    join(&mut hall, bob, "large");
    hall.said.clear();
    hall.ask(ada, RoomListRequest);
    let list = |rooms: &[(&str, u32)]| {
        ServerResponse::from(RoomListResponse {
            rooms: rooms.iter().map(|(name, _)| Text::from(*name)).collect(),
            room_users: rooms.iter().map(|(_, users)| *users).collect(),
            ..RoomListResponse::default()
        })
    };
    assert_eq!(hall.answer(ada), list(&[("large", 2), ("small", 1)]));
    hall.wait(Duration::from_secs(1));
    let carol = hall.connect();
    hall.ask(carol, LoginRequest::new("carol", "pw", 177, 1));
    assert!(hall.heard(carol).contains(&list(&[("large", 2)])));
}

#[test]
fn a_bad_name_is_explained() {
    let mut hall = Hall::new(ServerConfig::default());
    let ada = hall.user("ada");
    let long = "x".repeat(25);
    for (name, problem) in [
        ("", "Room name empty."),
        (&*long, "longer than 24 characters."),
        (" x", "contains leading or trailing spaces."),
        ("x  x", "contains multiple following spaces."),
        ("é", "contains invalid characters."),
    ] {
        let heard = join(&mut hall, ada, name);
        let text = told(&heard).expect("an explanation");
        assert!(text.starts_with("Could not create room. Reason: Room name"));
        assert!(text.ends_with(problem), "{text}");
        assert_eq!(heard.len(), 1);
    }
}

#[test]
fn there_are_no_private_rooms() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    hall.ask(ada, JoinRoomRequest::new("mine", true));
    let heard = hall.heard(ada);
    let room = "mine".into();
    assert_eq!(heard[0], CantJoinRoom { room }.into());
    assert!(told(&heard).is_some());
    // A public one is joined all the same.
    join(&mut hall, ada, "jazz");
    hall.ask(bob, JoinRoomRequest::new("jazz", true));
    let heard = hall.heard(bob);
    assert_eq!(heard.len(), 4);
    let text = "Room (jazz) is registered as public.";
    assert_eq!(told(&heard).as_deref(), Some(text));
}

#[test]
fn there_are_not_more_rooms_than_the_limits_say() {
    let mut hall = Hall::limited(ServerLimits {
        rooms: 2,
        rooms_per_user: 1,
        ..ServerLimits::default()
    });
    let [ada, bob, carol] = hall.users(["ada", "bob", "carol"]);
    assert_eq!(join(&mut hall, ada, "one").len(), 3);
    assert!(told(&join(&mut hall, ada, "two")).is_some());
    assert_eq!(join(&mut hall, bob, "two").len(), 3);
    assert!(told(&join(&mut hall, carol, "three")).is_some());
    assert_eq!(join(&mut hall, carol, "two").len(), 3);
}

#[test]
fn tickers_are_set_replaced_cleared_and_kept() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    join(&mut hall, ada, "jazz");
    join(&mut hall, bob, "jazz");
    hall.said.clear();
    let set = |ticker: &str| SetRoomTicker {
        room: "jazz".into(),
        ticker: ticker.into(),
    };
    let added = |ticker: &str| {
        ServerResponse::from(RoomTickerAdded {
            room: "jazz".into(),
            username: "ada".into(),
            ticker: ticker.into(),
        })
    };
    let removed = || {
        ServerResponse::from(RoomTickerRemoved {
            room: "jazz".into(),
            username: "ada".into(),
        })
    };
    hall.ask(ada, set("hi"));
    assert_eq!(hall.heard(bob), [added("hi")]);
    hall.ask(ada, set("ho"));
    assert_eq!(hall.heard(bob), [removed(), added("ho")]);
    hall.ask(ada, set(&"x".repeat(1025)));
    assert_eq!(hall.heard(bob), []);
    // It stays when its user goes.
    hall.hang_up(ada);
    hall.said.clear();
    let ada = hall.user("ada");
    let heard = join(&mut hall, ada, "jazz");
    let Some(ServerResponse::RoomTickers(told)) = heard.last() else {
        panic!("no tickers: {heard:?}");
    };
    let ticker = RoomTicker {
        username: "ada".into(),
        ticker: "ho".into(),
    };
    assert_eq!(told.tickers, [ticker]);
    hall.said.clear();
    hall.ask(ada, set(""));
    assert_eq!(hall.heard(bob), [removed()]);
    hall.ask(ada, set(""));
    assert_eq!(hall.heard(bob), []);
}
