//! Status, statistics, privileges, interests.

use slsk_wire::Text;
use slsk_wire::server::{
    CheckPrivilegesRequest, CheckPrivilegesResponse, GetUserStatsRequest, GetUserStatsResponse,
    GetUserStatusRequest, GetUserStatusResponse, GivePrivileges, ItemRecommendationsRequest,
    ItemSimilarUsersRequest, JoinRoomRequest, MyInterestsRequest, OwnStatus, PrivilegedUsers,
    RecommendationsRequest, RelatedSearchesRequest, SendUploadSpeed, SetStatus, SharedFoldersFiles,
    SimilarRecommendationsRequest, SimilarUsersRequest, Status, UnwatchUser, UserInterestsRequest,
    UserPrivilegesRequest, UserPrivilegesResponse, UserStats, WatchUserRequest, WatchUserResponse,
    WishlistInterval,
};

use super::*;

const DAY: u32 = 24 * 3600;

fn watch(hall: &mut Hall, watcher: ConnId, name: &str) -> WatchUserResponse {
    let username = name.into();
    hall.ask(watcher, WatchUserRequest { username });
    match hall.answer(watcher) {
        ServerResponse::WatchUser(answer) => answer,
        other => panic!("another answer: {other:?}"),
    }
}

fn status(username: &str, status: Status, privileged: bool) -> ServerResponse {
    GetUserStatusResponse {
        username: username.into(),
        status,
        privileged,
    }
    .into()
}

fn grant(hall: &mut Hall, username: &str, days: u32) -> Result<(), ServerError> {
    let username = username.into();
    hall.command(ServerCommand::GrantPrivileges { username, days })
}

#[test]
fn a_watched_user_is_there_away_or_unknown() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    let answer = watch(&mut hall, ada, "bob");
    assert_eq!((answer.exists, answer.status), (true, Some(Status::Online)));
    assert_eq!(answer.country, Some(Text::new()));
    hall.hang_up(bob);
    hall.heard(ada);
    let answer = watch(&mut hall, ada, "bob");
    assert_eq!(
        (answer.exists, answer.status),
        (true, Some(Status::Offline))
    );
    assert_eq!((answer.country, answer.stats.is_some()), (None, true));
    let answer = watch(&mut hall, ada, "nobody");
    assert_eq!((answer.exists, answer.status), (false, None));
    assert!(watch(&mut hall, ada, "server").exists);
}

#[test]
fn news_go_to_who_watches_until_he_does_not() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob, carol] = hall.users(["ada", "bob", "carol"]);
    watch(&mut hall, ada, "bob");
    let set = |status| SetStatus { status };
    hall.ask(bob, set(OwnStatus::Away));
    assert_eq!(hall.answer(ada), status("bob", Status::Away, false));
    for no_news in [OwnStatus::Other(0), OwnStatus::Away] {
        hall.ask(bob, set(no_news));
        assert_eq!(hall.heard(ada), []);
    }
    hall.hang_up(bob);
    assert_eq!(hall.answer(ada), status("bob", Status::Offline, false));
    let bob = hall.connect();
    hall.ask(bob, LoginRequest::new("bob", "pw", 177, 1));
    assert_eq!(hall.answer(ada), status("bob", Status::Online, false));
    assert_eq!(hall.heard(carol), []);

    let username = "bob".into();
    hall.ask(ada, UnwatchUser { username });
    hall.ask(bob, set(OwnStatus::Away));
    assert_eq!(hall.heard(ada), []);
    // The subscription ends with the session.
    watch(&mut hall, carol, "bob");
    hall.hang_up(carol);
    hall.ask(bob, set(OwnStatus::Online));
    assert_eq!(hall.said.iter().filter(|(to, _)| *to == carol).count(), 0);
}

#[test]
fn one_who_watches_himself_hears_of_himself() {
    let mut hall = Hall::new(ServerConfig::default());
    let ada = hall.user("ada");
    watch(&mut hall, ada, "ada");
    hall.ask(ada, SendUploadSpeed { speed: 5 });
    let ServerResponse::GetUserStats(told) = hall.answer(ada) else {
        panic!("no statistics");
    };
    assert_eq!(told.stats.average_speed, 5);
}

