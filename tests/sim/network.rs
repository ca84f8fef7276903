//! The virtual network itself: what it promises to those who use it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use slsk_net::machine::{ConnId, Route};
use slsk_tests::world::{Firewall, Hands, Happened, Latency, NodeId, Stranger, World};

/// What somebody has seen: when, and what.
type Seen = Rc<RefCell<Vec<(Duration, Saw)>>>;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Saw {
    Accepted,
    Connected,
    Failed,
    Bytes(Vec<u8>),
    Closed,
}

/// Dials somebody, sends something once he is through, and something else later.
#[derive(Debug, Default)]
struct Talker {
    dials: Option<Route>,
    says: Vec<u8>,
    later: Option<(Duration, Vec<u8>)>,
    alarm: Option<std::time::Instant>,
    conn: Option<ConnId>,
    begun: Option<std::time::Instant>,
    seen: Seen,
}

impl Stranger for Talker {
    fn happened(&mut self, what: Happened<'_>, hands: &mut Hands<'_>) {
        let saw = match what {
            Happened::Begun => {
                self.begun = Some(hands.now);
                if let Some(route) = self.dials {
                    hands.dial(route);
                }
                return;
            }
            Happened::Alarm => {
                self.alarm = None;
                if let (Some(conn), Some((_, bytes))) = (self.conn, self.later.take()) {
                    hands.write(conn, bytes);
                }
                return;
            }
            Happened::Accepted(conn) => {
                self.conn = Some(conn);
                Saw::Accepted
            }
            Happened::Connected(conn) => {
                self.conn = Some(conn);
                hands.write(conn, self.says.clone());
                self.alarm = self.later.as_ref().map(|(time, _)| hands.now + *time);
                Saw::Connected
            }
            Happened::Failed(_) => Saw::Failed,
            Happened::Bytes(_, bytes) => Saw::Bytes(bytes.to_vec()),
            Happened::Closed(_) => Saw::Closed,
        };
        let time = self.begun.map_or(Duration::ZERO, |begun| hands.now - begun);
        self.seen.borrow_mut().push((time, saw));
    }

    fn deadline(&self) -> Option<std::time::Instant> {
        self.alarm
    }
}

/// Two who are there from the beginning, the second of whom dials the first.
struct Pair {
    world: World,
    listener: NodeId,
    dialler: NodeId,
    heard: Seen,
    called: Seen,
}

impl Pair {
    fn new(seed: u64, prepare: impl FnOnce(&mut World, NodeId), says: &[u8]) -> Self {
        Self::later(seed, prepare, says, None)
    }

    fn later(
        seed: u64,
        prepare: impl FnOnce(&mut World, NodeId),
        says: &[u8],
        later: Option<(Duration, Vec<u8>)>,
    ) -> Self {
        let mut world = World::new(seed);
        let (heard, called) = (Seen::default(), Seen::default());
        let listens = Talker {
            seen: Rc::clone(&heard),
            ..Talker::default()
        };
        let listener = world.add_stranger(listens, "127.0.0.1:1");
        prepare(&mut world, listener);
        let calls = Talker {
            dials: Some(Route::plain(world.address(listener))),
            says: says.to_vec(),
            later,
            seen: Rc::clone(&called),
            ..Talker::default()
        };
        let dialler = world.add_stranger(calls, "127.0.0.2:1");
        Self {
            world,
            listener,
            dialler,
            heard,
            called,
        }
    }

    fn run(&mut self, time: Duration) -> (Vec<Saw>, Vec<Saw>) {
        self.world.run_for(time);
        let saw = |seen: &Seen| seen.borrow().iter().map(|(_, saw)| saw.clone()).collect();
        (saw(&self.heard), saw(&self.called))
    }
}

const MINUTE: Duration = Duration::from_mins(1);

fn bytes(seen: &[Saw]) -> Vec<u8> {
    let pieces = seen.iter().filter_map(|saw| match saw {
        Saw::Bytes(bytes) => Some(bytes.as_slice()),
        _ => None,
    });
    pieces.flatten().copied().collect()
}

#[test]
fn bytes_come_in_order_whole_and_in_pieces() {
    let said: Vec<u8> = (0..200).collect();
    let mut most = 0;
    for seed in 0..20 {
        let (heard, called) = Pair::new(seed, |_, _| {}, &said).run(MINUTE);
        assert_eq!(bytes(&heard), said);
        assert_eq!(called, [Saw::Connected]);
        most = most.max(heard.len());
    }
    assert!(most > 3, "never in pieces");
}

