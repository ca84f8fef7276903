//! Trees of the distributed network: how they come about, mend, and pass searches on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use slsk_net::machine::{Branch, ClientConfig, ClientMachine, Command};
use slsk_net::server::{ServerCommand, ServerConfig, ServerMachine};
use slsk_net::share::{Entry, Index};
use slsk_wire::Text;

use super::world::{Firewall, NodeId, World};
use super::{connect, log_in};

/// How long a search may be on its way through a whole tree.
const A_WHILE: Duration = Duration::from_secs(20);
/// How often somebody searches until a tree has settled: nobody is adopted before the first search.
const PATIENCE: u32 = 180;
/// For how many searches nobody must have moved.
const STILL: u32 = 7;

/// A server, and clients that share a file each.
struct Grove {
    world: World,
    server: NodeId,
    clients: BTreeMap<Text, NodeId>,
    max_children: u32,
    searches: u32,
}

impl Grove {
    fn new(seed: u64, clients: u8, max_children: u32) -> Self {
        let mut world = World::new(seed);
        let server = ServerMachine::new(ServerConfig::default());
        let server = world.add_server(server, "127.0.0.1:2242");
        let mut grove = Self {
            world,
            server,
            clients: BTreeMap::new(),
            max_children,
            searches: 0,
        };
        for number in 0..clients {
            grove.add(number, 1_000_000);
        }
        grove
    }

    /// Adds a client that uploads so fast.
    fn add(&mut self, number: u8, speed: u32) -> Text {
        let name = format!("user{number}");
        let address = format!("127.0.0.{}:2234", u32::from(number) + 2);
        let config = ClientConfig {
            listen_port: Some(2234),
            seed: number.into(),
            max_children: self.max_children,
            ..ClientConfig::default()
        };
        let make = |now| ClientMachine::new(config, now);
        let node = self.world.add_client(make, &address);
        self.clients.insert(Text::from(&*name), node);
        let server = self.world.address(self.server);
        connect(&mut self.world, node, server).expect("a server");
        log_in(&mut self.world, node, &name, "pw").expect("a login");
        let mut builder = Index::builder();
        let entry = Entry::new(r"Music\snow.flac", 1, "/music/snow.flac");
        builder.add(entry).expect("a valid entry");
        let index = Arc::new(builder.build().expect("an index"));
        self.world.ask(node, Command::Share(index));
        let username = Text::from(&*name);
        let command = ServerCommand::SetSpeed { username, speed };
        self.world.tell_server(self.server, command);
        name.into()
    }

    fn branch(&self, name: &Text) -> Branch {
        let client = self.world.client(self.clients[name]).expect("a client");
        client.branch().expect("a session")
    }

    fn branches(&self) -> BTreeMap<Text, Branch> {
        let names = self.clients.keys();
        names
            .map(|name| (name.clone(), self.branch(name)))
            .collect()
    }

    fn kill(&mut self, name: &Text) {
        let node = self.clients.remove(name).expect("a client");
        self.world.kill(node);
    }

    /// Who has no parent.
    fn roots(&self) -> Vec<Text> {
        let branches = self.branches().into_iter();
        let roots = branches.filter(|(_, branch)| branch.parent.is_none());
        roots.map(|(name, _)| name).collect()
    }

    /// Somebody searches, and it goes wherever it goes. Returns how often each client was asked.
    fn search(&mut self) -> BTreeMap<Text, u32> {
        self.searches += 1;
        let query = format!("nothing{}", self.searches);
        let all: Vec<NodeId> = self.clients.values().copied().collect();
        let searcher = all[self.searches as usize % all.len()];
        self.world
            .tell(searcher, Command::Search(query.as_str().into()));
        self.world.run_for(A_WHILE);
        let clients = self.clients.iter();
        let asked = clients.map(|(name, &node)| {
            let queries = self.world.take_queries(node);
            let count = queries.get(&Text::from(&*query)).copied();
            let own = u32::from(node == searcher);
            (name.clone(), count.unwrap_or_default() + own)
        });
        asked.collect()
    }

    /// Lets time pass, and searches, until nobody moves any more for two rounds of possible parents; then checks the
    /// trees.
    fn settle(&mut self) {
        let (mut last, mut still) = (self.branches(), 0);
        for _ in 0..PATIENCE {
            self.search();
            let branches = self.branches();
            still = if branches == last { still + 1 } else { 0 };
            last = branches;
            if still >= STILL && self.disagreement().is_none() {
                return self.check();
            }
        }
        panic!("no rest: {}\n{:?}", self.draw(), self.disagreement());
    }