#[test]
fn more_watches_than_the_limit_are_answered_and_not_kept() {
    let mut hall = Hall::limited(ServerLimits {
        watches: 1,
        ..ServerLimits::default()
    });
    let [ada, bob, carol] = hall.users(["ada", "bob", "carol"]);
    for _ in 0..2 {
        assert!(watch(&mut hall, ada, "bob").exists);
    }
    assert!(watch(&mut hall, ada, "carol").exists);
    hall.hang_up(carol);
    assert_eq!(hall.heard(ada), []);
    hall.hang_up(bob);
    assert_eq!(hall.heard(ada).len(), 1);
}

#[test]
fn statistics_are_kept_told_and_averaged() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    watch(&mut hall, ada, "bob");
    let shared = SharedFoldersFiles {
        directories: 3,
        files: 40,
    };
    hall.ask(bob, shared);
    assert_eq!(hall.heard(ada).len(), 1);
    // The same again is no news.
    hall.ask(bob, shared);
    assert_eq!(hall.heard(ada), []);
    for speed in [100, 200, 600] {
        hall.ask(bob, SendUploadSpeed { speed });
    }
    hall.heard(ada);
    hall.hang_up(bob);
    hall.heard(ada);
    let expected = UserStats {
        average_speed: 300,
        uploads: 3,
        unknown: 0,
        files: 40,
        directories: 3,
    };
    let username = || "bob".into();
    hall.ask(
        ada,
        GetUserStatsRequest {
            username: username(),
        },
    );
    let answer = GetUserStatsResponse {
        username: username(),
        stats: expected,
    };
    assert_eq!(hall.answer(ada), answer.into());
    assert_eq!(watch(&mut hall, ada, "bob").stats, Some(expected));
    let username = "nobody".into();
    hall.ask(ada, GetUserStatsRequest { username });
    let ServerResponse::GetUserStats(answer) = hall.answer(ada) else {
        panic!("no statistics");
    };
    assert_eq!(answer.stats, UserStats::default());
}

#[test]
fn an_average_stays_in_its_bounds() {
    let mut hall = Hall::new(ServerConfig::default());
    let ada = hall.user("ada");
    for _ in 0..3 {
        hall.ask(ada, SendUploadSpeed { speed: u32::MAX });
    }
    let stats = watch(&mut hall, ada, "ada").stats.expect("statistics");
    assert_eq!(stats.average_speed, u32::MAX);
}

#[test]
fn users_in_a_common_room_hear_of_each_other_once() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    for room in ["one", "two"] {
        hall.ask(ada, JoinRoomRequest::new(room, false));
        hall.ask(bob, JoinRoomRequest::new(room, false));
    }
    hall.said.clear();
    watch(&mut hall, ada, "bob");
    let away = OwnStatus::Away;
    hall.ask(bob, SetStatus { status: away });
    assert_eq!(hall.answer(ada), status("bob", Status::Away, false));
    assert_eq!(hall.answer(bob), status("bob", Status::Away, false));
    hall.ask(bob, SendUploadSpeed { speed: 5 });
    assert_eq!(hall.heard(ada).len(), 1);
}

#[test]
fn privileges_are_granted_counted_and_end() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    watch(&mut hall, ada, "bob");
    assert_eq!(grant(&mut hall, "bob", 2), Ok(()));
    let unknown = Err(ServerError::NoSuchUser("nobody".into()));
    assert_eq!(grant(&mut hall, "nobody", 2), unknown);
    assert_eq!(hall.answer(ada), status("bob", Status::Online, true));
    let seconds = 2 * DAY;
    let told = [
        WishlistInterval { seconds: 120 }.into(),
        CheckPrivilegesResponse { seconds }.into(),
    ];
    assert_eq!(hall.heard(bob), told);
    hall.wait(Duration::from_secs(10));
    hall.ask(bob, CheckPrivilegesRequest);
    let seconds = seconds - 10;
    assert_eq!(hall.answer(bob), CheckPrivilegesResponse { seconds }.into());
    let username = "bob".into();
    hall.ask(ada, UserPrivilegesRequest { username });
    let answer = UserPrivilegesResponse {
        username: "bob".into(),
        privileged: true,
    };
    assert_eq!(hall.answer(ada), answer.into());

    // Who logs in gets the list, and the interval of his own.
    hall.hang_up(bob);
    hall.heard(ada);
    let bob = hall.connect();
    hall.ask(bob, LoginRequest::new("bob", "pw", 177, 1));
    let heard = hall.heard(bob);
    let users = vec!["bob".into()];
    assert!(heard.contains(&PrivilegedUsers { users }.into()));
    assert!(heard.contains(&WishlistInterval { seconds: 120 }.into()));
    hall.heard(ada);

    hall.wait(Duration::from_hours(48));
    assert_eq!(hall.answer(ada), status("bob", Status::Online, false));
    assert_eq!(hall.answer(bob), WishlistInterval { seconds: 720 }.into());
}

