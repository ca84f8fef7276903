use slsk_wire::peer::Directory;

use super::*;
use crate::machine::Effect;

struct Bench {
    requests: Requests,
    out: Outbox,
}

/// What comes of it, in short.
#[derive(Debug, PartialEq)]
enum Done {
    Await(&'static str, bool),
    Sent(&'static str, &'static str),
    Told(u64, Result<usize, RequestError>),
}

use Done::{Await, Sent, Told};

fn short(out: Out) -> Done {
    let user = |user: Text| {
        let mut names = ["ada", "björn", "clara"].into_iter();
        names.find(|name| user == *name).unwrap()
    };
    match out {
        Out::AwaitBulk(name, awaits) => Await(user(name), awaits),
        Out::ToPeer(name, message) => Sent(user(name), slsk_wire::Family::name(&message)),
        Out::Effect(Effect::Reply(id, reply)) => Told(
            id.0,
            match reply {
                Reply::Browsed(result) => result.map(|list| list.directories.len()),
                Reply::Info(result) => result.map(|info| info.description.len()),
                Reply::Folder(result) => result.map(|folder| folder.directories.len()),
                other => panic!("{other:?}"),
            },
        ),
        other => panic!("{other:?}"),
    }
}

impl Bench {
    fn new() -> Self {
        Self {
            requests: Requests::default(),
            out: Outbox::for_tests(),
        }
    }

    /// Asks a user who is connected.
    fn ask(&mut self, id: u64, user: &str, question: Question) -> Vec<Done> {
        let done = self.ask_far(id, user, question);
        self.requests.reached(&user.into(), &self.out);
        done
    }

    /// Asks a user who is not.
    fn ask_far(&mut self, id: u64, user: &str, question: Question) -> Vec<Done> {
        let id = CommandId(id);
        self.requests
            .ask(id, user.into(), question, true, &mut self.out);
        self.done()
    }

    fn shares(&mut self, user: &str, folders: usize) -> Vec<Done> {
        let response = SharesResponse::new(vec![directory(); folders], vec![]);
        self.requests.shares(&user.into(), response, &mut self.out);
        self.done()
    }

    fn folder(&mut self, user: &str, path: &str, folders: usize) -> Vec<Done> {
        let response = FolderContentsResponse {
            token: 0,
            directory: path.into(),
            directories: vec![directory(); folders],
        };
        self.requests.folder(&user.into(), response, &mut self.out);
        self.done()
    }

    fn info(&mut self, user: &str, description: &str) -> Vec<Done> {
        let response = UserInfoResponse {
            description: description.into(),
            has_picture: false,
            picture: None,
            upload_slots: 1,
            queue_size: 0,
            slots_free: true,
            upload_permission: None,
        };
        self.requests.info(&user.into(), response, &mut self.out);
        self.done()
    }

    fn pass(&mut self, seconds: u64) -> Vec<Done> {
        self.out.now += Duration::from_secs(seconds);
        self.requests.tick(&mut self.out);
        self.done()
    }

