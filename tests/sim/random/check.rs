//! The rules that hold at all times, and those that hold once all is calm.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use slsk_net::machine::{ClientMachine, Snapshot};

use slsk_wire::Text;

use super::client::{Asked, Client};
use super::run::Run;

/// How many connections to others a client may have.
const MAX_LINKS: usize = 1024;
/// How many connections may be wanted.
const MAX_WISHES: usize = 2048;
/// How many could become a parent, those with two connections counted twice.
const MAX_CANDIDATES: usize = 20;
/// How many searches of others may wait for the index.
const MAX_QUERIES: usize = 256;
/// How often a machine may tick in a second, over the whole run.
const MAX_TICKS: u64 = 20;
/// How long a search may take to reach everybody.
const SEARCH_TIME: Duration = Duration::from_mins(1);
/// How long until everything that was asked for is over and idle connections are closed; with the samples, less than a
/// parent may be silent.
const IDLE: Duration = Duration::from_mins(10);
/// How often it is counted what stays behind, and how long from one time to the next.
const LEAK_SAMPLES: usize = 10;
/// What a candidate may have of each who looks for a parent: two connections, their user and a wish.
const FOR_A_CANDIDATE: usize = 6;
const LEAK_PAUSE: Duration = Duration::from_secs(17);

impl Run {
    /// What strangers can't exceed, whatever they do.
    pub(super) fn check_bounds(&self) -> Result<(), String> {
        for client in &self.clients {
            let Some(machine) = self.world.client(client.node) else {
                continue;
            };
            let Snapshot {
                links,
                wishes,
                queries,
                candidates,
                ..
            } = machine.snapshot();
            let name = &client.name;
            require(links <= MAX_LINKS, || format!("{name} has {links} links"))?;
            require(wishes <= MAX_WISHES, || {
                format!("{name} has {wishes} wishes")
            })?;
            require(candidates <= MAX_CANDIDATES, || {
                format!("{name} has {candidates} candidates")
            })?;
            require(queries <= MAX_QUERIES, || {
                format!("{queries} queries wait at {name}")
            })?;
            self.check_patience(client)?;
            let ticks = self.world.ticks(client.node);
            let most = MAX_TICKS * (self.world.elapsed().as_secs() + 60);
            require(ticks <= most, || format!("{name} has ticked {ticks} times"))?;
        }
        Ok(())
    }

    /// Whoever asks for something hears of it before its deadline, come what may.
    fn check_patience(&self, client: &Client) -> Result<(), String> {
        let now = self.world.now();
        let waits = |(asked, since): &&(Asked, Instant)| {
            let patience = asked.patience();
            patience.is_some_and(|patience| now > *since + patience)
        };
        let late = client.asked.values().filter(waits).count();
        require(late == 0 || !self.world.is_on(client.node), || {
            format!("{} does not answer", client.name)
        })
    }

    /// What holds once all is calm.
    pub(super) fn check(&mut self) -> Result<(), String> {
        self.check_sessions()?;
        self.check_tree()?;
        self.check_searches()?;
        self.check_tree()?;
        self.check_requests()?;
        self.let_go();
        // A parent that is silent for too long is left.
        let searcher = self.choose();
        self.search(searcher);
        self.run_for(IDLE)?;
        self.check_leaks()
    }

    fn check_sessions(&self) -> Result<(), String> {
        for client in 0..self.clients.len() {
            let name = &self.clients[client].name;
            require(self.is_online(client), || format!("{name} is not online"))?;
        }
        Ok(())
    }

    /// Who has a parent is its child, a level below it and in the same branch; a way up ends at a root.
    fn check_tree(&mut self) -> Result<(), String> {
        let mut branches = BTreeMap::new();
        for client in &self.clients {
            let machine = self.world.client(client.node);
            let branch = machine.and_then(|machine| machine.snapshot().branch);
            let branch = branch.ok_or_else(|| format!("{} is nowhere", client.name))?;
            branches.insert(Text::from(&*client.name), branch);
        }
        let (mut with_parent, mut deepest) = (0, 0);
        for client in &self.clients {
            let name = &Text::from(&*client.name);
            let branch = &branches[name];
            let most = client.config.max_children as usize;
            require(branch.children.len() <= most, || {
                format!("{name} has {} children, not {most}", branch.children.len())
            })?;
            deepest = deepest.max(u64::from(branch.level));
            let Some(parent) = &branch.parent else {
                require(branch.level == 0 && branch.root == *name, || {
                    format!("{name} has no parent and is no root: {branch:?}")
                })?;
                continue;
            };
            with_parent += 1;
            let above = branches.get(parent);
            let above =
                above.ok_or_else(|| format!("{name} has the stranger {parent} above it"))?;
            require(above.children.contains(name), || {
                format!("{parent} does not know its child {name}")
            })?;
            require(
                branch.level == above.level + 1 && branch.root == above.root,
                || format!("{name} is at {branch:?}, its parent at {above:?}"),
            )?;
        }
        // Levels that rise by one all the way can't go round.
        self.tally.with_parent = with_parent;
        self.tally.deepest = deepest;
        Ok(())
    }