#[test]
fn privileges_are_given_from_the_own_ones_only() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    assert_eq!(grant(&mut hall, "ada", 3), Ok(()));
    hall.said.clear();
    let give = |to: &str, days| GivePrivileges {
        username: to.into(),
        days,
    };
    hall.ask(bob, give("ada", 1));
    hall.ask(ada, give("bob", 4));
    hall.ask(ada, give("nobody", 1));
    hall.ask(ada, give("bob", 0));
    assert_eq!((hall.heard(ada), hall.heard(bob)), (vec![], vec![]));
    hall.ask(ada, give("bob", 1));
    let left = |days| {
        ServerResponse::from(CheckPrivilegesResponse {
            seconds: days * DAY,
        })
    };
    assert_eq!(hall.heard(ada), [left(2)]);
    assert!(hall.heard(bob).contains(&left(1)));
    // All of it can go.
    hall.ask(ada, give("bob", 2));
    assert!(hall.heard(ada).contains(&left(0)));
    assert_eq!(hall.heard(bob), [left(3)]);
    let username = "ada".into();
    hall.ask(bob, GetUserStatusRequest { username });
    assert_eq!(hall.answer(bob), status("ada", Status::Online, false));
}

#[test]
fn endless_privileges_have_an_end() {
    let mut hall = Hall::new(ServerConfig::default());
    let ada = hall.user("ada");
    for _ in 0..3 {
        assert_eq!(grant(&mut hall, "ada", u32::MAX), Ok(()));
    }
    hall.ask(ada, CheckPrivilegesRequest);
    let Some(ServerResponse::CheckPrivileges(told)) = hall.heard(ada).pop() else {
        panic!("no privileges");
    };
    assert!(told.seconds > DAY * 365);
}

#[test]
fn questions_about_interests_are_answered() {
    let mut hall = Hall::new(ServerConfig::default());
    let ada = hall.user("ada");
    let item = || Text::from("jazz");
    let questions: [ServerRequest; 9] = [
        RecommendationsRequest.into(),
        slsk_wire::server::GlobalRecommendationsRequest.into(),
        MyInterestsRequest.into(),
        SimilarUsersRequest.into(),
        UserInterestsRequest { username: item() }.into(),
        ItemRecommendationsRequest { item: item() }.into(),
        ItemSimilarUsersRequest { item: item() }.into(),
        SimilarRecommendationsRequest { item: item() }.into(),
        RelatedSearchesRequest { query: item() }.into(),
    ];
    for question in questions {
        let code = slsk_wire::Family::code(&question);
        hall.ask(ada, question);
        let answer = hall.answer(ada);
        assert_eq!(slsk_wire::Family::code(&answer), code);
    }
}

/// What others are told of a user, unless they ask.
#[test]
fn who_says_too_much_of_himself_is_not_passed_on() {
    let mut hall = Hall::limited(ServerLimits {
        news: 3,
        ..ServerLimits::default()
    });
    let [ada, bob] = hall.users(["ada", "bob"]);
    watch(&mut hall, ada, "bob");
    let passed_on = |hall: &mut Hall| {
        for speed in 1..=9 {
            hall.ask(bob, SendUploadSpeed { speed });
        }
        hall.heard(ada).len()
    };
    assert_eq!(passed_on(&mut hall), 3);
    hall.wait(Duration::from_secs(10));
    assert_eq!(passed_on(&mut hall), 3);

    let status = OwnStatus::Away;
    hall.ask(bob, SetStatus { status });
    assert_eq!(hall.heard(ada), []);
    let now = watch(&mut hall, ada, "bob");
    assert_eq!(now.status, Some(Status::Away));
    assert_eq!(now.stats.map(|stats| stats.uploads), Some(18));
}
