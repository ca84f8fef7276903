use std::time::Duration;

use slsk_wire::server::ServerRequest;

use super::*;

const STATS: UserStats = UserStats {
    average_speed: 5000,
    uploads: 3,
    unknown: 0,
    files: 20,
    directories: 2,
};

fn online() -> (Users, Outbox) {
    let (mut users, mut out) = (Users::default(), Outbox::for_tests());
    users.online("ada", &mut out);
    out.take();
    (users, out)
}

fn exists(user: &str, status: Status) -> WatchUserResponse {
    WatchUserResponse {
        username: user.into(),
        exists: true,
        status: Some(status),
        stats: Some(STATS),
        country: None,
    }
}

fn status(user: &str, status: Status, privileged: bool) -> GetUserStatusResponse {
    GetUserStatusResponse {
        username: user.into(),
        status,
        privileged,
    }
}

/// Watches a user who exists, and takes what comes of it.
fn watch(users: &mut Users, user: &str, now: Status, out: &mut Outbox) {
    users.watch(CommandId(1), user.into(), out);
    users.watch_answered(exists(user, now.clone()), out);
    users.status(status(user, now, false), out);
    let taken = out.take();
    assert!(matches!(taken.replies[..], [(1, Reply::Watched(Ok(_)))]));
}

/// Who is watched and asked about, in the order of the requests.
fn asked(requests: &[ServerRequest]) -> Vec<(&'static str, String)> {
    let name = |request: &ServerRequest| match request {
        ServerRequest::WatchUser(watch) => ("watch", watch.username.to_string()),
        ServerRequest::UnwatchUser(watch) => ("unwatch", watch.username.to_string()),
        ServerRequest::GetUserStatus(asked) => ("status", asked.username.to_string()),
        ServerRequest::GetUserStats(asked) => ("stats", asked.username.to_string()),
        other => panic!("{other:?}"),
    };
    requests.iter().map(name).collect()
}

#[test]
fn a_user_is_known_once_status_and_privileges_are() {
    let (mut users, mut out) = online();
    users.watch(CommandId(7), "bob".into(), &mut out);
    let taken = out.take();
    let wanted = [("watch", "bob".to_owned()), ("status", "bob".to_owned())];
    assert_eq!(asked(&taken.requests), wanted);

    users.watch_answered(exists("bob", Status::Online), &mut out);
    assert!(out.take().replies.is_empty());
    users.status(status("bob", Status::Away, true), &mut out);
    let taken = out.take();
    let [(7, Reply::Watched(Ok(info)))] = &taken.replies[..] else {
        panic!("{taken:?}")
    };
    let expected = UserInfo {
        status: Status::Away,
        stats: STATS,
        privileged: true,
    };
    assert_eq!(*info, expected);
    users.list_privileged(CommandId(8), &mut out);
    let taken = out.take();
    assert!(
        matches!(&taken.replies[..], [(8, Reply::PrivilegedUsers(Ok(list)))] if *list == ["bob"])
    );
}

#[test]
fn a_user_who_does_not_exist_is_an_error_and_is_not_watched() {
    let (mut users, mut out) = online();
    users.watch(CommandId(1), "nobody".into(), &mut out);
    let answer = WatchUserResponse {
        exists: false,
        status: None,
        stats: None,
        ..exists("nobody", Status::Offline)
    };
    users.watch_answered(answer, &mut out);
    users.status(status("nobody", Status::Offline, false), &mut out);
    let taken = out.take();
    let error = WatchError::NoSuchUser;
    assert!(matches!(taken.replies[..], [(1, Reply::Watched(Err(e)))] if e == error));
    users.offline(&mut out);
    users.online("ada", &mut out);
    assert!(!asked(&out.take().requests).contains(&("watch", "nobody".to_owned())));
}

