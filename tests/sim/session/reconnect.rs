//! A session that is lost: when it comes back, and what is said again then.

use std::path::PathBuf;
use std::sync::Arc;

use slsk_net::machine::{
    Command, Event, LoginError, ReconnectError, Reply, SearchError, SessionError,
};
use slsk_net::share::{Entry, Index};
use slsk_tests::world::Firewall;
use slsk_wire::server::{LoginRefusal, LoginResponse, OwnStatus, Relogged, ServerRequest};

use super::server::Answer;
use super::{Scene, accepts, names, secs};

/// Everything that the server knew of us, it is told again, and what the owner has asked for.
#[test]
fn a_lost_session_comes_back_and_says_everything_again() {
    for seed in 0..20 {
        let mut scene = Scene::online(seed, accepts);
        let mut builder = Index::builder();
        for name in [r"Music\a\1.flac", r"Music\b\2.flac", r"Music\b\3.flac"] {
            let entry = Entry::new(name, 1, PathBuf::from("/x"));
            builder.add(entry).expect("a valid entry");
        }
        let index = Arc::new(builder.build().expect("an index"));
        scene.ask(Command::Share(index));
        scene.ask(Command::SetStatus(OwnStatus::Away));
        scene.ask(Command::Watch("bob".into()));
        scene.ask(Command::Watch("eve".into()));
        scene.ask(Command::Unwatch("eve".into()));
        scene.ask(Command::JoinRoom("trees".into()));
        scene.world.run_for(secs(1));
        let first = scene.heard.requests(0);

        scene.cut();
        assert!(matches!(scene.disconnected(), SessionError::Lost(_)));
        let before = scene.world.now();
        let after = scene.reconnecting();
        assert!((secs(5)..=secs(15)).contains(&after), "{after:?}");
        scene.reconnected();
        let took = scene.world.now() - before;
        assert!((after..after + secs(2)).contains(&took), "{took:?}");
        scene.world.run_for(secs(5));

        let second = scene.heard.requests(1);
        assert_eq!(names(&second)[..2], ["LoginRequest", "SetListenPort"]);
        let last_said = |name: &str| {
            let mut said = first.iter().rev();
            said.find(|request| slsk_wire::Family::name(*request) == name)
        };
        for name in [
            "LoginRequest",
            "SetListenPort",
            "SetStatus",
            "SharedFoldersFiles",
        ] {
            let wanted = last_said(name).expect("said before");
            assert!(second.contains(wanted), "{wanted:?}");
        }
        let status = second.iter().find_map(|request| match request {
            ServerRequest::SetStatus(set) => Some(&set.status),
            _ => None,
        });
        assert_eq!(status, Some(&OwnStatus::Away));
        let watched = second.iter().filter_map(|request| match request {
            ServerRequest::WatchUser(watch) => Some(watch.username.to_string()),
            _ => None,
        });
        assert_eq!(watched.collect::<Vec<_>>(), ["ada", "bob"]);
        let rooms = second.iter().filter_map(|request| match request {
            ServerRequest::JoinRoom(join) => Some(join.room.to_string()),
            _ => None,
        });
        assert_eq!(rooms.collect::<Vec<_>>(), ["trees"]);
        let again = scene.world.take_events(scene.client);
        let joined = |event: &Event| matches!(event, Event::RoomJoined { .. });
        assert!(again.iter().any(joined), "{again:?}");
        // What any part says at the beginning of a session, it says at the beginning of each.
        let at_first = names(&first);
        let at_first = &at_first[..at_first
            .iter()
            .position(|n| *n == "UnwatchUser")
            .unwrap_or(0)];
        for name in at_first {
            assert!(names(&second).contains(name), "{name}");
        }
    }
}

#[test]
fn each_wait_is_twice_as_long_up_to_five_minutes_and_a_login_begins_anew() {
    let mut scene = Scene::online(3, accepts);
    scene.world.kill(scene.server);
    scene.disconnected();
    let first = scene.reconnecting();
    assert!((secs(5)..=secs(15)).contains(&first), "{first:?}");
    let mut expected = first;
    for _ in 0..10 {
        expected = (expected * 2).min(secs(300));
        assert_eq!(scene.reconnecting(), expected);
    }
    assert_eq!(expected, secs(300));
    scene.world.bring_back(scene.server);
    scene.reconnected();
    scene.cut();
    scene.disconnected();
    let after = scene.reconnecting();
    assert!((secs(5)..=secs(15)).contains(&after), "{after:?}");
}

