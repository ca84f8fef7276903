//! Whose password is worked on next, and for whom there is no room.

use super::*;

/// Logs in from an address without waiting for the answer.
fn begin_from(hall: &mut Hall, address: &str, name: &str) -> ConnId {
    let conn = hall.connect_from(&format!("{address}:9999"));
    hall.ask(conn, LoginRequest::new(name, "pw", 177, 1));
    conn
}

/// Does as many pieces of work, and what comes of them, as there are hashes at once.
fn work_once(hall: &mut Hall) {
    for _ in 0..4 {
        let (id, work) = hall.work.pop_front().expect("work");
        hall.input(Input::WorkDone(id, work.run()));
    }
}

/// How many pieces of work it takes until a login is answered.
fn pieces_until(hall: &mut Hall, conn: ConnId) -> u32 {
    let mut pieces = 0;
    while verdict(hall, conn).is_none() {
        let (id, work) = hall.work.pop_front().expect("work");
        hall.input(Input::WorkDone(id, work.run()));
        pieces += 1;
    }
    pieces
}

/// A server whose accounts have these names, and nobody online.
fn with_accounts(path: &Path, names: &[&str]) -> Hall {
    let mut hall = hall(path, ServerConfig::default());
    for name in names {
        let conn = log_in(&mut hall, name, "pw").expect("a login");
        hall.hang_up(conn);
    }
    work(&mut hall);
    hall
}

#[test]
fn nothing_is_hashed_for_who_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut hall = hall(&folder.path().join("accounts"), ServerConfig::default());
    for number in 0..2000 {
        let conn = begin_from(&mut hall, "127.0.0.9", &format!("user{number}"));
        hall.hang_up(conn);
    }
    let ada = begin_from(&mut hall, "127.0.0.8", "ada");
    // The four that had begun.
    work_once(&mut hall);
    work(&mut hall);
    assert!(verdict(&mut hall, ada).expect("an answer").success);
    assert_eq!(hall.closed, []);
    let registered = hall.events.iter();
    let registered = registered.filter(|event| matches!(event, ServerEvent::Registered(_)));
    assert_eq!(registered.count(), 1);
}

#[test]
fn each_address_has_its_turn() {
    let folder = tempfile::tempdir().unwrap();
    let mut hall = hall(&folder.path().join("accounts"), ServerConfig::default());
    for number in 0..100 {
        begin_from(&mut hall, "127.0.0.9", &format!("user{number}"));
    }
    let others = ["127.0.0.7", "127.0.0.10"].map(|address| begin_from(&mut hall, address, address));
    work_once(&mut hall);
    // They are among the next four, and then their accounts are kept.
    while let Some(position) = hall.work.iter().position(|(id, _)| id.0 == 0) {
        let (id, work) = hall.work.remove(position).expect("work");
        hall.input(Input::WorkDone(id, work.run()));
    }
    work_once(&mut hall);
    for conn in others {
        work(&mut hall);
        assert!(verdict(&mut hall, conn).expect("an answer").success);
    }
}

#[test]
fn who_has_an_account_goes_before_new_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("accounts");
    let mut hall = with_accounts(&path, &["ada"]);
    for number in 0..1000 {
        let address = format!("127.0.{}.{}", 1 + number / 100, 1 + number % 100);
        begin_from(&mut hall, &address, &format!("user{number}"));
    }
    let ada = begin_from(&mut hall, "127.0.0.8", "ada");
    let pieces = pieces_until(&mut hall, ada);
    // Four were at work, some accounts were kept, and then it was her turn.
    assert!(pieces < 10, "{pieces}");
}

#[test]
fn new_names_are_not_forgotten_for_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("accounts");
    let mut hall = with_accounts(&path, &["ada"]);
    for _ in 0..100 {
        begin_from(&mut hall, "127.0.0.9", "ada");
    }
    let bob = begin_from(&mut hall, "127.0.0.8", "bob");
    let pieces = pieces_until(&mut hall, bob);
    assert!(pieces < 20, "{pieces}");
}

#[test]
fn more_logins_from_an_address_than_can_wait_are_closed_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let mut hall = hall(&folder.path().join("accounts"), ServerConfig::default());
    for number in 0..104 {
        begin_from(&mut hall, "127.0.0.9", &format!("user{number}"));
    }
    assert_eq!((hall.closed.len(), hall.work.len()), (0, 4));
    let late = begin_from(&mut hall, "127.0.0.9", "late");
    assert_eq!(hall.heard(late), []);
    assert_eq!(hall.closed, [late]);
    let other = begin_from(&mut hall, "127.0.0.8", "other");
    work(&mut hall);
    assert!(verdict(&mut hall, other).expect("an answer").success);
}

#[test]
fn half_of_an_ipv6_address_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut hall = hall(&folder.path().join("accounts"), ServerConfig::default());
    let mut begin = |number: u32, address: String| {
        let conn = ConnId::accepted(10_000 + u64::from(number));
        hall.input(Input::Accepted {
            conn,
            remote: address.parse().unwrap(),
            obfuscated: false,
        });
        hall.ask(
            conn,
            LoginRequest::new(&format!("user{number}"), "pw", 177, 1),
        );
        hall.closed.contains(&conn)
    };
    let closed = (0..105).filter(|number| begin(*number, format!("[fd00::{number:x}]:9999")));
    assert_eq!(closed.collect::<Vec<_>>(), [104]);
    // Those that are IPv4 in truth are as different as they are there.
    let closed =
        (200..305).filter(|number| begin(*number, format!("[::ffff:127.0.1.{}]:9", number - 199)));
    assert_eq!(closed.count(), 0);
}
