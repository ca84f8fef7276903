//! What the owner of a server can do.

use slsk_wire::server::{AdminMessage, ExcludedSearchPhrases, ResetDistributed};

use super::*;

fn log_in(hall: &mut Hall, name: &str) -> ConnId {
    let conn = hall.connect();
    hall.ask(conn, LoginRequest::new(name, "pw", 177, 1));
    conn
}

#[test]
fn a_kicked_user_is_gone_and_may_come_back() {
    let mut hall = Hall::new(ServerConfig::default());
    let ada = hall.user("ada");
    assert_eq!(hall.command(ServerCommand::Kick("ada".into())), Ok(()));
    assert_eq!((hall.heard(ada), &hall.closed), (vec![], &vec![ada]));
    let offline = Err(ServerError::NotOnline("ada".into()));
    assert_eq!(hall.command(ServerCommand::Kick("ada".into())), offline);
    let ada = log_in(&mut hall, "ada");
    assert!(hall.heard(ada).len() > 1);
}

#[test]
fn a_banned_user_gets_no_answer_until_the_ban_ends() {
    let mut hall = Hall::new(ServerConfig::default());
    let ada = hall.user("ada");
    assert_eq!(hall.command(ServerCommand::Ban("ada".into())), Ok(()));
    assert_eq!(hall.closed, [ada]);
    let ada = log_in(&mut hall, "ada");
    assert_eq!(hall.heard(ada), []);
    hall.wait(Duration::from_mins(1));
    assert!(hall.closed.contains(&ada));
    assert_eq!(hall.command(ServerCommand::Unban("ada".into())), Ok(()));
    let ada = log_in(&mut hall, "ada");
    assert!(hall.heard(ada).len() > 1);
    let unknown = Err(ServerError::NoSuchUser("nobody".into()));
    assert_eq!(hall.command(ServerCommand::Ban("nobody".into())), unknown);
}

#[test]
fn a_banned_address_is_closed() {
    let mut hall = Hall::new(ServerConfig::default());
    let ada = hall.user("ada");
    let ip = hall.ip(ada).into();
    assert_eq!(hall.command(ServerCommand::BanAddress(ip)), Ok(()));
    assert_eq!(hall.closed, [ada]);
    assert_eq!(hall.events, [ServerEvent::LoggedOut("ada".into())]);
    let next = hall.connect_from(&format!("{ip}:5"));
    assert_eq!(hall.closed, [ada, next]);
    assert_eq!(hall.command(ServerCommand::UnbanAddress(ip)), Ok(()));
    hall.connect_from(&format!("{ip}:6"));
    assert_eq!(hall.closed, [ada, next]);
}

#[test]
fn an_address_dressed_as_ipv6_is_the_same() {
    let mut hall = Hall::new(ServerConfig::default());
    let come = |hall: &mut Hall, number| {
        let conn = ConnId::accepted(number);
        let remote = "[::ffff:127.0.0.9]:5".parse().unwrap();
        let obfuscated = false;
        hall.input(Input::Accepted {
            conn,
            remote,
            obfuscated,
        });
        conn
    };
    let first = come(&mut hall, 1000);
    let ban = ServerCommand::BanAddress("127.0.0.9".parse().unwrap());
    assert_eq!(hall.command(ban), Ok(()));
    assert_eq!(hall.closed, [first]);
    let second = come(&mut hall, 1001);
    assert_eq!(hall.closed, [first, second]);
    let unban = ServerCommand::UnbanAddress("::ffff:127.0.0.9".parse().unwrap());
    assert_eq!(hall.command(unban), Ok(()));
    come(&mut hall, 1002);
    assert_eq!(hall.closed, [first, second]);
}

#[test]
fn announcements_phrases_and_resets_reach_everybody() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    let phrases = vec!["bad".into()];
    for (command, expected) in [
        (
            ServerCommand::Announce("hello".into()),
            ServerResponse::from(AdminMessage {
                message: "hello".into(),
            }),
        ),
        (
            ServerCommand::ExcludePhrases(phrases.clone()),
            ExcludedSearchPhrases { phrases }.into(),
        ),
        (
            ServerCommand::ResetDistributed(None),
            ResetDistributed.into(),
        ),
    ] {
        assert_eq!(hall.command(command), Ok(()));
        assert_eq!(hall.answer(ada), expected);
        assert_eq!(hall.answer(bob), expected);
    }
    let carol = log_in(&mut hall, "carol");
    let phrases = vec!["bad".into()];
    let told = ExcludedSearchPhrases { phrases }.into();
    assert!(hall.heard(carol).contains(&told));
}

#[test]
fn one_user_can_be_told_or_reset() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    let reset = ServerCommand::ResetDistributed(Some("ada".into()));
    assert_eq!(hall.command(reset), Ok(()));
    assert_eq!(hall.answer(ada), ResetDistributed.into());
    let tell = ServerCommand::Tell {
        username: "ada".into(),
        message: "hello".into(),
    };
    assert_eq!(hall.command(tell), Ok(()));
    let ServerResponse::PrivateMessage(message) = hall.answer(ada) else {
        panic!("no message");
    };
    assert_eq!(message.username, "server");
    assert_eq!(hall.heard(bob), []);
}
