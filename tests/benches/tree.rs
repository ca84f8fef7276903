//! A distributed tree of 100,000 clients and a server in one process, and one search through it.
//!
//! `cargo bench -p slsk-tests --bench tree -- --nodes 100000 --children 10`

#![expect(clippy::print_stdout, reason = "a table for whoever runs it")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use slsk_net::machine::{Branch, ClientConfig, ClientMachine, Command, Reply};
use slsk_net::server::{ServerCommand, ServerConfig, ServerLimits, ServerMachine};
use slsk_net::share::{Entry, Index};
use slsk_tests::world::{Latency, NodeId, World};
use slsk_wire::Text;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// How many clients come in a second.
const COMERS: usize = 500;
/// How long bytes are on their way.
const LATENCY: Duration = Duration::from_millis(20);
/// For how long the number of trees must not change until we believe that all have found their places.
const UNCHANGED: Duration = Duration::from_mins(5);
/// How often somebody searches while the tree comes about: nobody is taken for a parent before the first search.
const SEARCH_INTERVAL: Duration = Duration::from_secs(10);
/// How many searches are measured.
const SEARCHES: usize = 5;
/// How long a search may take to reach everybody.
const SEARCH_TIME: Duration = Duration::from_secs(5);
/// How fast a client must be for each child, in bytes a second.
const SPEED_FOR_A_CHILD: u32 = 5 * 1024;
const PASSWORD: &str = "pw";

fn main() {
    let (mut nodes, mut children) = (100_000, 10);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let wanted = match argument.as_str() {
            "--nodes" => &mut nodes,
            "--children" => &mut children,
            // What cargo says to every bench.
            _ => continue,
        };
        let number = arguments.next().and_then(|number| number.parse().ok());
        *wanted = number.expect("a number behind the option");
    }
    let mut tree = Tree::grow(nodes, children);
    tree.search();
    tree.report();
}

/// Clients, a server, and what has been measured.
struct Tree {
    world: World,
    server: NodeId,
    clients: Vec<NodeId>,
    most_children: usize,
    /// How much memory there was in use before.
    before: usize,
    next_search: Duration,
    grown_in: Duration,
    settled_after: Duration,
    /// How long each search took, and how many clients it reached.
    searches: Vec<(Duration, usize)>,
}

impl Tree {
    /// Lets clients come until all have found their places.
    fn grow(nodes: usize, most_children: usize) -> Self {
        let start = now();
        let before = ALLOCATOR.current_usage();
        let mut world = World::new(1);
        world.keep_log(false);
        world.network().latency = Latency::Fixed(LATENCY);
        world.network().in_pieces = false;
        let server = world.add_server(server(nodes), "127.0.0.1:2242");
        let mut tree = Self {
            world,
            server,
            clients: Vec::with_capacity(nodes),
            most_children,
            before,
            next_search: Duration::ZERO,
            grown_in: Duration::ZERO,
            settled_after: Duration::ZERO,
            searches: Vec::new(),
        };
        let index = index();
        while tree.clients.len() < nodes {
            let left = nodes - tree.clients.len();
            // Who comes into an empty network can only be a root.
            let comers = (tree.clients.len() / 10).clamp(1, COMERS);
            for _ in 0..left.min(comers) {
                tree.add_client(&index);
            }
            tree.passes(Duration::from_secs(1));
        }
        let (mut roots, mut since) = (nodes, tree.world.elapsed());
        while tree.world.elapsed() < since + UNCHANGED {
            tree.passes(SEARCH_INTERVAL);
            let count = tree.roots();
            if std::mem::replace(&mut roots, count) != count {
                since = tree.world.elapsed();
            }
        }
        tree.grown_in = now() - start;
        tree.settled_after = since;
        tree
    }

    /// Time passes, and now and then somebody searches.
    fn passes(&mut self, time: Duration) {
        if self.world.elapsed() >= self.next_search {
            self.next_search = self.world.elapsed() + SEARCH_INTERVAL;
            self.begin_search();
        }
        self.world.run_for(time);
        self.tend();
    }

    fn add_client(&mut self, index: &Arc<Index>) {
        let number = self.clients.len();
        let speed = SPEED_FOR_A_CHILD * u32::try_from(self.most_children).unwrap_or(u32::MAX);
        let username = Text::from(&*name(number));
        let account = ServerCommand::AddAccount {
            username: username.clone(),
            password: PASSWORD.into(),
        };
        self.world.tell_server(self.server, account);
        let set = ServerCommand::SetSpeed { username, speed };
        self.world.tell_server(self.server, set);
        let config = ClientConfig {
            listen_port: Some(2234),
            seed: number as u64,
            max_children: u32::try_from(self.most_children).unwrap_or(u32::MAX),
            ..ClientConfig::default()
        };
        let [a, b, c] = [number >> 16, number >> 8, number].map(|part| part & 0xff);
        let address = format!("127.{}.{b}.{c}:2234", a + 1);
        let make = |now| ClientMachine::new(config, now);
        let client = self.world.add_client(make, &address);
        self.world.tell(client, Command::Share(Arc::clone(index)));
        let server = self.world.address(self.server);
        self.world.tell(client, Command::Connect(server));
        self.clients.push(client);
    }

