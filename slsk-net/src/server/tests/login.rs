//! From a connection to a session, and the end of it.

use slsk_wire::Text;
use slsk_wire::server::{
    ChangePassword, FileSearch, LoginRefusal, LoginResponse, PingRequest, UserListRequest,
};

use super::*;

fn log_in(hall: &mut Hall, name: &str, password: &str) -> (ConnId, Option<LoginResponse>) {
    let conn = hall.connect();
    hall.ask(conn, LoginRequest::new(name, password, 177, 1));
    let heard = hall.heard(conn);
    let login = heard.into_iter().find_map(|message| match message {
        ServerResponse::Login(login) => Some(login),
        _ => None,
    });
    (conn, login)
}

fn reason(hall: &mut Hall, name: &str, password: &str) -> Option<LoginRefusal> {
    log_in(hall, name, password).1.expect("an answer").reason
}

#[test]
fn who_logs_in_is_told_everything() {
    let mut hall = Hall::new(ServerConfig {
        greeting: "hello".to_owned(),
        excluded_phrases: vec!["bad".into()],
        ..ServerConfig::default()
    });
    let conn = hall.connect();
    hall.ask(conn, LoginRequest::new("ada", "pw", 177, 1));
    let heard = hall.heard(conn);
    let codes: Vec<u32> = heard.iter().map(slsk_wire::Family::code).collect();
    assert_eq!(codes, [1, 64, 83, 84, 104, 69, 160]);
    let ServerResponse::Login(login) = &heard[0] else {
        panic!("no login: {heard:?}");
    };
    assert_eq!(login.greeting, Some("hello".into()));
    assert_eq!(login.ip, Some(hall.ip(conn)));
    let events = [
        ServerEvent::Registered("ada".into()),
        ServerEvent::LoggedIn("ada".into()),
    ];
    assert_eq!(hall.events, events);
}

#[test]
fn a_bad_name_or_password_is_refused_and_the_connection_stays_silent() {
    let mut hall = Hall::new(ServerConfig::default());
    hall.user("ada");
    let long = "x".repeat(31);
    for (name, password, refusal) in [
        ("", "pw", LoginRefusal::InvalidUsername),
        (&*long, "pw", LoginRefusal::InvalidUsername),
        ("nameé", "pw", LoginRefusal::InvalidUsername),
        (" x", "pw", LoginRefusal::InvalidUsername),
        ("server", "pw", LoginRefusal::InvalidUsername),
        ("new", "", LoginRefusal::EmptyPassword),
        ("ada", "other", LoginRefusal::InvalidPassword),
    ] {
        assert_eq!(reason(&mut hall, name, password), Some(refusal), "{name}");
    }
    let (conn, _) = log_in(&mut hall, "ada", "other");
    // What a client sends in one breath with its login, and a second try.
    hall.ask(conn, SetListenPort::new(1));
    hall.ask(conn, LoginRequest::new("ada", "pw", 177, 1));
    assert_eq!((hall.heard(conn), &hall.closed), (vec![], &vec![]));
    hall.wait(Duration::from_mins(2));
    assert!(hall.closed.contains(&conn));
}

#[test]
fn a_version_of_0_is_refused() {
    let mut hall = Hall::new(ServerConfig::default());
    for (major, minor) in [(0, 1), (177, 0)] {
        let conn = hall.connect();
        hall.ask(conn, LoginRequest::new("ada", "pw", major, minor));
        let refusal = LoginResponse::rejected(LoginRefusal::InvalidVersion);
        assert_eq!(hall.answer(conn), refusal.into());
    }
}

#[test]
fn an_old_client_without_hash_and_minor_version_gets_in() {
    let mut hall = Hall::new(ServerConfig::default());
    let conn = hall.connect();
    let login = LoginRequest {
        hash: None,
        minor_version: None,
        ..LoginRequest::new("ada", "pw", 149, 1)
    };
    hall.ask(conn, login);
    assert!(hall.heard(conn).len() > 1);
}

#[test]
fn a_server_that_is_not_open_makes_no_accounts() {
    let mut hall = Hall::new(ServerConfig {
        open: false,
        ..ServerConfig::default()
    });
    let refusal = Some(LoginRefusal::ServerPrivate);
    assert_eq!(reason(&mut hall, "ada", "pw"), refusal);
    let account = ServerCommand::AddAccount {
        username: "ada".into(),
        password: "pw".into(),
    };
    assert_eq!(hall.command(account.clone()), Ok(()));
    assert_eq!(reason(&mut hall, "ada", "pw"), None);
    assert_eq!(
        hall.command(account),
        Err(ServerError::Exists("ada".into()))
    );
}