    /// The same, and there is one tree.
    fn settle_as_one(&mut self) {
        self.settle();
        assert_eq!(self.roots().len(), 1, "{}", self.draw());
    }

    /// One line for each client.
    fn draw(&self) -> String {
        let lines = self.branches().into_iter().map(|(name, branch)| {
            let Branch {
                level,
                root,
                parent,
                children,
            } = branch;
            let parent = parent.unwrap_or_default();
            format!("\n{name}: level {level}, root {root}, parent {parent}, children {children:?}")
        });
        lines.collect()
    }

    /// What one client says and another contradicts.
    fn disagreement(&self) -> Option<String> {
        let branches = self.branches();
        for (name, branch) in &branches {
            let wrong = |what: &str| Some(format!("{name} {what}"));
            if branch.children.len() > self.max_children as usize {
                return wrong("has too many children");
            }
            // A child that was cut off is there until the system finds out.
            let children = branch
                .children
                .iter()
                .filter_map(|child| branches.get(child));
            for child in children {
                if child.parent.as_ref() != Some(name) {
                    return wrong("has a child that has another parent");
                }
            }
            let Some(parent) = &branch.parent else {
                if (branch.level, &branch.root) != (0, name) {
                    return wrong("is no root and has no parent");
                }
                continue;
            };
            let Some(parent) = branches.get(parent) else {
                return wrong("has a parent that is gone");
            };
            if !parent.children.contains(name) {
                return wrong("has a parent that does not know it");
            }
            if (branch.level, &branch.root) != (parent.level + 1, &parent.root) {
                return wrong("is not right below its parent");
            }
        }
        None
    }

    /// Each level is one more than that of the parent, so there is no circle, and everybody is asked once.
    fn check(&mut self) {
        for _ in 0..3 {
            for (name, asked) in self.search() {
                assert_eq!(asked, 1, "{name} was asked so often: {}", self.draw());
            }
        }
        assert_eq!(self.disagreement(), None);
    }

    /// Somebody in the middle of the tree.
    fn in_the_middle(&self) -> Text {
        let branches = self.branches().into_iter();
        let mut middle = branches.filter(|(_, b)| b.parent.is_some() && !b.children.is_empty());
        middle.next().expect("a tree with a middle").0
    }
}

#[test]
fn where_there_is_room_all_are_in_one_tree_and_get_each_search_once() {
    for (seed, clients) in [(1, 2), (2, 3), (3, 10), (4, 25), (5, 50)] {
        Grove::new(seed, clients, 10).settle_as_one();
    }
}

/// The server names only such as are above in its order of all users, so the last place of a tree may remain empty.
#[test]
fn with_few_children_each_there_may_be_several_trees_and_everybody_gets_each_search_once() {
    for (seed, clients, max_children) in [(6, 3, 1), (7, 5, 2), (8, 25, 2), (9, 50, 3)] {
        let mut grove = Grove::new(seed, clients, max_children);
        grove.settle();
        let roots = grove.roots().len();
        assert!(roots <= 4, "{}", grove.draw());
    }
}

#[test]
fn with_one_child_each_trees_are_chains() {
    let mut grove = Grove::new(8, 12, 1);
    grove.settle();
    // There may be several chains, as nobody has room but the ends.
    let deepest = grove.branches().values().map(|branch| branch.level).max();
    assert!(deepest > Some(4), "{}", grove.draw());
}

#[test]
fn the_speed_limits_the_children() {
    let mut grove = Grove::new(9, 0, 10);
    // Two children for the fastest, one for the next, none for the others.
    for (number, speed) in [(0, 10_240), (1, 5120), (2, 5119), (3, 2048)] {
        grove.add(number, speed);
    }
    grove.settle();
    let children = |name: &str| grove.branch(&name.into()).children.len();
    assert_eq!(
        ["user0", "user1", "user2", "user3"].map(children),
        [2, 1, 0, 0]
    );
}

#[test]
fn children_of_a_parent_that_dies_find_another_one() {
    for seed in 10..15 {
        let mut grove = Grove::new(seed, 15, 2);
        grove.settle();
        let middle = grove.in_the_middle();
        grove.kill(&middle);
        grove.settle();
    }
}

