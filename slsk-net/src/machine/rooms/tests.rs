use std::time::Duration;

use slsk_wire::server::{ServerRequest, Status, UserStats};

use super::*;

fn online() -> (Rooms, Outbox) {
    let (mut rooms, mut out) = (Rooms::default(), Outbox::for_tests());
    rooms.online("ada", &mut out);
    rooms.listed(&RoomListResponse::default(), &mut out);
    out.take();
    (rooms, out)
}

fn answer(room: &str) -> JoinRoomResponse {
    JoinRoomResponse {
        room: room.into(),
        users: vec!["ada".into(), "bob".into()],
        statuses: vec![Status::Online, Status::Away],
        stats: vec![UserStats::default(); 2],
        slots_full: vec![0; 2],
        countries: vec![Text::new(); 2],
        owner: None,
        operators: None,
    }
}

fn in_room(room: &str) -> (Rooms, Outbox) {
    let (mut rooms, mut out) = online();
    rooms.join(CommandId(0), room.into(), &mut out);
    rooms.joined(&answer(room), &mut out);
    out.take();
    (rooms, out)
}

fn room_error(out: &mut Outbox) -> RoomError {
    match &out.take().replies[..] {
        [
            (_, Reply::Room(Err(error)) | Reply::JoinedRoom(Err(error)) | Reply::Rooms(Err(error))),
        ] => *error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn joining_tells_who_is_there_and_happens_again_in_the_next_session() {
    let (mut rooms, mut out) = online();
    rooms.join(CommandId(3), "trees".into(), &mut out);
    let join = ServerRequest::from(JoinRoomRequest::new("trees", false));
    assert_eq!(out.take().requests, std::slice::from_ref(&join));
    rooms.joined(&answer("trees"), &mut out);
    let taken = out.take();
    match (&taken.replies[..], &taken.events[..]) {
        ([(3, Reply::JoinedRoom(Ok(members)))], [Event::RoomJoined { room, .. }]) => {
            assert_eq!(room, "trees");
            assert_eq!(members[1].user, "bob");
            assert_eq!(members[1].status, Status::Away);
        }
        other => panic!("{other:?}"),
    }
    rooms.offline(&mut out);
    assert!(out.take().events.is_empty());
    rooms.online("ada", &mut out);
    let invitations = EnableRoomInvitations { enabled: false };
    assert_eq!(out.take().requests, [invitations.into(), join]);
    rooms.joined(&answer("trees"), &mut out);
    let taken = out.take();
    assert!(taken.replies.is_empty());
    assert!(matches!(&taken.events[..], [Event::RoomJoined { .. }]));
}

#[test]
fn what_happens_in_a_room_of_ours_is_told_and_nothing_of_other_rooms() {
    let (rooms, mut out) = in_room("trees");
    for room in ["trees", "other"] {
        for user in ["bob", "ada"] {
            let (room, username) = (Text::from(room), Text::from(user));
            let news = UserJoinedRoom {
                room: room.clone(),
                username: username.clone(),
                status: Status::Online,
                stats: UserStats::default(),
                slots_full: 0,
                country: Text::new(),
            };
            rooms.user_joined(news, &mut out);
            let message = "hello".into();
            rooms.said(
                RoomMessage {
                    room: room.clone(),
                    username: username.clone(),
                    message,
                },
                &mut out,
            );
            rooms.user_left(UserLeftRoom { room, username }, &mut out);
        }
    }
    let events = out.take().events;
    match &events[..] {
        [
            Event::UserJoinedRoom { member, .. },
            Event::RoomMessage { user, message, .. },
            Event::UserLeftRoom { .. },
            // Our own words come back; that we come and go is no news.
            Event::RoomMessage { user: own, .. },
        ] => {
            assert_eq!((&*member.user.to_str(), &*user.to_str()), ("bob", "bob"));
            assert_eq!((&*message.to_str(), &*own.to_str()), ("hello", "ada"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn saying_is_one_line_of_up_to_2048_bytes() {
    let (mut rooms, mut out) = in_room("trees");
    rooms.say(CommandId(1), "trees".into(), "one\r\ntwo\nthree", &mut out);
    let taken = out.take();
    let (room, message) = ("trees".into(), "one two three".into());
    assert_eq!(taken.requests, [SayInRoom { room, message }.into()]);
    assert!(matches!(taken.replies[..], [(1, Reply::Room(Ok(())))]));
    rooms.say(CommandId(1), "trees".into(), &"x".repeat(2048), &mut out);
    assert_eq!(out.take().requests.len(), 1);
    rooms.say(CommandId(1), "trees".into(), &"x".repeat(2049), &mut out);
    assert_eq!(room_error(&mut out), RoomError::TooLong);
    rooms.say(CommandId(1), "trees".into(), "", &mut out);
    assert_eq!(room_error(&mut out), RoomError::Empty);
    rooms.say(CommandId(1), "other".into(), "hello", &mut out);
    assert_eq!(room_error(&mut out), RoomError::NotJoined);
}

#[test]
fn leaving_is_over_when_the_server_says_so() {
    let (mut rooms, mut out) = in_room("trees");
    rooms.leave(CommandId(1), "trees".into(), &mut out);
    let taken = out.take();
    assert!(taken.replies.is_empty());
    assert_eq!(taken.requests.len(), 1);
    rooms.left(&"trees".into(), &mut out);
    let taken = out.take();
    assert!(matches!(taken.replies[..], [(1, Reply::Room(Ok(())))]));
    assert!(matches!(&taken.events[..], [Event::RoomLeft { .. }]));
    rooms.leave(CommandId(1), "trees".into(), &mut out);
    assert_eq!(room_error(&mut out), RoomError::NotJoined);
    rooms.offline(&mut out);
    rooms.online("ada", &mut out);
    assert_eq!(out.take().requests.len(), 1);
}

#[test]
fn a_private_room_is_an_error_and_is_not_tried_again() {
    let (mut rooms, mut out) = in_room("trees");
    rooms.join(CommandId(1), "secret".into(), &mut out);
    out.take();
    rooms.refused(&"secret".into(), &mut out);
    assert_eq!(room_error(&mut out), RoomError::Private);
    // So is one that was open in the last session.
    rooms.offline(&mut out);
    rooms.online("ada", &mut out);
    rooms.refused(&"trees".into(), &mut out);
    assert!(matches!(&out.take().events[..], [Event::RoomLeft { .. }]));
    rooms.offline(&mut out);
    rooms.online("ada", &mut out);
    assert_eq!(out.take().requests.len(), 1);
}

#[test]
fn names_that_no_room_can_have_are_refused_at_once() {
    let (mut rooms, mut out) = online();
    let long = "x".repeat(25);
    for name in ["", " x", "x ", "x  y", "é", "x\ny", &long] {
        rooms.join(CommandId(1), name.into(), &mut out);
        assert_eq!(room_error(&mut out), RoomError::InvalidName, "{name:?}");
    }
    rooms.join(CommandId(1), "x".repeat(24).into(), &mut out);
    rooms.join(CommandId(2), "a room with spaces".into(), &mut out);
    assert_eq!(out.take().requests.len(), 2);
}

#[test]
fn the_list_after_the_login_is_not_taken_for_the_whole_one() {
    let list = |names: &[&str]| RoomListResponse {
        rooms: names.iter().map(|name| Text::from(*name)).collect(),
        room_users: vec![5; names.len()],
        owned: vec!["mine".into()],
        owned_users: vec![1],
        ..RoomListResponse::default()
    };
    let names = |out: &mut Outbox| match &out.take().replies[..] {
        [(_, Reply::Rooms(Ok(rooms)))] => rooms
            .iter()
            .map(|entry| (entry.room.to_string(), entry.users, entry.private))
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let (mut rooms, mut out) = (Rooms::default(), Outbox::for_tests());
    rooms.online("ada", &mut out);
    rooms.list(CommandId(1), &mut out);
    rooms.listed(&list(&["big"]), &mut out);
    assert!(out.take().replies.is_empty());
    rooms.listed(&list(&["big", "small"]), &mut out);
    let all = [("big", 5, false), ("small", 5, false), ("mine", 1, true)];
    let all = all.map(|(name, users, private)| (name.to_owned(), users, private));
    assert_eq!(names(&mut out), all);
    // In the same session there is no more doubt.
    rooms.list(CommandId(2), &mut out);
    rooms.listed(&list(&["big", "small"]), &mut out);
    assert_eq!(names(&mut out), all);
    // And where no list comes after the login, the first one is the answer.
    rooms.offline(&mut out);
    rooms.online("ada", &mut out);
    rooms.list(CommandId(3), &mut out);
    rooms.listed(&list(&["big"]), &mut out);
    out.take();
    out.now += Duration::from_secs(3);
    assert_eq!(rooms.deadline(), Some(out.now));
    rooms.tick(&mut out);
    assert_eq!(names(&mut out).len(), 2);
}

#[test]
fn whatever_gets_no_answer_ends() {
    let (mut rooms, mut out) = in_room("trees");
    let ask = |rooms: &mut Rooms, out: &mut Outbox| {
        rooms.join(CommandId(1), "silent".into(), out);
        rooms.leave(CommandId(2), "trees".into(), out);
        rooms.list(CommandId(3), out);
        out.take();
    };
    ask(&mut rooms, &mut out);
    out.now += Duration::from_secs(30);
    rooms.tick(&mut out);
    let errors = |out: &mut Outbox, expected: RoomError| {
        let replies = out.take().replies;
        assert!(
            matches!(replies[..], [
            (1, Reply::JoinedRoom(Err(a))),
            (2, Reply::Room(Err(b))),
            (3, Reply::Rooms(Err(c))),
        ] if [a, b, c] == [expected; 3]),
            "{replies:?}"
        );
    };
    errors(&mut out, RoomError::NoAnswer);
    assert_eq!(rooms.deadline(), None);
    ask(&mut rooms, &mut out);
    rooms.offline(&mut out);
    errors(&mut out, RoomError::Disconnected);
    rooms.join(CommandId(1), "silent".into(), &mut out);
    rooms.leave(CommandId(2), "trees".into(), &mut out);
    rooms.list(CommandId(3), &mut out);
    errors(&mut out, RoomError::NotLoggedIn);
}

#[test]
fn an_answer_that_comes_late_counts_and_the_room_can_be_used_and_left() {
    let (mut rooms, mut out) = online();
    rooms.join(CommandId(1), "slow".into(), &mut out);
    out.take();
    out.now += Duration::from_secs(30);
    rooms.tick(&mut out);
    assert_eq!(room_error(&mut out), RoomError::NoAnswer);
    rooms.joined(&answer("slow"), &mut out);
    let taken = out.take();
    let [Event::RoomJoined { room, members }] = &taken.events[..] else {
        panic!("{taken:?}")
    };
    assert_eq!((room, members.len()), (&"slow".into(), 2));
    let (room, username) = (Text::from("slow"), Text::from("bob"));
    rooms.user_left(UserLeftRoom { room, username }, &mut out);
    assert!(matches!(
        &out.take().events[..],
        [Event::UserLeftRoom { .. }]
    ));
    rooms.say(CommandId(2), "slow".into(), "hello", &mut out);
    assert!(matches!(out.take().replies[..], [(2, Reply::Room(Ok(())))]));
    rooms.join(CommandId(3), "slow".into(), &mut out);
    assert_eq!(room_error(&mut out), RoomError::AlreadyJoined);
    rooms.leave(CommandId(4), "slow".into(), &mut out);
    rooms.left(&"slow".into(), &mut out);
    let taken = out.take();
    assert!(matches!(taken.replies[..], [(4, Reply::Room(Ok(())))]));
    // Once, and not in another session.
    rooms.joined(&answer("slow"), &mut out);
    rooms.join(CommandId(5), "slow".into(), &mut out);
    out.now += Duration::from_secs(30);
    rooms.tick(&mut out);
    rooms.offline(&mut out);
    rooms.online("ada", &mut out);
    rooms.joined(&answer("slow"), &mut out);
    assert!(out.take().events.is_empty());
    assert_eq!(rooms.joined_count(), 0);
}

#[test]
fn a_late_answer_for_one_room_too_many_is_answered_by_leaving_it() {
    let (mut rooms, mut out) = online();
    rooms.join(CommandId(1), "slow".into(), &mut out);
    out.now += Duration::from_secs(30);
    rooms.tick(&mut out);
    for number in 0..MAX_ROOMS {
        let room = number.to_string();
        rooms.join(CommandId(0), room.as_str().into(), &mut out);
        rooms.joined(&answer(&room), &mut out);
    }
    out.take();
    rooms.joined(&answer("slow"), &mut out);
    let taken = out.take();
    let room = "slow".into();
    assert_eq!(taken.requests, [LeaveRoom { room }.into()]);
    assert!(taken.events.is_empty());
    assert_eq!(rooms.joined_count(), MAX_ROOMS);
}

#[test]
fn nobody_puts_us_into_a_room_that_we_have_not_asked_for() {
    let (mut rooms, mut out) = online();
    for number in 0..MAX_ROOMS + 10 {
        rooms.joined(&answer(&number.to_string()), &mut out);
    }
    assert!(out.take().events.is_empty());
    assert_eq!(rooms.joined_count(), 0);
}

#[test]
fn we_take_so_many_rooms_and_no_more() {
    let (mut rooms, mut out) = online();
    for number in 0..MAX_ROOMS {
        let room = number.to_string();
        rooms.join(CommandId(0), room.as_str().into(), &mut out);
        rooms.joined(&answer(&room), &mut out);
    }
    assert_eq!(out.take().events.len(), MAX_ROOMS);
    assert_eq!(rooms.joined_count(), MAX_ROOMS);
    rooms.join(CommandId(1), "another".into(), &mut out);
    assert_eq!(room_error(&mut out), RoomError::TooMany);
}