    fn done(&mut self) -> Vec<Done> {
        self.out.queue.drain(..).map(short).collect()
    }
}

fn directory() -> Directory {
    Directory {
        name: "Music".into(),
        files: Vec::new(),
    }
}

fn folder(path: &str) -> Question {
    Question::Folder(path.into())
}

#[test]
fn each_question_is_asked_and_answered() {
    let mut bench = Bench::new();
    let sent = [Await("ada", true), Sent("ada", "SharesRequest")];
    assert_eq!(bench.ask(1, "ada", Question::Shares), sent);
    let sent = [Sent("ada", "UserInfoRequest")];
    assert_eq!(bench.ask(2, "ada", Question::Info), sent);
    let sent = [Sent("ada", "FolderContentsRequest")];
    assert_eq!(bench.ask(3, "ada", folder("Music")), sent);

    assert_eq!(bench.shares("ada", 2), [Told(1, Ok(2))]);
    assert_eq!(bench.folder("ada", "Music", 1), [Told(3, Ok(1))]);
    let last = [Told(2, Ok(5)), Await("ada", false)];
    assert_eq!(bench.info("ada", "hello"), last);
    assert_eq!(bench.requests.deadline(), None);
}

#[test]
fn the_same_question_is_asked_once() {
    let mut bench = Bench::new();
    bench.ask(1, "ada", Question::Shares);
    assert_eq!(bench.ask(2, "ada", Question::Shares), []);
    bench.ask(3, "ada", folder("A"));
    assert_eq!(bench.ask(4, "ada", folder("A")), []);
    let sent = [Await("björn", true), Sent("björn", "SharesRequest")];
    assert_eq!(bench.ask(5, "björn", Question::Shares), sent);
    let sent = [Sent("ada", "FolderContentsRequest")];
    assert_eq!(bench.ask(6, "ada", folder("B")), sent);

    let told = [Told(1, Ok(0)), Told(2, Ok(0)), Await("ada", false)];
    assert_eq!(bench.shares("ada", 0), told);
    let told = [Told(3, Ok(0)), Told(4, Ok(0))];
    assert_eq!(bench.folder("ada", "A", 0), told);
    // Who asks later asks again.
    bench.pass(1);
    let sent = [Await("ada", true), Sent("ada", "SharesRequest")];
    assert_eq!(bench.ask(7, "ada", Question::Shares), sent);
}

#[test]
fn the_same_question_goes_out_half_a_second_later() {
    let mut bench = Bench::new();
    bench.ask(1, "ada", Question::Shares);
    bench.shares("ada", 1);
    assert_eq!(bench.ask(2, "ada", Question::Shares), []);
    // What comes before it is no answer.
    assert_eq!(bench.shares("ada", 1), []);
    let sent = [Await("björn", true), Sent("björn", "SharesRequest")];
    assert_eq!(bench.ask(3, "björn", Question::Shares), sent);
    let next = bench.requests.deadline().unwrap();
    assert_eq!(next - bench.out.now, PAUSE);
    let sent = [Await("ada", true), Sent("ada", "SharesRequest")];
    assert_eq!(bench.pass(1), sent);
    assert_eq!(bench.shares("ada", 1)[0], Told(2, Ok(1)));
    assert_eq!(bench.requests.asked.len(), 2);
    bench.pass(1);
    bench.ask(4, "clara", Question::Info);
    assert_eq!(bench.requests.asked.len(), 1);
}

#[test]
fn what_nobody_has_asked_for_is_dropped() {
    let mut bench = Bench::new();
    bench.ask(1, "ada", Question::Shares);
    bench.ask(2, "ada", folder("A"));
    assert_eq!(bench.shares("björn", 1), []);
    assert_eq!(bench.info("ada", "hello"), []);
    assert_eq!(bench.folder("ada", "B", 1), []);
    assert_eq!(bench.folder("björn", "A", 1), []);
}

#[test]
fn a_user_who_says_nothing_has_not_answered() {
    let mut bench = Bench::new();
    bench.ask(1, "ada", Question::Shares);
    assert_eq!(bench.pass(29), []);
    let told = [Told(1, Err(RequestError::NoAnswer)), Await("ada", false)];
    assert_eq!(bench.pass(1), told);
    assert_eq!(bench.shares("ada", 1), []);
}

#[test]
fn his_time_begins_when_he_is_reached() {
    let mut bench = Bench::new();
    bench.ask_far(1, "ada", Question::Shares);
    assert_eq!(bench.pass(59), []);
    bench.requests.reached(&"ada".into(), &bench.out);
    assert_eq!(bench.pass(20), []);
    // Something else goes out to him, which is no more time for this.
    bench.requests.reached(&"ada".into(), &bench.out);
    assert_eq!(bench.pass(9), []);
    let told = [Told(1, Err(RequestError::NoAnswer)), Await("ada", false)];
    assert_eq!(bench.pass(1), told);
}

#[test]
fn nobody_waits_for_ever_for_the_way() {
    let mut bench = Bench::new();
    bench.ask_far(1, "ada", Question::Info);
    let told = [Told(1, Err(RequestError::NoAnswer)), Await("ada", false)];
    assert_eq!(bench.pass(90), told);
}

#[test]
fn a_list_may_take_longer_while_it_comes() {
    let mut bench = Bench::new();
    bench.ask(1, "ada", Question::Shares);
    bench.ask(2, "björn", Question::Shares);
    assert_eq!(bench.pass(29), []);
    bench.requests.arriving(&"ada".into(), &bench.out);
    let told = [Told(2, Err(RequestError::NoAnswer)), Await("björn", false)];
    assert_eq!(bench.pass(29), told);
    bench.requests.arriving(&"ada".into(), &bench.out);
    assert_eq!(bench.pass(29), []);
    assert_eq!(bench.shares("ada", 1)[0], Told(1, Ok(1)));
}

#[test]
fn a_list_that_never_ends_is_given_up() {
    let mut bench = Bench::new();
    bench.ask(1, "ada", Question::Shares);
    let mut seconds = 0;
    let told = loop {
        bench.requests.arriving(&"ada".into(), &bench.out);
        let told = bench.pass(20);
        seconds += 20;
        if !told.is_empty() {
            break told;
        }
    };
    assert_eq!(told[0], Told(1, Err(RequestError::NoAnswer)));
    assert_eq!(seconds, MOST_PATIENCE.as_secs());
}

#[test]
fn a_user_who_is_gone_or_out_of_reach_is_an_error() {
    let mut bench = Bench::new();
    bench.ask(1, "ada", Question::Info);
    bench.ask(2, "björn", Question::Info);
    bench.ask(3, "björn", folder("A"));
    bench.requests.peer_gone(&"ada".into(), &mut bench.out);
    let told = [Told(1, Err(RequestError::Closed)), Await("ada", false)];
    assert_eq!(bench.done(), told);
    bench
        .requests
        .unreachable(&"björn".into(), "refused", &mut bench.out);
    let error = RequestError::Unreachable {
        reason: "refused".to_owned(),
    };
    let told = [
        Told(2, Err(error.clone())),
        Await("björn", false),
        Told(3, Err(error)),
    ];
    assert_eq!(bench.done(), told);
}

#[test]
fn nobody_is_asked_offline() {
    let mut bench = Bench::new();
    let (id, user) = (CommandId(1), "ada".into());
    bench
        .requests
        .ask(id, user, Question::Shares, false, &mut bench.out);
    assert_eq!(bench.done(), [Told(1, Err(RequestError::NotLoggedIn))]);
}
