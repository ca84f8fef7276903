//! Who gets which search.

use slsk_wire::Text;
use slsk_wire::distributed::{DistributedMessage, DistributedSearch};
use slsk_wire::server::{
    BranchLevel, BranchRoot, FileSearch, HaveNoParent, IncomingFileSearch, JoinRoomRequest,
    RoomSearch, UserSearch, WishlistSearch,
};
use slsk_wire::{Frame, Message};

use super::*;
use crate::server::{SearchDelivery, SearchScope};

fn direct() -> Hall {
    Hall::new(ServerConfig {
        search_delivery: SearchDelivery::Direct,
        ..ServerConfig::default()
    })
}

fn search(query: &str) -> FileSearch {
    FileSearch {
        token: 7,
        query: query.into(),
    }
}

fn incoming(username: &str, query: &str) -> ServerResponse {
    IncomingFileSearch {
        username: username.into(),
        token: 7,
        query: query.into(),
    }
    .into()
}

/// What a root is told of a search.
fn embedded(message: ServerResponse) -> DistributedSearch {
    let ServerResponse::EmbeddedMessage(message) = message else {
        panic!("not for a root: {message:?}");
    };
    assert_eq!(u32::from(message.distributed_code), DistributedSearch::CODE);
    let frame = Frame {
        code: message.distributed_code.into(),
        body: message.payload.0,
    };
    match Decoder::default().decode(&frame).unwrap().message {
        DistributedMessage::Search(search) => search,
        other => panic!("not a search: {other:?}"),
    }
}

fn is_root(hall: &mut Hall, conn: ConnId) {
    hall.ask(conn, HaveNoParent { no_parent: true });
    hall.heard(conn);
}

fn is_child(hall: &mut Hall, conn: ConnId, root: &str) {
    let username = root.into();
    hall.ask(conn, HaveNoParent { no_parent: false });
    hall.ask(conn, BranchRoot { username });
    hall.ask(conn, BranchLevel { level: 1 });
    hall.heard(conn);
}

#[test]
fn a_direct_search_goes_to_everybody_else() {
    let mut hall = direct();
    let [ada, bob, carol] = hall.users(["ada", "bob", "carol"]);
    hall.ask(bob, HaveNoParent { no_parent: true });
    hall.ask(ada, search("some song"));
    for other in [bob, carol] {
        assert_eq!(hall.answer(other), incoming("ada", "some song"));
    }
    assert_eq!(hall.heard(ada), []);
    let searched = ServerEvent::Searched {
        user: "ada".into(),
        query: "some song".into(),
        scope: SearchScope::Network,
    };
    assert_eq!(hall.events, [searched]);
}

#[test]
fn a_distributed_search_goes_to_roots_and_to_who_is_in_no_tree() {
    let mut hall = Hall::new(ServerConfig::default());
    let [root, child, outside, ada] = hall.users(["root", "child", "outside", "ada"]);
    is_root(&mut hall, root);
    is_child(&mut hall, child, "root");
    hall.ask(ada, search("song"));
    let expected = DistributedSearch::new("ada", 7, "song");
    assert_eq!(embedded(hall.answer(root)), expected);
    assert_eq!(hall.answer(outside), incoming("ada", "song"));
    assert_eq!(hall.heard(child), []);
    assert_eq!(hall.heard(ada), []);

    // When the parent is lost, the child is a root.
    is_root(&mut hall, child);
    hall.ask(ada, search("song"));
    assert_eq!(embedded(hall.answer(child)), expected);
}

#[test]
fn a_root_gets_its_own_search_for_its_children() {
    let mut hall = Hall::new(ServerConfig::default());
    let [root, child] = hall.users(["root", "child"]);
    is_root(&mut hall, root);
    is_child(&mut hall, child, "root");
    hall.ask(root, search("song"));
    let expected = DistributedSearch::new("root", 7, "song");
    assert_eq!(embedded(hall.answer(root)), expected);
    hall.ask(child, search("song"));
    let expected = DistributedSearch::new("child", 7, "song");
    assert_eq!(embedded(hall.answer(root)), expected);
    assert_eq!(hall.heard(child), []);
}

#[test]
fn many_roots_share_the_bytes_of_a_search() {
    let mut hall = Hall::new(ServerConfig::default());
    let ada = hall.user("ada");
    for number in 0..50 {
        let root = hall.user(&format!("root{number}"));
        is_root(&mut hall, root);
    }
    let request = ServerRequest::from(search("song"));
    let input = Input::Received(ada, Packet::Message(request.into()));
    let mut effects = Vec::new();
    hall.machine.handle(hall.now, input, &mut effects);
    let bodies: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(_, Packet::Frame(_, frame)) => Some(frame.body.as_ptr()),
            _ => None,
        })
        .collect();
    assert_eq!(bodies.len(), 50);
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[test]
fn a_user_alone_can_be_searched() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob, carol] = hall.users(["ada", "bob", "carol"]);
    is_root(&mut hall, bob);
    for username in ["bob", "nobody"] {
        let username = username.into();
        let (token, query) = (7, "song".into());
        hall.ask(
            ada,
            UserSearch {
                username,
                token,
                query,
            },
        );
    }
    assert_eq!(hall.answer(bob), incoming("ada", "song"));
    assert_eq!((hall.heard(ada), hall.heard(carol)), (vec![], vec![]));
    assert_eq!(hall.events.len(), 2);
}

#[test]
fn a_room_is_searched_from_inside() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob, carol] = hall.users(["ada", "bob", "carol"]);
    for conn in [ada, bob] {
        hall.ask(conn, JoinRoomRequest::new("jazz", false));
    }
    hall.said.clear();
    let search = RoomSearch {
        room: "jazz".into(),
        token: 7,
        query: "song".into(),
    };
    hall.ask(carol, search.clone());
    assert_eq!(hall.said, []);
    hall.ask(ada, search);
    assert_eq!(hall.answer(bob), incoming("ada", "song"));
    assert_eq!(hall.said, []);
}

#[test]
fn a_wish_goes_where_a_search_goes() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    let (token, query) = (7, Text::from("song"));
    hall.ask(ada, WishlistSearch { token, query });
    assert_eq!(hall.answer(bob), incoming("ada", "song"));
}

#[test]
fn nothing_and_too_much_are_not_searched_for() {
    let mut hall = direct();
    let [ada, bob] = hall.users(["ada", "bob"]);
    hall.ask(ada, search(""));
    hall.ask(ada, search(&"x".repeat(257)));
    assert_eq!(hall.heard(bob), []);
    hall.ask(ada, search(&"x".repeat(256)));
    assert_eq!(hall.heard(bob).len(), 1);
}

#[test]
fn who_searches_too_often_is_not_heard_for_a_while() {
    let mut hall = Hall::limited(ServerLimits {
        searches: 3,
        ..ServerLimits::default()
    });
    let [ada, bob] = hall.users(["ada", "bob"]);
    for _ in 0..5 {
        hall.ask(ada, search("song"));
    }
    assert_eq!(hall.heard(bob).len(), 3);
    hall.wait(Duration::from_secs(10));
    hall.ask(ada, search("song"));
    assert_eq!(hall.heard(bob).len(), 1);
}
