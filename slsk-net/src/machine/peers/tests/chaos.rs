//! Whatever happens, in whatever order: each wish ends once, and in time.

use std::collections::BTreeMap;

use super::*;

const NAMES: [&str; 4] = ["ada", "bob", "eve", "me"];

/// What became of the connections that were asked for.
#[derive(Default)]
struct Books {
    /// Until when each file connection must have come to something.
    files: BTreeMap<u32, Duration>,
    /// Whom each message is for that was neither sent nor reported as lost.
    messages: BTreeMap<u32, Text>,
    dials: Vec<ConnId>,
    /// Connections for messages and for files.
    open: Vec<ConnId>,
    tokens: Vec<u32>,
    /// How often each thing was done.
    ends: BTreeMap<&'static str, usize>,
}

/// What a run must have seen, or it proves little.
fn end(did: &Did) -> Option<&'static str> {
    Some(match did {
        Did::ToldFailure(..) => "a failure was told",
        Did::Received(..) => "a message came",
        Did::Unreachable(..) => "a user was unreachable",
        Did::FileOpened(..) => "a file connection was opened",
        Did::FileOffered(..) => "a file connection came",
        Did::FileUnreachable(..) => "a file connection failed",
        Did::DistributedOpened(..) => "a distributed connection was opened",
        Did::DistributedOffered(..) => "a distributed connection came",
        Did::DistributedUnreachable(_) => "a distributed connection failed",
        Did::PeerGone(_) => "a user was gone",
        Did::Expected(_, Expect::Nothing) => "a message was held",
        _ => return None,
    })
}

impl Books {
    fn enter(&mut self, did: Vec<Did>, elapsed: Duration) {
        for did in did {
            if let Some(end) = end(&did) {
                *self.ends.entry(end).or_default() += 1;
            }
            match did {
                Did::Dialled(conn, _) => self.dials.push(conn),
                Did::AskedToConnect(token, ..) => self.tokens.push(token),
                Did::FileOpened(conn, _, token) => {
                    let deadline = self.files.remove(&token).expect("the first end");
                    assert!(elapsed <= deadline);
                    self.open.push(conn);
                }
                Did::FileUnreachable(_, token, _) => {
                    let deadline = self.files.remove(&token).expect("the first end");
                    assert!(elapsed <= deadline);
                }
                Did::Unreachable(user, _) => self.messages.retain(|_, to| *to != user),
                Did::Sent(_, packet) => {
                    let is_sent = |number: &u32| packet == question(*number).into();
                    self.messages.retain(|number, _| !is_sent(number));
                }
                Did::FileOffered(conn, ..)
                | Did::DistributedOpened(conn, _)
                | Did::DistributedOffered(conn, _)
                | Did::Expected(conn, Expect::Messages(_) | Expect::Ticket) => self.open.push(conn),
                Did::Closed(conn) => {
                    self.dials.retain(|other| *other != conn);
                    self.open.retain(|other| *other != conn);
                }
                _ => {}
            }
        }
    }
}

/// Time passes, deadline by deadline.
fn pass(bench: &mut Bench, books: &mut Books, time: Duration) {
    let end = bench.elapsed() + time;
    while bench.elapsed() < end {
        let left = end.saturating_sub(bench.elapsed());
        let next = bench.peers.deadline().map_or(left, |d| d - bench.out.now);
        let did = bench.wait(next.min(left));
        books.enter(did, bench.elapsed());
    }
}

fn run(seed: u64) -> BTreeMap<&'static str, usize> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut bench = Bench::with(ClientConfig {
        connect_mode: random
            .choice([ConnectMode::Race, ConnectMode::Fallback])
            .expect("one"),
        max_connections: random.usize(1..12),
        ..ClientConfig::default()
    });
    let mut books = Books::default();
    for number in 0..random.u32(1..150) {
        let name = NAMES[random.usize(..NAMES.len())];
        let user = Text::from(name);
        let ip = if random.bool() { HERE } else { ELSEWHERE };
        let kind = match random.u8(..3) {
            0 => ConnectionKind::Peer,
            1 => ConnectionKind::File,
            _ => ConnectionKind::Distributed,
        };
        match random.u8(..15) {
            0..=1 => {
                books.messages.insert(number, user);
                bench.send(name, question(number));
            }
            2 => {
                let deadline = bench.elapsed() + Duration::from_mins(1);
                books.files.insert(number, deadline);
                bench.peers.open_file(&user, number, &mut bench.out);
            }
            3 => bench.peers.open_distributed(&user, None, &mut bench.out),
            4 => bench.peers.deliver(user, result(), &mut bench.out),
            5 => bench.tell(name, if random.u8(..4) == 0 { [0; 4] } else { ip }, 2234),
            6 => bench.invite(name, kind, number),
            7..=8 => {
                if let Some(dial) = books.dials.pop() {
                    if random.bool() {
                        bench.connected(dial);
                    } else {
                        bench.lost(dial);
                    }
                }
            }
            9 => {
                if let Some(conn) = random.choice(books.open.clone()) {
                    books.open.retain(|other| *other != conn);
                    bench.lost(conn);
                }
            }
            10 => _ = bench.come(ip, init(name, kind)),
            11 => {
                let token = random.choice(books.tokens.clone()).unwrap_or(number);
                bench.come(ip, pierce(token));
            }
            12 => {
                if let Some(token) = books.tokens.pop() {
                    bench.cant_connect(token);
                }
            }
            13 => {
                if let Some(conn) = random.choice(books.open.clone())
                    && bench.peers.owns(conn)
                {
                    let link = bench.peers.links.get(conn).expect("just seen");
                    if matches!(link.state, LinkState::AwaitingTicket(_)) {
                        bench.ticket(conn, number);
                    } else {
                        let messages = [question(number), claim(), result()];
                        bench.receive(conn, random.choice(messages).expect("one"));
                    }
                }
            }
            _ => {
                if random.u8(..8) == 0 {
                    bench.peers.offline(&mut bench.out);
                } else {
                    bench.peers.online("me", &mut bench.out);
                }
                let time = Duration::from_millis(random.u64(..15_000));
                pass(&mut bench, &mut books, time);
            }
        }
        let did = bench.did();
        books.enter(did, bench.elapsed());
        let max = bench.peers.config.max_connections;
        assert!(bench.peers.links.count().0 <= max);
    }
    pass(&mut bench, &mut books, Duration::from_mins(5));
    assert_eq!(books.files, BTreeMap::new());
    assert_eq!(books.messages, BTreeMap::new());
    for conn in books.open {
        bench.lost(conn);
    }
    bench.did();
    bench.assert_nothing_leaks();
    books.ends
}

#[test]
fn every_wish_ends_once_and_in_time_and_nothing_leaks() {
    let mut ends = BTreeMap::<_, usize>::new();
    for seed in 0..2000 {
        let seen = std::panic::catch_unwind(|| run(seed));
        let Ok(seen) = seen else {
            panic!("seed {seed}");
        };
        for (end, count) in seen {
            *ends.entry(end).or_default() += count;
        }
    }
    assert_eq!(ends.len(), 11, "{ends:?}");
    assert!(ends.values().all(|count| *count >= 100), "{ends:?}");
}
