//! Accounts that are kept in a file: hashed, checked elsewhere, and there after a restart.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use slsk_wire::Secret;
use slsk_wire::server::{
    AcknowledgePrivateMessage, ChangePassword, GetPeerAddressRequest, GetUserStatsRequest,
    LoginRefusal, LoginResponse, PrivateMessage, SendUploadSpeed, SharedFoldersFiles,
};

use super::*;
use crate::server::{AccountFile, AccountStore, StoreError, Stored, StoredChange};

mod turns;

/// A server with its accounts in a file.
fn hall(path: &Path, config: ServerConfig) -> Hall {
    let file = AccountFile::open(path).unwrap().with_memory(8).unwrap();
    with_store(Arc::new(file), config)
}

fn with_store(store: Arc<dyn AccountStore>, config: ServerConfig) -> Hall {
    let content = store.load().unwrap();
    let mut hall = Hall::new(ServerConfig::default());
    hall.machine = ServerMachine::new(config)
        .at(1_000_000)
        .kept_in(store, content);
    hall
}

/// Whether there is an account, without any work.
fn knows(hall: &mut Hall, name: &str) -> bool {
    let grant = ServerCommand::GrantPrivileges {
        username: name.into(),
        days: 0,
    };
    hall.input(Input::Command(CommandId(1), grant));
    let unknown = ServerError::NoSuchUser(name.into());
    !matches!(hall.reply.take(), Some(ServerReply::Done(Err(error))) if error == unknown)
}

/// Does all work that there is, and what comes of it.
fn work(hall: &mut Hall) {
    while let Some((id, work)) = hall.work.pop_front() {
        hall.input(Input::WorkDone(id, work.run()));
    }
}

/// Logs in without waiting for the answer.
fn begin(hall: &mut Hall, name: &str, password: &str) -> ConnId {
    let conn = hall.connect();
    hall.ask(conn, LoginRequest::new(name, password, 177, 1));
    conn
}

fn verdict(hall: &mut Hall, conn: ConnId) -> Option<LoginResponse> {
    let heard = hall.heard(conn).into_iter();
    let mut logins = heard.filter_map(|message| match message {
        ServerResponse::Login(login) => Some(login),
        _ => None,
    });
    logins.next()
}

fn log_in(hall: &mut Hall, name: &str, password: &str) -> Result<ConnId, LoginRefusal> {
    let conn = begin(hall, name, password);
    work(hall);
    match verdict(hall, conn).expect("an answer").reason {
        Some(reason) => Err(reason),
        None => Ok(conn),
    }
}

/// Follows a command, and does what work it makes.
fn command(hall: &mut Hall, command: ServerCommand) -> Result<(), ServerError> {
    hall.input(Input::Command(CommandId(1), command));
    work(hall);
    match hall.reply.take() {
        Some(ServerReply::Done(result)) => result,
        other => panic!("another reply: {other:?}"),
    }
}

#[test]
fn an_account_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("accounts");
    {
        let mut hall = hall(&path, ServerConfig::default());
        assert!(log_in(&mut hall, "ada", "secret word").is_ok());
        assert_eq!(hall.events[0], ServerEvent::Registered("ada".into()));
    }
    let mut hall = hall(&path, ServerConfig::default());
    let refused = Err(LoginRefusal::InvalidPassword);
    assert_eq!(log_in(&mut hall, "ada", "other"), refused);
    assert!(log_in(&mut hall, "ada", "secret word").is_ok());
    let registered = ServerEvent::Registered("ada".into());
    assert!(!hall.events.contains(&registered));
}

#[test]
fn no_password_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("accounts");
    {
        let mut hall = hall(&path, ServerConfig::default());
        assert!(log_in(&mut hall, "ada", "secret word").is_ok());
        assert!(log_in(&mut hall, "bob", "secret word").is_ok());
    }
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let word = b"secret word";
        assert!(!bytes.windows(word.len()).any(|part| part == word));
    }
    // The same password looks different twice.
    let stored = AccountFile::open(&path).unwrap().load().unwrap();
    let [ada, bob] = &stored.accounts[..] else {
        panic!("not two accounts: {stored:?}");
    };
    assert_ne!(ada.password_hash, bob.password_hash);
    assert!(!format!("{stored:?}").contains("argon2"));
}

