use std::net::SocketAddr;
use std::time::Duration;

use slsk_wire::server::FileSearch;

use super::*;
use crate::machine::CommandId;

/// A pace and the ledger of its world.
struct Scene {
    pace: Pace,
    out: Outbox,
    begin: Instant,
    ledger: Ledger,
}

impl Scene {
    fn new() -> Self {
        let out = Outbox::for_tests();
        Self {
            pace: Pace::default(),
            begin: out.now,
            out,
            ledger: Ledger::default(),
        }
    }

    fn search(&mut self, number: u32) {
        let query = "x".into();
        let request = FileSearch {
            token: number,
            query,
        };
        let id = CommandId(number.into());
        self.pace
            .search(&account(), id, request.into(), &mut self.out);
    }

    /// Answers all questions for a turn. Returns the searches that have gone out, those that were told to wait, and all
    /// else.
    fn settle(&mut self) -> (Vec<u32>, Vec<(u64, u64)>, Vec<Out>) {
        let (mut sent, mut delayed, mut others) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(out) = self.out.queue.pop_front() {
            match out {
                Out::Effect(Effect::Pace(id, turn)) => {
                    let now = self.out.now - self.begin;
                    let wait = self.ledger.take(now, &turn);
                    self.pace.answered(id, wait, &mut self.out);
                }
                Out::ToServer(ServerRequest::FileSearch(search)) => sent.push(search.token),
                Out::SearchSent(id) => assert_eq!(id.0, u64::from(*sent.last().expect("sent"))),
                Out::Effect(Effect::Emit(Event::SearchDelayed { search, after })) => {
                    delayed.push((search.0, after.as_secs()));
                }
                other => others.push(other),
            }
        }
        (sent, delayed, others)
    }

    fn wait(&mut self, seconds: u64) {
        self.out.now += Duration::from_secs(seconds);
        self.pace.tick(&mut self.out);
    }
}

fn account() -> Account {
    Account {
        server: SocketAddr::from(([127, 0, 0, 1], 2242)),
        username: "ada".to_owned(),
    }
}

#[test]
fn searches_wait_for_their_turn_in_order_and_are_told_how_long() {
    let mut scene = Scene::new();
    for number in 0..36 {
        scene.search(number);
    }
    let (sent, delayed, others) = scene.settle();
    assert!(sent.into_iter().eq(0..34));
    assert_eq!(delayed, [(34, 220), (35, 220)]);
    assert!(others.is_empty());
    scene.wait(20);
    scene.search(36);
    let (sent, delayed, _) = scene.settle();
    assert_eq!((sent.len(), &delayed[..]), (0, &[(36, 200)][..]));
    assert_eq!(
        scene.pace.deadline(),
        Some(scene.begin + Duration::from_secs(220))
    );
    scene.wait(200);
    let (sent, delayed, _) = scene.settle();
    assert_eq!((sent, delayed.len()), (vec![34, 35, 36], 0));
    assert_eq!(scene.pace.deadline(), None);
}

#[test]
fn a_search_that_is_over_is_never_sent() {
    let mut scene = Scene::new();
    for number in 0..36 {
        scene.search(number);
    }
    scene.settle();
    scene.pace.forget(CommandId(34));
    scene.wait(220);
    assert_eq!(scene.settle().0, [35]);
    // When the last one goes, nothing is waited for.
    for number in 40..74 {
        scene.search(number);
    }
    scene.settle();
    for number in 40..74 {
        scene.pace.forget(CommandId(number));
    }
    assert_eq!(scene.pace.deadline(), None);
}

#[test]
fn only_so_many_searches_wait() {
    let mut scene = Scene::new();
    for number in 0..34 {
        scene.search(number);
    }
    scene.settle();
    for number in 100..100 + 65 {
        scene.search(number);
    }
    let (sent, _, others) = scene.settle();
    assert!(sent.is_empty());
    assert!(matches!(
        others[..],
        [Out::SearchRefused(CommandId(164), SearchError::TooMany)]
    ));
    // The end of the session is the end of them all, and whoever searches then is first in line.
    scene.pace.offline();
    assert_eq!(scene.pace.deadline(), None);
    scene.search(200);
    scene.wait(220);
    let (sent, delayed, _) = scene.settle();
    assert_eq!((sent, delayed.len()), (vec![200], 0));
}

#[test]
fn a_login_that_has_to_wait_says_so_and_is_granted_later() {
    let mut scene = Scene::new();
    for _ in 0..6 {
        scene.pace.login(account(), &mut scene.out);
        assert!(matches!(scene.settle().2[..], [Out::LoginGranted]));
    }
    scene.pace.login(account(), &mut scene.out);
    // Another one takes its place.
    scene.pace.login(account(), &mut scene.out);
    let others = scene.settle().2;
    let after = Duration::from_secs(10);
    assert!(
        matches!(others[..], [
        Out::Effect(Effect::Emit(Event::LoginDelayed { after: a })),
    ] if a == after),
        "{others:?}"
    );
    scene.wait(10);
    assert!(matches!(scene.settle().2[..], [Out::LoginGranted]));
    assert_eq!(scene.pace.deadline(), None);
}