#[test]
fn bytes_come_as_they_were_sent_where_they_are_not_cut() {
    let whole = |world: &mut World, _| world.network().in_pieces = false;
    let (heard, _) = Pair::new(1, whole, b"abc").run(MINUTE);
    assert_eq!(heard, [Saw::Accepted, Saw::Bytes(b"abc".to_vec())]);
}

#[test]
fn a_firewall_refuses_or_drops() {
    for (firewall, expected) in [
        (Firewall::Refuses, vec![Saw::Failed]),
        (Firewall::Drops, vec![]),
    ] {
        let prepare = |world: &mut World, node| world.set_firewall(node, firewall);
        let mut pair = Pair::new(2, prepare, b"abc");
        assert_eq!(pair.run(MINUTE), (vec![], expected));
    }
}

#[test]
fn nobody_home_refuses_and_a_host_that_is_away_does_not_answer() {
    let mut pair = Pair::new(3, World::kill, b"abc");
    assert_eq!(pair.run(MINUTE), (vec![], vec![Saw::Failed]));
    let mut pair = Pair::new(3, World::cut_off, b"abc");
    assert_eq!(pair.run(MINUTE), (vec![], vec![]));
    assert_eq!(pair.world.connections(pair.dialler), 1, "it still dials");
}

#[test]
fn what_is_sent_while_two_are_apart_comes_afterwards() {
    let later = Some((Duration::from_secs(10), b"later".to_vec()));
    let mut pair = Pair::later(4, |_, _| {}, b"first", later);
    pair.run(Duration::from_secs(5));
    let apart = BTreeSet::from([pair.listener]);
    pair.world.part(apart, Duration::from_secs(30));
    let (heard, _) = pair.run(Duration::from_secs(29));
    assert_eq!(bytes(&heard), b"first");
    let (heard, called) = pair.run(Duration::from_secs(2));
    assert_eq!(bytes(&heard), b"firstlater");
    assert_eq!(called, [Saw::Connected]);
}

#[test]
fn nobody_gets_through_to_the_other_side_of_a_partition() {
    let apart = |world: &mut World, node| world.part([node].into(), MINUTE);
    assert_eq!(
        Pair::new(5, apart, b"abc").run(2 * MINUTE),
        (vec![], vec![])
    );
}

#[test]
fn a_lost_connection_is_lost_for_both_or_tells_nobody() {
    let run = |seed, silent| {
        let lossy = move |world: &mut World, _| {
            world.network().loss = 1.0;
            world.network().silent_loss = silent;
        };
        let said = vec![7; 30_000];
        Pair::new(seed, lossy, &said).run(Duration::from_mins(20))
    };
    for seed in 0..20 {
        let (heard, called) = run(seed, 0.0);
        assert_eq!(heard.last(), Some(&Saw::Closed));
        assert_eq!(called, [Saw::Connected, Saw::Closed]);
    }
    let mut cut = 0;
    for seed in 0..20 {
        let (heard, called) = run(seed, 1.0);
        assert!(!heard.contains(&Saw::Closed));
        assert_eq!(called, [Saw::Connected]);
        cut += usize::from(bytes(&heard).len() < 30_000);
    }
    assert!(cut > 5, "{cut}");
}

#[test]
fn a_host_that_has_started_anew_knows_nothing_of_old_connections() {
    let later = Some((Duration::from_secs(10), b"later".to_vec()));
    let mut pair = Pair::later(6, |_, _| {}, b"first", later);
    pair.run(Duration::from_secs(5));
    pair.world.cut_off(pair.listener);
    pair.world
        .restart_server(pair.listener, slsk_net::server::ServerMachine::default());
    let (_, called) = pair.run(Duration::from_secs(4));
    assert_eq!(called, [Saw::Connected]);
    let (_, called) = pair.run(Duration::from_secs(10));
    assert_eq!(called, [Saw::Connected, Saw::Closed]);
}

#[test]
fn latency_is_what_it_says() {
    let mut random = fastrand::Rng::with_seed(7);
    let longest = Duration::from_secs(2);
    let usual = Duration::from_millis(50);
    let mut draw = |latency: Latency| -> Vec<Duration> {
        (0..10_000).map(|_| latency.draw(&mut random)).collect()
    };
    assert!(
        draw(Latency::Fixed(usual))
            .iter()
            .all(|time| *time == usual)
    );
    assert!(draw(Latency::UpTo(usual)).iter().all(|time| *time <= usual));
    let mut tail = draw(Latency::LongTail(usual, longest));
    tail.sort_unstable();
    assert!(tail[5000] < 2 * usual && tail[5000] > usual, "{tail:?}");
    assert!(tail[9950] > 10 * usual && tail[9999] <= longest);
}