#[test]
fn nothing_is_answered_before_the_work_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let mut hall = hall(&folder.path().join("accounts"), ServerConfig::default());
    let conn = begin(&mut hall, "ada", "pw");
    // What clients send in one breath with their login waits.
    hall.ask(conn, SetListenPort::new(5000));
    let shared = SharedFoldersFiles {
        directories: 1,
        files: 2,
    };
    hall.ask(conn, shared);
    assert_eq!((hall.heard(conn), hall.work.len()), (vec![], 1));
    // First the hash, then the account.
    for _ in 0..2 {
        assert_eq!(hall.heard(conn), []);
        let (id, work) = hall.work.pop_front().expect("work");
        hall.input(Input::WorkDone(id, work.run()));
    }
    assert!(verdict(&mut hall, conn).expect("an answer").success);
    let username = "ada".into();
    hall.ask(conn, GetUserStatsRequest { username });
    let ServerResponse::GetUserStats(told) = hall.answer(conn) else {
        panic!("no statistics");
    };
    assert_eq!((told.stats.directories, told.stats.files), (1, 2));
    let username = "ada".into();
    hall.ask(conn, GetPeerAddressRequest { username });
    let ServerResponse::GetPeerAddress(told) = hall.answer(conn) else {
        panic!("no address");
    };
    assert_eq!(told.port, 5000);
}

#[test]
fn who_says_too_much_behind_his_login_is_sent_away() {
    let folder = tempfile::tempdir().unwrap();
    let mut hall = hall(&folder.path().join("accounts"), ServerConfig::default());
    let conn = begin(&mut hall, "ada", "pw");
    for _ in 0..101 {
        hall.ask(conn, SetListenPort::new(1));
    }
    assert_eq!(hall.closed, [conn]);
    work(&mut hall);
    assert_eq!((hall.online().len(), hall.heard(conn)), (0, vec![]));
}

#[test]
fn who_goes_or_is_late_before_the_work_is_done_has_no_session() {
    let folder = tempfile::tempdir().unwrap();
    let mut hall = hall(&folder.path().join("accounts"), ServerConfig::default());
    let gone = begin(&mut hall, "ada", "pw");
    hall.hang_up(gone);
    let late = begin(&mut hall, "bob", "pw");
    hall.wait(Duration::from_mins(1));
    assert_eq!(hall.closed, [late]);
    work(&mut hall);
    assert_eq!((hall.online().len(), hall.said.len()), (0, 0));
    assert!(!knows(&mut hall, "ada"));
}

#[test]
fn of_two_first_logins_at_once_one_makes_the_account() {
    let folder = tempfile::tempdir().unwrap();
    let mut hall = hall(&folder.path().join("accounts"), ServerConfig::default());
    let first = begin(&mut hall, "ada", "one");
    let second = begin(&mut hall, "ada", "two");
    work(&mut hall);
    assert!(verdict(&mut hall, first).expect("an answer").success);
    let refused = verdict(&mut hall, second).expect("an answer").reason;
    assert_eq!(refused, Some(LoginRefusal::InvalidPassword));
    assert_eq!(hall.online(), ["ada"]);
}

#[test]
fn a_changed_password_is_kept_before_it_is_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("accounts");
    {
        let mut hall = hall(&path, ServerConfig::default());
        let ada = log_in(&mut hall, "ada", "old").unwrap();
        let change = ChangePassword {
            password: "new".into(),
        };
        // One at a time.
        for _ in 0..5 {
            hall.ask(ada, change.clone());
        }
        assert_eq!((hall.heard(ada), hall.work.len()), (vec![], 1));
        work(&mut hall);
        assert_eq!(hall.answer(ada), change.into());
    }
    let mut hall = hall(&path, ServerConfig::default());
    let refused = Err(LoginRefusal::InvalidPassword);
    assert_eq!(log_in(&mut hall, "ada", "old"), refused);
    assert!(log_in(&mut hall, "ada", "new").is_ok());
}