#[test]
fn a_server_that_is_away_is_tried_again_too() {
    let mut scene = Scene::online(4, accepts);
    scene.world.set_firewall(scene.server, Firewall::Drops);
    scene.cut();
    scene.disconnected();
    // Each attempt takes half a minute, as nobody refuses it; that is no ban.
    let mut after = scene.reconnecting();
    for _ in 0..5 {
        let before = scene.world.now();
        let next = scene.reconnecting();
        let took = scene.world.now() - before;
        assert!(
            (after + secs(30)..after + secs(31)).contains(&took),
            "{took:?}"
        );
        after = next;
    }
    scene.world.set_firewall(scene.server, Firewall::Open);
    scene.reconnected();
}

#[test]
fn nobody_comes_back_after_somebody_else_has_logged_in() {
    let mut scene = Scene::online(5, |number, request| match request {
        ServerRequest::SetStatus(set) if set.status == OwnStatus::Away => {
            vec![Relogged.into(), Answer::Close]
        }
        _ => accepts(number, request),
    });
    scene.ask(Command::SetStatus(OwnStatus::Away));
    assert_eq!(scene.disconnected(), SessionError::Relogged);
    scene.stays_away();
    // The owner may.
    scene.log_in().expect("a login");
}

#[test]
fn nobody_comes_back_when_the_owner_has_left() {
    let mut scene = Scene::online(6, accepts);
    let search = Command::Search("trees".into());
    let search = scene.world.tell(scene.client, search);
    assert!(matches!(scene.ask(Command::Disconnect), Reply::Done));
    assert_eq!(scene.disconnected(), SessionError::Ended);
    let reply = scene.world.answer(scene.client, search);
    let error = SearchError::Disconnected;
    assert!(matches!(reply, Reply::Searched(Err(e)) if e == error));
    scene.stays_away();
    // Nor when he leaves while the client tries.
    scene.log_in().expect("a login");
    scene.cut();
    scene.disconnected();
    scene.reconnecting();
    scene.ask(Command::Disconnect);
    scene.stays_away();
}

#[test]
fn nobody_comes_back_after_a_refusal() {
    let mut scene = Scene::online(7, |number, request| match request {
        ServerRequest::Login(_) if number > 0 => {
            vec![LoginResponse::rejected(LoginRefusal::InvalidPassword).into()]
        }
        _ => accepts(number, request),
    });
    scene.cut();
    scene.disconnected();
    scene.reconnecting();
    match scene.next() {
        Event::ReconnectFailed(ReconnectError::Refused { reason, .. }) => {
            assert_eq!(reason, LoginRefusal::InvalidPassword);
        }
        other => panic!("{other:?}"),
    }
    scene.stays_away();
}

#[test]
fn a_server_that_ends_login_after_login_has_perhaps_banned_us() {
    let mut scene = Scene::online(8, |number, request| match request {
        ServerRequest::Login(_) if number > 0 => vec![Answer::Close],
        _ => accepts(number, request),
    });
    scene.cut();
    scene.disconnected();
    let first = scene.reconnecting();
    assert_eq!(scene.reconnecting(), first * 2);
    assert_eq!(scene.reconnecting(), first * 4);
    match scene.next() {
        Event::ReconnectFailed(error @ ReconnectError::PossiblyBanned) => {
            assert!(error.to_string().contains("banned"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(scene.heard.connections(), 4);
    scene.stays_away();
}

#[test]
fn a_server_that_says_nothing_to_login_after_login_has_perhaps_banned_us() {
    let mut scene = Scene::online(9, |number, request| match request {
        ServerRequest::Login(_) if number > 0 => Vec::new(),
        _ => accepts(number, request),
    });
    scene.cut();
    scene.disconnected();
    for _ in 0..3 {
        scene.reconnecting();
    }
    let failed = scene.next();
    let error = ReconnectError::PossiblyBanned;
    assert!(matches!(failed, Event::ReconnectFailed(e) if e == error));
    scene.stays_away();
}

#[test]
fn the_first_login_is_not_repeated() {
    let mut scene = Scene::new(10, |_, _| vec![Answer::Close]);
    let error = scene.log_in().expect_err("no login");
    assert!(
        matches!(error, LoginError::Session(SessionError::Lost(_))),
        "{error}"
    );
    scene.stays_away();
    scene.world.kill(scene.server);
    let error = scene.connect().expect_err("no connection");
    assert!(matches!(error, SessionError::Unreachable(_)), "{error}");
    scene.stays_away();
}