    /// Lets those log in that are connected, and throws away what nobody reads.
    fn tend(&mut self) {
        for (number, client) in self.clients.iter().enumerate() {
            self.world.take_events(*client);
            self.world.take_queries(*client);
            for reply in self.world.take_replies(*client).into_values() {
                match reply {
                    Reply::Connected(result) => {
                        result.expect("a connection");
                        let command = Command::Login {
                            username: name(number),
                            password: PASSWORD.into(),
                        };
                        self.world.tell(*client, command);
                    }
                    Reply::LoggedIn(result) => drop(result.expect("a session")),
                    _ => {}
                }
            }
        }
        self.world.take_server_events(self.server);
    }

    /// The first client, which is the root, searches for what nobody has.
    fn begin_search(&mut self) {
        let query = format!("nothing {}", self.world.elapsed().as_secs());
        if let Some(&root) = self.clients.first() {
            let command = Command::Search(query.as_str().into());
            self.world.tell(root, command);
        }
    }

    fn branches(&self) -> impl Iterator<Item = Branch> {
        let machines = self.clients.iter().filter_map(|id| self.world.client(*id));
        machines.filter_map(|machine| machine.snapshot().branch)
    }

    fn roots(&self) -> usize {
        let online = self.branches().count();
        let away = self.clients.len() - online;
        self.branches().filter(|b| b.parent.is_none()).count() + away
    }

    /// Searches, and measures how long that takes.
    fn search(&mut self) {
        for _ in 0..SEARCHES {
            self.tend();
            self.begin_search();
            let start = now();
            self.world.run_for(SEARCH_TIME);
            let took = now() - start;
            let once = |client: &&NodeId| {
                let queries = self.world.take_queries(**client);
                queries.values().sum::<u32>() == 1
            };
            let reached = self.clients.iter().filter(once).count();
            self.searches.push((took, reached));
        }
    }

    fn report(mut self) {
        let mut levels = BTreeMap::<u32, usize>::new();
        for branch in self.branches() {
            *levels.entry(branch.level).or_default() += 1;
        }
        let memory = ALLOCATOR.current_usage().saturating_sub(self.before);
        self.searches.sort_unstable();
        let (took, reached) = self.searches[SEARCHES / 2];
        let nodes = self.clients.len();
        let mut rows = vec![
            ("clients".to_owned(), nodes.to_string()),
            (
                "children of each, at most".to_owned(),
                self.most_children.to_string(),
            ),
            (
                "until all have a place".to_owned(),
                format!(
                    "{:.0?} of the clock, {:.0?} of the world",
                    self.grown_in, self.settled_after
                ),
            ),
        ];
        for (level, count) in &levels {
            rows.push((format!("clients at level {level}"), count.to_string()));
        }
        let count = u32::try_from(reached).expect("no more than 2^32 nodes");
        let rate = f64::from(count) / took.as_secs_f64();
        rows.extend([
            (
                "reached by a search".to_owned(),
                format!("{reached}, each once"),
            ),
            (
                "time for a search".to_owned(),
                format!("{took:.0?}, the median of {SEARCHES}"),
            ),
            (
                "searches passed on".to_owned(),
                format!("{rate:.0} a second"),
            ),
            (
                "memory".to_owned(),
                format!(
                    "{} bytes a client, with its part of server and network",
                    memory / nodes
                ),
            ),
        ]);
        for (what, figure) in rows {
            println!("{what:28} {figure}");
        }
        assert!(
            self.searches
                .iter()
                .all(|(_, reached)| *reached == nodes - 1),
            "a search does not reach everybody once: {:?}",
            self.searches
        );
    }
}

fn server(nodes: usize) -> ServerMachine {
    ServerMachine::new(ServerConfig {
        limits: ServerLimits {
            accounts: nodes,
            ..ServerLimits::default()
        },
        ..ServerConfig::default()
    })
}

/// One file, so that every search is a query.
fn index() -> Arc<Index> {
    let mut builder = Index::builder();
    let entry = Entry::new(r"Music\snow.flac", 1, "/music/snow.flac");
    builder.add(entry).expect("a valid entry");
    Arc::new(builder.build().expect("an index"))
}

fn name(number: usize) -> String {
    format!("user {number}")
}

#[expect(clippy::disallowed_methods, reason = "a bench measures the clock")]
fn now() -> Instant {
    Instant::now()
}