#[test]
fn statistics_privileges_bans_and_messages_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("accounts");
    {
        let mut hall = hall(&path, ServerConfig::default());
        let [ada, bob, eve] =
            ["ada", "bob", "eve"].map(|name| log_in(&mut hall, name, "pw").unwrap());
        hall.ask(ada, SendUploadSpeed { speed: 500 });
        for message in ["one", "two"] {
            let username = "bob".into();
            let message = message.into();
            hall.ask(eve, PrivateMessage { username, message });
        }
        let Some(ServerResponse::PrivateMessage(seen)) = hall.heard(bob).pop() else {
            panic!("no message");
        };
        let message_id = seen.message_id;
        hall.ask(bob, AcknowledgePrivateMessage { message_id });
        let grant = ServerCommand::GrantPrivileges {
            username: "ada".into(),
            days: 2,
        };
        assert_eq!(command(&mut hall, grant), Ok(()));
        let ban = ServerCommand::Ban("eve".into());
        assert_eq!(command(&mut hall, ban), Ok(()));
        assert_eq!(command(&mut hall, ServerCommand::Save), Ok(()));
    }
    let mut hall = hall(&path, ServerConfig::default());
    let ada = log_in(&mut hall, "ada", "pw").unwrap();
    let username = "ada".into();
    hall.ask(ada, GetUserStatsRequest { username });
    let ServerResponse::GetUserStats(told) = hall.answer(ada) else {
        panic!("no statistics");
    };
    assert_eq!((told.stats.average_speed, told.stats.uploads), (500, 1));
    hall.ask(ada, slsk_wire::server::CheckPrivilegesRequest);
    let ServerResponse::CheckPrivileges(told) = hall.answer(ada) else {
        panic!("no privileges");
    };
    assert_eq!(told.seconds, 2 * 24 * 3600);
    let eve = begin(&mut hall, "eve", "pw");
    work(&mut hall);
    assert_eq!(verdict(&mut hall, eve), None);
    let bob = begin(&mut hall, "bob", "pw");
    work(&mut hall);
    let messages: Vec<_> = hall
        .heard(bob)
        .into_iter()
        .filter_map(|message| match message {
            ServerResponse::PrivateMessage(message) => Some(message),
            _ => None,
        })
        .collect();
    let [message] = &messages[..] else {
        panic!("not one message: {messages:?}");
    };
    assert_eq!(
        (message.is_new, message.timestamp),
        (Some(false), 1_000_000)
    );
    assert_eq!(
        (&*message.username.to_str(), &*message.message.to_str()),
        ("eve", "one")
    );
    // Numbers go on where they were.
    let username = "bob".into();
    let text = "three".into();
    hall.ask(
        ada,
        PrivateMessage {
            username,
            message: text,
        },
    );
    let ServerResponse::PrivateMessage(next) = hall.answer(bob) else {
        panic!("no message");
    };
    assert!(next.message_id > message.message_id);
}

#[test]
fn the_owner_adds_accounts_that_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("accounts");
    let add = || ServerCommand::AddAccount {
        username: "ada".into(),
        password: "pw".into(),
    };
    let closed = || ServerConfig {
        open: false,
        ..ServerConfig::default()
    };
    {
        let mut hall = hall(&path, closed());
        assert_eq!(command(&mut hall, add()), Ok(()));
        let exists = Err(ServerError::Exists("ada".into()));
        assert_eq!(command(&mut hall, add()), exists);
    }
    let mut hall = hall(&path, closed());
    assert!(log_in(&mut hall, "ada", "pw").is_ok());
    let refused = Err(LoginRefusal::ServerPrivate);
    assert_eq!(log_in(&mut hall, "bob", "pw"), refused);
}

/// A file on a disk that is full now and then.
#[derive(Debug)]
struct Full {
    file: AccountFile,
    full: AtomicBool,
}

impl AccountStore for Full {
    fn load(&self) -> Result<Stored, StoreError> {
        self.file.load()
    }

    fn hash(&self, password: &Secret) -> Result<Secret, StoreError> {
        self.file.hash(password)
    }

    fn verify(&self, password: &Secret, hash: &Secret) -> bool {
        self.file.verify(password, hash)
    }

    fn save(&self, changes: &[StoredChange]) -> Result<(), StoreError> {
        if self.full.load(Ordering::Relaxed) {
            return Err(StoreError("the disk is full".to_owned()));
        }
        self.file.save(changes)
    }
}