#[test]
fn the_first_session_is_told_of_the_second_and_closed_before_it_begins() {
    let mut hall = Hall::new(ServerConfig::default());
    let first = hall.user("ada");
    let (second, login) = log_in(&mut hall, "ada", "pw");
    assert!(login.expect("an answer").success);
    assert_eq!(hall.answer(first), slsk_wire::server::Relogged.into());
    assert_eq!(hall.closed, [first]);
    // What the first one still sends is not the second one's business.
    hall.hang_up(first);
    hall.ask(second, PingRequest);
    assert_eq!(hall.online(), ["ada"]);
    assert_eq!(hall.closed, [first]);
    let ada = || Text::from("ada");
    let events = [ServerEvent::LoggedOut(ada()), ServerEvent::LoggedIn(ada())];
    assert_eq!(hall.events, events);
}

#[test]
fn a_refused_login_leaves_the_session_of_that_name_alone() {
    let mut hall = Hall::new(ServerConfig::default());
    let first = hall.user("ada");
    log_in(&mut hall, "ada", "wrong");
    assert_eq!((hall.heard(first), &hall.closed), (vec![], &vec![]));
    assert_eq!(hall.online(), ["ada"]);
}

#[test]
fn who_says_something_else_first_is_sent_away() {
    let mut hall = Hall::new(ServerConfig::default());
    let conn = hall.connect();
    let search = FileSearch {
        token: 1,
        query: "x".into(),
    };
    hall.ask(conn, search);
    assert_eq!(hall.closed, [conn]);
}

#[test]
fn a_password_can_be_changed() {
    let mut hall = Hall::new(ServerConfig::default());
    let ada = hall.user("ada");
    let change = ChangePassword {
        password: "better".into(),
    };
    hall.ask(ada, change.clone());
    assert_eq!(hall.answer(ada), change.into());
    // There must be one.
    hall.ask(
        ada,
        ChangePassword {
            password: "".into(),
        },
    );
    assert_eq!(hall.heard(ada), []);
    hall.hang_up(ada);
    let refusal = Some(LoginRefusal::InvalidPassword);
    assert_eq!(reason(&mut hall, "ada", "pw"), refusal);
    assert_eq!(reason(&mut hall, "ada", "better"), None);
}

#[test]
fn who_asks_for_all_users_is_sent_away() {
    let mut hall = Hall::new(ServerConfig::default());
    let ada = hall.user("ada");
    hall.ask(ada, UserListRequest);
    assert_eq!(hall.closed, [ada]);
    assert_eq!(hall.events, [ServerEvent::LoggedOut("ada".into())]);
}

#[test]
fn where_all_places_are_taken_the_oldest_stranger_makes_room() {
    let mut hall = Hall::limited(ServerLimits {
        connections: Some(3),
        ..ServerLimits::default()
    });
    let ada = hall.user("ada");
    let [first, second] = [1, 2].map(|_| {
        hall.wait(Duration::from_secs(1));
        hall.connect_from("127.0.0.9:1")
    });
    let bob = hall.user("bob");
    assert_eq!(hall.closed, [first]);
    let clara = hall.user("clara");
    assert_eq!(hall.closed, [first, second]);
    let late = hall.connect_from("127.0.0.9:1");
    assert_eq!(hall.closed, [first, second, late]);
    hall.hang_up(clara);
    let third = hall.connect_from("127.0.0.9:1");
    let banned = "127.0.0.7".parse().unwrap();
    assert_eq!(hall.command(ServerCommand::BanAddress(banned)), Ok(()));
    // Who may not come in drives out nobody.
    let banned = hall.connect_from("127.0.0.7:1");
    assert_eq!(hall.closed, [first, second, late, banned]);
    hall.hang_up(third);
    for user in [ada, bob] {
        hall.hang_up(user);
    }
    hall.connect_from("127.0.0.9:1");
    assert_eq!(hall.closed.len(), 4);
}

#[test]
fn one_address_has_as_many_connections_as_the_limit_says() {
    let mut hall = Hall::limited(ServerLimits {
        connections_per_address: Some(2),
        ..ServerLimits::default()
    });
    let [first, _second, third] = [1, 2, 3].map(|_| hall.connect_from("127.0.0.9:1"));
    assert_eq!(hall.closed, [third]);
    let other = hall.connect_from("127.0.0.8:1");
    hall.hang_up(first);
    let fourth = hall.connect_from("127.0.0.9:1");
    assert_eq!(hall.closed, [third]);
    assert_ne!(other, fourth);
}