#[test]
fn a_tree_whose_root_dies_gets_another_one() {
    for seed in 15..20 {
        let mut grove = Grove::new(seed, 15, 3);
        grove.settle();
        let root = grove.roots().remove(0);
        grove.kill(&root);
        grove.settle();
    }
}

#[test]
fn a_parent_that_falls_silent_is_given_up() {
    let mut grove = Grove::new(20, 8, 2);
    grove.settle();
    let middle = grove.in_the_middle();
    let children = grove.branch(&middle).children;
    let node = grove.clients.remove(&middle).expect("a client");
    grove.world.cut_off(node);
    let before = grove.world.now();
    grove.settle();
    assert!(grove.world.now() - before < Duration::from_mins(30));
    for child in children {
        assert_ne!(grove.branch(&child).parent, Some(middle.clone()));
    }
}

#[test]
fn after_a_reset_the_tree_comes_about_again() {
    let mut grove = Grove::new(21, 12, 3);
    grove.settle();
    let reset = ServerCommand::ResetDistributed(None);
    grove.world.tell_server(grove.server, reset);
    grove.world.run_for(Duration::from_secs(2));
    assert_eq!(grove.roots().len(), 12);
    grove.settle();
}

#[test]
fn a_reset_of_one_moves_its_branch() {
    let mut grove = Grove::new(22, 12, 2);
    grove.settle();
    let middle = grove.in_the_middle();
    let reset = ServerCommand::ResetDistributed(Some(middle.clone()));
    grove.world.tell_server(grove.server, reset);
    grove.world.run_for(Duration::from_secs(2));
    assert!(grove.roots().contains(&middle));
    assert!(grove.branch(&middle).children.is_empty());
    grove.settle();
}

#[test]
fn who_comes_later_gets_a_place() {
    let mut grove = Grove::new(23, 5, 2);
    grove.settle();
    for number in 5..15 {
        grove.add(number, 1_000_000);
    }
    grove.settle();
}

#[test]
fn who_can_not_be_dialled_has_a_place_too() {
    for firewall in [Firewall::Refuses, Firewall::Drops] {
        let mut grove = Grove::new(24, 8, 3);
        for number in [1, 3, 5] {
            let name = Text::from(&*format!("user{number}"));
            let node = grove.clients[&name];
            grove.world.set_firewall(node, firewall);
        }
        grove.settle();
    }
}

#[test]
fn when_the_server_is_back_so_is_the_tree() {
    let mut grove = Grove::new(25, 8, 2);
    grove.settle();
    grove.world.kill(grove.server);
    grove.world.run_for(Duration::from_secs(1));
    let server = ServerMachine::new(ServerConfig::default());
    grove.world.restart_server(grove.server, server);
    grove.world.run_for(Duration::from_mins(2));
    for username in grove.clients.keys().cloned().collect::<Vec<_>>() {
        let speed = 1_000_000;
        let command = ServerCommand::SetSpeed { username, speed };
        grove.world.tell_server(grove.server, command);
    }
    grove.settle();
}

/// Whoever is reset, cut off from the others for a while, dead or new: afterwards there are trees again.
#[test]
fn after_any_turmoil_trees_come_about_again() {
    for seed in 100..120 {
        let mut random = fastrand::Rng::with_seed(seed);
        let max_children = random.u32(1..5);
        let mut grove = Grove::new(seed, 10, max_children);
        let mut next = 10;
        for _ in 0..random.u32(3..15) {
            grove.search();
            let names: Vec<Text> = grove.clients.keys().cloned().collect();
            let name = random.choice(names).expect("a client");
            match random.u8(..5) {
                0 if grove.clients.len() > 5 => grove.kill(&name),
                1 => {
                    next += 1;
                    grove.add(next, random.u32(1024..100_000));
                }
                2 => {
                    let lasting = Duration::from_secs(random.u64(1..300));
                    let others = random.choose_multiple(grove.clients.values().copied(), 4);
                    grove.world.part(others.into_iter().collect(), lasting);
                }
                3 => {
                    let reset = ServerCommand::ResetDistributed(Some(name));
                    grove.world.tell_server(grove.server, reset);
                }
                _ => grove.world.run_for(Duration::from_secs(random.u64(..90))),
            }
        }
        grove.world.run_for(Duration::from_mins(15));
        grove.settle();
    }
}
