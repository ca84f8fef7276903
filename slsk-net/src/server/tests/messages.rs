//! Private messages.

use slsk_wire::server::{
    AcknowledgePrivateMessage, IncomingPrivateMessage, MessageUsers, PrivateMessage,
};

use super::*;

fn write(hall: &mut Hall, from: ConnId, to: &str, message: &str) {
    let message = PrivateMessage {
        username: to.into(),
        message: message.into(),
    };
    hall.ask(from, message);
}

/// The private messages that somebody has got.
fn read(hall: &mut Hall, conn: ConnId) -> Vec<IncomingPrivateMessage> {
    let heard = hall.heard(conn).into_iter();
    let messages = heard.filter_map(|message| match message {
        ServerResponse::PrivateMessage(message) => Some(message),
        _ => None,
    });
    messages.collect()
}

fn log_in(hall: &mut Hall, name: &str) -> ConnId {
    let conn = hall.connect();
    hall.ask(conn, LoginRequest::new(name, "pw", 177, 1));
    conn
}

#[test]
fn a_message_arrives_with_time_and_sender() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    hall.wait(Duration::from_secs(5));
    write(&mut hall, ada, "bob", "hello");
    let [message] = &read(&mut hall, bob)[..] else {
        panic!("not one message");
    };
    assert_eq!(
        (&*message.username.to_str(), &*message.message.to_str()),
        ("ada", "hello")
    );
    assert_eq!((message.timestamp, message.is_new), (1_000_005, Some(true)));
    assert_eq!(hall.heard(ada), []);
    write(&mut hall, ada, "ada", "to myself");
    assert_eq!(read(&mut hall, ada).len(), 1);
}

#[test]
fn what_is_not_acknowledged_comes_again() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    write(&mut hall, ada, "bob", "one");
    write(&mut hall, ada, "bob", "two");
    let first = &read(&mut hall, bob)[0];
    let message_id = first.message_id;
    hall.ask(bob, AcknowledgePrivateMessage { message_id });
    hall.hang_up(bob);
    write(&mut hall, ada, "bob", "three");
    let bob = log_in(&mut hall, "bob");
    let messages = read(&mut hall, bob);
    let texts: Vec<_> = messages.iter().map(|m| m.message.to_string()).collect();
    assert_eq!(texts, ["two", "three"]);
    for message in messages {
        assert_eq!(message.is_new, Some(false));
        let message_id = message.message_id;
        // Somebody else can't.
        hall.ask(ada, AcknowledgePrivateMessage { message_id });
        hall.ask(bob, AcknowledgePrivateMessage { message_id });
    }
    hall.hang_up(bob);
    let bob = log_in(&mut hall, "bob");
    assert_eq!(read(&mut hall, bob), []);
}

#[test]
fn nobody_and_two_lines_and_too_much_are_dropped() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    write(&mut hall, ada, "nobody", "hello");
    write(&mut hall, ada, "bob", "two\r\nlines");
    write(&mut hall, ada, "bob", &"x".repeat(2049));
    write(&mut hall, ada, "server", "help");
    assert_eq!((hall.heard(ada), hall.heard(bob)), (vec![], vec![]));
    write(&mut hall, ada, "bob", &"x".repeat(2048));
    assert_eq!(read(&mut hall, bob).len(), 1);
}

#[test]
fn many_get_one_message_each_with_a_number_of_its_own() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob, carol, dave] = hall.users(["ada", "bob", "carol", "dave"]);
    hall.hang_up(dave);
    let message = MessageUsers {
        usernames: ["bob", "nobody", "carol", "dave"].map(Into::into).to_vec(),
        message: "hello".into(),
    };
    hall.ask(ada, message);
    let ids = [bob, carol].map(|conn| read(&mut hall, conn)[0].message_id);
    assert_ne!(ids[0], ids[1]);
    let dave = log_in(&mut hall, "dave");
    assert_eq!(read(&mut hall, dave), []);
}

#[test]
fn not_more_wait_than_the_limits_say() {
    let mut hall = Hall::limited(ServerLimits {
        waiting_messages_per_user: 2,
        waiting_messages: 3,
        ..ServerLimits::default()
    });
    let [ada, bob, carol] = hall.users(["ada", "bob", "carol"]);
    hall.hang_up(bob);
    hall.hang_up(carol);
    for to in ["bob", "bob", "bob", "carol", "carol"] {
        write(&mut hall, ada, to, "hello");
    }
    for (name, count) in [("bob", 2), ("carol", 1)] {
        let conn = log_in(&mut hall, name);
        assert_eq!(read(&mut hall, conn).len(), count);
    }
}

#[test]
fn who_writes_too_much_is_not_heard_for_a_while() {
    let mut hall = Hall::limited(ServerLimits {
        messages: 3,
        ..ServerLimits::default()
    });
    let [ada, bob] = hall.users(["ada", "bob"]);
    let everybody = MessageUsers {
        usernames: vec!["bob".into(); 5],
        message: "hello".into(),
    };
    hall.ask(ada, everybody);
    write(&mut hall, ada, "bob", "hello");
    assert_eq!(read(&mut hall, bob).len(), 3);
    hall.wait(Duration::from_secs(10));
    write(&mut hall, ada, "bob", "hello");
    assert_eq!(read(&mut hall, bob).len(), 1);
}
