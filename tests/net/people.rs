//! Other users, rooms, messages and passwords, with the server.

use slsk_net::client::Events;
use slsk_net::machine::{Event, LoginError, ReconnectError, RoomError, WatchError};
use slsk_net::server::{Server, ServerCommand};
use slsk_net::{Client, ClientOptions};
use slsk_wire::Family as _;
use slsk_wire::server::{
    GetPeerAddressRequest, LoginRefusal, LoginRequest, OwnStatus, PrivateMessage, ServerRequest,
    Status,
};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::peer::read_until;
use super::session::{event, patient};
use super::{log_in, server};

/// The next news about a user: whether he is there and has privileges.
async fn status(events: &mut Events, name: &str) -> (Status, bool) {
    event(events, |event| match event {
        Event::UserStatus {
            user,
            status,
            privileged,
        } if user == name => Some((status, privileged)),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn a_watched_user_is_told_about_until_he_is_not_watched_any_more() {
    let server = server().await;
    let ada = log_in(&server, "ada").await;
    let bob = log_in(&server, "bob").await;
    let mut events = ada.events();
    let info = ada.watch("bob").await.expect("a user");
    assert_eq!((info.status, info.privileged), (Status::Online, false));
    assert_eq!(status(&mut events, "bob").await, (Status::Online, false));
    assert_eq!(ada.watch("nobody").await, Err(WatchError::NoSuchUser));

    bob.set_status(OwnStatus::Away).await.expect("running");
    assert_eq!(status(&mut events, "bob").await, (Status::Away, false));
    let grant = ServerCommand::GrantPrivileges {
        username: "bob".into(),
        days: 3,
    };
    server.command(grant).await.expect("a user");
    assert_eq!(status(&mut events, "bob").await, (Status::Away, true));
    let privileged = ada.privileged_users().await.expect("a session");
    assert_eq!(privileged, ["bob"]);
    bob.stop().await;
    assert_eq!(status(&mut events, "bob").await, (Status::Offline, true));

    let bob = log_in(&server, "bob").await;
    assert_eq!(status(&mut events, "bob").await, (Status::Online, true));
    ada.unwatch("bob").await.expect("running");
    // The answer comes behind the end of the watch, so the server has heard it.
    ada.rooms().await.expect("a list");
    bob.set_status(OwnStatus::Away).await.expect("running");
    bob.rooms().await.expect("a list");
    let carol = log_in(&server, "carol").await;
    ada.watch("carol").await.expect("a user");
    loop {
        match event(&mut events, Some).await {
            Event::UserStatus { user, status, .. } if user == "bob" => {
                assert_ne!(status, Status::Away);
            }
            Event::UserStatus { user, .. } if user == "carol" => break,
            _ => {}
        }
    }
    drop(carol);
}

#[tokio::test]
async fn a_room_is_joined_heard_and_left() {
    let server = server().await;
    let ada = log_in(&server, "ada").await;
    let bob = log_in(&server, "bob").await;
    let mut events = ada.events();
    let members = ada.join_room("trees").await.expect("a room");
    assert_eq!(members.len(), 1);
    assert_eq!(ada.join_room("trees").await, Err(RoomError::AlreadyJoined));
    let members = bob.join_room("trees").await.expect("a room");
    let mut names: Vec<_> = members
        .iter()
        .map(|member| member.user.to_string())
        .collect();
    names.sort();
    assert_eq!(names, ["ada", "bob"]);
    event(&mut events, |event| match event {
        Event::UserJoinedRoom { room, member } => {
            assert_eq!((room, member.user), ("trees".into(), "bob".into()));
            Some(())
        }
        _ => None,
    })
    .await;

    // The list after the login has only rooms of five and more.
    let rooms = bob.rooms().await.expect("a list");
    assert_eq!(rooms.len(), 1);
    assert_eq!((&*rooms[0].room.to_str(), rooms[0].users), ("trees", 2));

    bob.say("trees", "hello\nthere").await.expect("in the room");
    event(&mut events, |event| match event {
        Event::RoomMessage { user, message, .. } => {
            assert_eq!((user, message), ("bob".into(), "hello there".into()));
            Some(())
        }
        _ => None,
    })
    .await;
    bob.leave_room("trees").await.expect("in the room");
    event(&mut events, |event| match event {
        Event::UserLeftRoom { user, .. } if user == "bob" => Some(()),
        _ => None,
    })
    .await;
    assert_eq!(bob.say("trees", "hello").await, Err(RoomError::NotJoined));
}

/// Sends a private message from bob to ada, and returns once the server has it.
async fn write_to_ada(server: &Server, message: &str) {
    let stream = TcpStream::connect(server.address()).await;
    let mut stream = stream.expect("a connection");
    let (username, message) = ("ada".into(), message.into());
    let requests = [
        ServerRequest::from(LoginRequest::new("bob", "pw", 177, 1)),
        PrivateMessage { username, message }.into(),
        GetPeerAddressRequest {
            username: "bob-is-done".into(),
        }
        .into(),
    ];
    for request in requests {
        let bytes = request.to_frame().expect("a frame");
        stream.write_all(&bytes).await.expect("open");
    }
    read_until(&mut stream, b"bob-is-done").await;
}

#[tokio::test]
async fn a_private_message_comes_once() {
    let server = server().await;
    log_in(&server, "ada").await.stop().await;
    write_to_ada(&server, "first").await;
    // Were the first one not acknowledged, it would come a second time.
    for (number, text) in ["first", "second", "third"].into_iter().enumerate() {
        let options = ClientOptions::new(server.address());
        let ada = Client::connect(options).await.expect("a server");
        let mut events = ada.events();
        ada.login("ada", "pw").await.expect("a login");
        if number > 0 {
            write_to_ada(&server, text).await;
        }
        let message = event(&mut events, |event| match event {
            Event::PrivateMessage(message) => Some(message),
            _ => None,
        })
        .await;
        assert_eq!(
            (&*message.username.to_str(), &*message.message.to_str()),
            ("bob", text)
        );
        // An answer says that the acknowledgement has been heard.
        ada.rooms().await.expect("a list");
        ada.stop().await;
    }
}

#[tokio::test]
async fn a_changed_password_is_the_one_that_counts() {
    let server = server().await;
    let ada = log_in(&server, "ada").await;
    ada.change_password("new").await.expect("an answer");
    ada.stop().await;
    let log_in = async |password| {
        let client = Client::connect(ClientOptions::new(server.address())).await;
        client.expect("a server").login("ada", password).await
    };
    match log_in("pw").await {
        Err(LoginError::Refused { reason, .. }) => {
            assert_eq!(reason, LoginRefusal::InvalidPassword);
        }
        other => panic!("{other:?}"),
    }
    log_in("new").await.expect("a login");
}

#[tokio::test]
async fn who_is_kicked_comes_back_and_who_is_banned_gives_up() {
    let server = server().await;
    let ada = Client::connect(patient(&server)).await.expect("a server");
    ada.login("ada", "pw").await.expect("a login");
    ada.join_room("trees").await.expect("a room");
    let mut events = ada.events();
    server.kick("ada").await.expect("a user");
    event(&mut events, |event| {
        matches!(event, Event::Reconnected(_)).then_some(())
    })
    .await;
    event(&mut events, |event| match event {
        Event::RoomJoined { room, .. } if room == "trees" => Some(()),
        _ => None,
    })
    .await;
    let ban = ServerCommand::BanAddress(server.address().ip());
    server.command(ban).await.expect("obeyed");
    let mut tries = 0;
    loop {
        match event(&mut events, Some).await {
            Event::Reconnecting { .. } => tries += 1,
            Event::ReconnectFailed(error) => {
                assert_eq!(error, ReconnectError::PossiblyBanned);
                break;
            }
            _ => {}
        }
    }
    assert_eq!(tries, 3);
}