#[test]
fn no_answer_is_an_error_after_half_a_minute_and_half_an_answer_is_one() {
    let (mut users, mut out) = online();
    users.watch(CommandId(1), "slow".into(), &mut out);
    users.watch(CommandId(2), "half".into(), &mut out);
    users.watch_answered(exists("half", Status::Online), &mut out);
    let due = out.now + Duration::from_secs(30);
    assert_eq!(users.deadline(), Some(due));
    out.now = due;
    users.tick(&mut out);
    assert_eq!(users.deadline(), None);
    let taken = out.take();
    match &taken.replies[..] {
        [
            (1, Reply::Watched(Err(WatchError::NoAnswer))),
            (2, Reply::Watched(Ok(info))),
        ] => {
            assert_eq!((&info.status, info.privileged), (&Status::Online, false));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn all_are_watched_again_in_the_next_session() {
    let (mut users, mut out) = online();
    watch(&mut users, "bob", Status::Online, &mut out);
    watch(&mut users, "eve", Status::Offline, &mut out);
    watch(&mut users, "ada", Status::Online, &mut out);
    users.unwatch(&"eve".into(), &mut out);
    assert_eq!(asked(&out.take().requests), [("unwatch", "eve".to_owned())]);
    users.offline(&mut out);
    users.online("ada", &mut out);
    let names = ["ada", "ada", "bob", "bob"];
    let kinds = ["watch", "status", "watch", "status"];
    let expected: Vec<_> = kinds.into_iter().zip(names.map(str::to_owned)).collect();
    assert_eq!(asked(&out.take().requests), expected);
    // And what has changed meanwhile is told.
    users.watch_answered(exists("bob", Status::Offline), &mut out);
    users.status(status("bob", Status::Offline, false), &mut out);
    let taken = out.take();
    assert!(matches!(
        &taken.events[..],
        [
            Event::UserStats { stats: STATS, .. },
            Event::UserStatus { user, status: Status::Offline, .. },
        ] if user == "bob"
    ));
}

#[test]
fn who_is_unwatched_before_the_server_has_answered_is_not_watched_after_it() {
    for again in [false, true] {
        let (mut users, mut out) = online();
        users.watch(CommandId(1), "bob".into(), &mut out);
        out.take();
        users.unwatch(&"bob".into(), &mut out);
        assert_eq!(asked(&out.take().requests), [("unwatch", "bob".to_owned())]);
        users.unwatch(&"bob".into(), &mut out);
        assert!(out.take().requests.is_empty(), "that is done");
        if again {
            users.watch(CommandId(2), "bob".into(), &mut out);
            out.take();
        }
        users.watch_answered(exists("bob", Status::Online), &mut out);
        users.status(status("bob", Status::Online, false), &mut out);
        let replies = out.take().replies;
        let is_answer = |reply: &(u64, Reply)| matches!(reply, (_, Reply::Watched(Ok(_))));
        assert_eq!(replies.len(), 1 + usize::from(again), "who waits is told");
        assert!(replies.iter().all(is_answer));
        assert_eq!(users.watched_count(), usize::from(again));
        users.offline(&mut out);
        users.online("ada", &mut out);
        let next = asked(&out.take().requests);
        assert_eq!(next.contains(&("watch", "bob".to_owned())), again);
    }
}

#[test]
fn who_comes_back_is_asked_for_his_numbers_and_who_goes_loses_his_address() {
    let (mut users, mut out) = online();
    watch(&mut users, "bob", Status::Online, &mut out);
    users.status(status("bob", Status::Offline, false), &mut out);
    let taken = out.take();
    assert!(matches!(&taken.others[..], [Out::UserOffline(user)] if user == "bob"));
    assert!(taken.requests.is_empty());
    users.status(status("bob", Status::Online, false), &mut out);
    let taken = out.take();
    assert_eq!(asked(&taken.requests), [("stats", "bob".to_owned())]);
    users.status(status("bob", Status::Away, false), &mut out);
    assert!(out.take().requests.is_empty());
    let username = "bob".into();
    let stats = STATS;
    users.stats(GetUserStatsResponse { username, stats }, &mut out);
    let taken = out.take();
    assert!(matches!(
        &taken.events[..],
        [Event::UserStats { stats: STATS, .. }]
    ));
}

#[test]
fn our_own_numbers_are_our_speed_and_no_news() {
    let (mut users, mut out) = online();
    users.watch_answered(exists("ada", Status::Online), &mut out);
    users.status(status("ada", Status::Away, true), &mut out);
    let stats = GetUserStatsResponse {
        username: "ada".into(),
        stats: STATS,
    };
    users.stats(stats, &mut out);
    let taken = out.take();
    let speeds = taken
        .others
        .iter()
        .filter(|other| matches!(other, Out::OwnSpeed(5000)));
    assert_eq!(speeds.count(), 2);
    assert_eq!((taken.others.len(), taken.events.len()), (2, 0));
}

#[test]
fn there_is_a_limit_to_those_who_are_watched() {
    let (mut users, mut out) = online();
    for number in 0..MAX_WATCHED {
        watch(&mut users, &number.to_string(), Status::Online, &mut out);
    }
    users.watch(CommandId(2), "one more".into(), &mut out);
    let error = WatchError::TooMany;
    assert!(matches!(out.take().replies[..], [(2, Reply::Watched(Err(e)))] if e == error));
    watch(&mut users, "7", Status::Online, &mut out);
    users.unwatch(&"7".into(), &mut out);
    out.take();
    watch(&mut users, "one more", Status::Online, &mut out);
}

#[test]
fn without_a_session_nobody_is_watched() {
    let (mut users, mut out) = online();
    users.watch(CommandId(1), "bob".into(), &mut out);
    out.take();
    users.offline(&mut out);
    let error = WatchError::Disconnected;
    assert!(matches!(out.take().replies[..], [(1, Reply::Watched(Err(e)))] if e == error));
    users.watch(CommandId(2), "bob".into(), &mut out);
    let error = WatchError::NotLoggedIn;
    assert!(matches!(out.take().replies[..], [(2, Reply::Watched(Err(e)))] if e == error));
}

#[test]
fn the_privileged_come_in_a_list_and_one_by_one() {
    let (mut users, mut out) = online();
    users.all_privileged(&["bob".into(), "eve".into()]);
    users.set_privileged(&"joe".into(), true);
    users.status(status("bob", Status::Online, false), &mut out);
    out.take();
    users.list_privileged(CommandId(1), &mut out);
    let taken = out.take();
    let [(1, Reply::PrivilegedUsers(Ok(list)))] = &taken.replies[..] else {
        panic!("{taken:?}")
    };
    assert_eq!(*list, ["eve", "joe"]);
    users.offline(&mut out);
    users.list_privileged(CommandId(2), &mut out);
    let error = SessionError::NotLoggedIn;
    assert!(
        matches!(&out.take().replies[..], [(2, Reply::PrivilegedUsers(Err(e)))] if *e == error)
    );
    Users::own_privileges(CheckPrivilegesResponse { seconds: 90 }, &mut out);
    let left = Duration::from_secs(90);
    assert!(matches!(out.take().events[..], [Event::OwnPrivileges(time)] if time == left));
}