    /// Everybody sees each search once, but for whoever searches.
    fn check_searches(&mut self) -> Result<(), String> {
        for client in &self.clients {
            self.world.take_queries(client.node);
        }
        let mut searches = BTreeMap::new();
        for _ in 0..3 {
            let who = self.choose();
            searches.insert(self.search(who), who);
            self.run_for(Duration::from_secs(10))?;
        }
        self.run_for(SEARCH_TIME)?;
        for number in 0..self.clients.len() {
            let client = &self.clients[number];
            let seen = self.world.take_queries(client.node);
            for (text, searcher) in &searches {
                let count = seen.get(&text.as_str().into()).copied().unwrap_or(0);
                let expected = u32::from(number != *searcher);
                require(count == expected, || {
                    format!("{} has seen '{text}' {count} times", client.name)
                })?;
                self.tally.seen_searches += u64::from(count);
            }
        }
        Ok(())
    }

    /// Where one can reach the other, files can be fetched and questions are answered.
    fn check_requests(&mut self) -> Result<(), String> {
        let mut wanted = Vec::new();
        for _ in 0..3 {
            let (to, from) = (self.choose(), self.choose());
            let reachable = !(self.clients[to].firewalled && self.clients[from].firewalled);
            if to != from && reachable {
                wanted.push((to, self.download(to, from)));
                wanted.push((to, self.ask_user(to, from)));
            }
        }
        self.run_for(Duration::from_mins(5))?;
        for (number, id) in wanted {
            let client = &self.clients[number];
            let open = self.world.unanswered(client.node).contains_key(&id);
            require(!open, || format!("a request of {} hangs", client.name))?;
            let failed = self.failed.get(&(number, id));
            let succeeds = failed.is_none_or(|problem| problem == "AlreadyRunning");
            require(succeeds, || {
                format!("a request of {} fails: {failed:?}", client.name)
            })?;
        }
        Ok(())
    }

    /// Nothing stays behind: only the session, the tree, and no command without an answer. Roots go on looking for a
    /// parent, so that something may be under way at any moment; what is there at all moments has been left behind.
    fn check_leaks(&mut self) -> Result<(), String> {
        let mut least = vec![usize::MAX; self.clients.len()];
        for _ in 0..LEAK_SAMPLES {
            self.run_for(LEAK_PAUSE)?;
            for (client, least) in self.clients.iter().zip(&mut least) {
                *least = self.excess(client)?.min(*least);
            }
        }
        let alone = self.clients.iter().filter(|client| {
            let machine = self.world.client(client.node);
            let branch = machine.and_then(|machine| machine.snapshot().branch);
            branch.is_some_and(|branch| branch.parent.is_none())
        });
        // Where many can't reach each other, they try it all the time.
        let most = match alone.count() {
            0 | 1 => 0,
            several => several * FOR_A_CANDIDATE,
        };
        for (client, excess) in self.clients.iter().zip(least) {
            require(excess <= most, || {
                let machine = self.world.client(client.node);
                let snapshot = machine.map(ClientMachine::snapshot);
                format!("{} holds {excess} too much: {snapshot:?}", client.name)
            })?;
        }
        let connections = self.world.connections(self.server);
        require(connections == self.clients.len(), || {
            format!("the server has {connections} connections")
        })
    }

    /// How many connections, or things that could become one, a client has beyond its session and its tree.
    fn excess(&self, client: &Client) -> Result<usize, String> {
        let name = &client.name;
        let machine = self.world.client(client.node);
        let machine = machine.ok_or_else(|| format!("{name} is gone"))?;
        let Snapshot {
            online,
            links,
            wishes,
            users,
            branch,
            candidates,
            searches,
            queries,
            requests,
            downloads,
            uploads,
            questions,
            watched: _,
            rooms,
            paced,
        } = machine.snapshot();
        require(online, || format!("{name} is not online"))?;
        let asked = requests + questions;
        let work = searches + queries + downloads + uploads + asked + rooms + paced;
        require(work == 0, || {
            format!("{name} still holds {:?}", machine.snapshot())
        })?;
        let open = self.world.unanswered(client.node).len();
        require(open == 0, || format!("{name} owes {open} answers"))?;
        let tree = branch.map_or(0, |branch| {
            branch.children.len() + usize::from(branch.parent.is_some())
        });
        let connections = self.world.connections(client.node) - 1;
        require(connections >= tree && links >= tree, || {
            format!(
                "{name} has {connections} connections for {:?}",
                machine.snapshot()
            )
        })?;
        let expected = tree + candidates;
        let excess = [connections, links, users].map(|count| count.saturating_sub(expected));
        Ok(excess.iter().sum::<usize>() + wishes)
    }
}

fn require(holds: bool, problem: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(problem()) }
}