impl Full {
    /// Its file is gone with the folder.
    fn new(full: bool) -> (tempfile::TempDir, Arc<Self>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("accounts");
        let file = AccountFile::open(&path).unwrap().with_memory(8).unwrap();
        let full = AtomicBool::new(full);
        (folder, Arc::new(Self { file, full }))
    }
}

#[test]
fn what_can_not_be_kept_is_said_and_tried_again() {
    let (_folder, store) = Full::new(false);
    let mut hall = with_store(store.clone(), ServerConfig::default());
    let ada = log_in(&mut hall, "ada", "pw").unwrap();
    hall.events.clear();

    store.full.store(true, Ordering::Relaxed);
    hall.ask(ada, SendUploadSpeed { speed: 500 });
    work(&mut hall);
    let failed = ServerEvent::StoreFailed(StoreError("the disk is full".to_owned()));
    assert_eq!(hall.events, [failed]);
    // An account that can't be kept is none.
    let refused = begin(&mut hall, "bob", "pw");
    work(&mut hall);
    hall.wait(Duration::from_secs(10));
    work(&mut hall);
    let reason = verdict(&mut hall, refused).expect("an answer").reason;
    assert_eq!(reason, Some(LoginRefusal::ServerFull));
    assert!(!knows(&mut hall, "bob"));
    let grant = ServerCommand::GrantPrivileges {
        username: "ada".into(),
        days: 2,
    };
    hall.input(Input::Command(CommandId(1), grant));
    hall.wait(Duration::from_secs(10));
    work(&mut hall);
    assert!(matches!(
        hall.reply.take(),
        Some(ServerReply::Done(Err(ServerError::Store(_))))
    ));

    store.full.store(false, Ordering::Relaxed);
    hall.wait(Duration::from_secs(10));
    work(&mut hall);
    let kept = &store.load().unwrap().accounts;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].stats.average_speed, 500);
    assert!(kept[0].privileged_until > 1_000_000);
    assert!(log_in(&mut hall, "bob", "pw").is_ok());
}

#[test]
fn a_failure_that_leaves_nothing_to_keep_is_over() {
    let (_folder, store) = Full::new(true);
    let mut hall = with_store(store.clone(), ServerConfig::default());
    let refused = log_in(&mut hall, "ada", "pw");
    assert_eq!(refused, Err(LoginRefusal::ServerFull));
    hall.now += Duration::from_secs(10);
    hall.input(Input::Tick);
    let now = hall.now;
    assert!(
        hall.machine
            .deadline()
            .is_none_or(|deadline| deadline > now)
    );
    store.full.store(false, Ordering::Relaxed);
    assert!(log_in(&mut hall, "ada", "pw").is_ok());
}

/// Code of an owner that panics.
#[derive(Debug)]
struct Panics;

impl AccountStore for Panics {
    fn load(&self) -> Result<Stored, StoreError> {
        Ok(Stored::default())
    }

    fn hash(&self, password: &Secret) -> Result<Secret, StoreError> {
        assert_ne!(*password, Secret::from("hash"));
        Ok(password.clone())
    }

    fn verify(&self, _: &Secret, _: &Secret) -> bool {
        panic!("no")
    }

    fn save(&self, changes: &[StoredChange]) -> Result<(), StoreError> {
        let is_bad = |change: &StoredChange| match change {
            StoredChange::Account(account) => account.username == "save",
            _ => false,
        };
        assert!(!changes.iter().any(is_bad));
        Ok(())
    }
}

#[test]
fn a_store_that_panics_is_one_that_fails() {
    let mut hall = with_store(Arc::new(Panics), ServerConfig::default());
    for _ in 0..10 {
        for (name, password) in [("ada", "hash"), ("save", "pw")] {
            let refused = log_in(&mut hall, name, password);
            assert_eq!(refused, Err(LoginRefusal::ServerFull));
        }
        hall.wait(Duration::from_secs(10));
    }
    assert!(log_in(&mut hall, "bob", "pw").is_ok());
    for _ in 0..10 {
        let refused = log_in(&mut hall, "bob", "pw");
        assert_eq!(refused, Err(LoginRefusal::ServerFull));
    }
    let told = StoreError("the store has panicked".to_owned());
    assert!(hall.events.contains(&ServerEvent::StoreFailed(told)));
}
