//! The rules that hold at all times, and those that hold once all is calm.

use std::collections::BTreeMap;
use std::time::Duration;

use slsk_net::machine::{DownloadError, Snapshot};

use super::run::Run;

/// How many connections to others a client may have.
const MAX_LINKS: usize = 1024;
/// How many searches of others may wait for the index.
const MAX_QUERIES: usize = 256;
/// How often a machine may tick in a second, over the whole run.
const MAX_TICKS: u64 = 20;
/// How long a search may take to reach everybody.
const SEARCH_TIME: Duration = Duration::from_secs(60);
/// How long until everything that was asked for is over and idle connections are closed.
const IDLE: Duration = Duration::from_mins(12);

impl Run {
    /// What strangers can't exceed, whatever they do.
    pub(super) fn check_bounds(&self) -> Result<(), String> {
        for client in &self.clients {
            let Some(machine) = self.world.client(client.node) else {
                continue;
            };
            let Snapshot { links, queries, .. } = machine.snapshot();
            let name = &client.name;
            require(links <= MAX_LINKS, || format!("{name} has {links} links"))?;
            require(queries <= MAX_QUERIES, || {
                format!("{queries} queries wait at {name}")
            })?;
            let ticks = self.world.ticks(client.node);
            let most = MAX_TICKS * (self.world.elapsed().as_secs() + 60);
            require(ticks <= most, || format!("{name} has ticked {ticks} times"))?;
        }
        Ok(())
    }

    /// What holds once all is calm.
    pub(super) fn check(&mut self) -> Result<(), String> {
        self.check_sessions()?;
        self.check_searches()?;
        self.check_downloads()?;
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

    /// Everybody sees each search once, but for whoever searches.
    fn check_searches(&mut self) -> Result<(), String> {
        for client in &self.clients {
            self.world.take_queries(client.node);
        }
        let mut searches = BTreeMap::new();
        for _ in 0..3 {
            let searcher = self.choose();
            searches.insert(self.search(searcher), searcher);
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

    /// Who can be reached can be fetched from.
    fn check_downloads(&mut self) -> Result<(), String> {
        let mut wanted = Vec::new();
        for _ in 0..3 {
            let (to, from) = (self.choose(), self.choose());
            let reachable = !(self.clients[to].firewalled || self.clients[from].firewalled);
            if to != from && reachable {
                wanted.push((to, self.download(to, from)));
            }
        }
        self.run_for(Duration::from_mins(5))?;
        for (number, id) in wanted {
            let client = &self.clients[number];
            let open = self.world.unanswered(client.node).contains_key(&id);
            require(!open, || format!("a download of {} hangs", client.name))?;
            let failed = self.failed.get(&(number, id));
            let fetched = matches!(failed, None | Some(DownloadError::AlreadyRunning));
            require(fetched, || {
                format!("a download of {} fails: {failed:?}", client.name)
            })?;
        }
        Ok(())
    }

    /// Nothing stays behind: only the session, and no command without an answer.
    fn check_leaks(&self) -> Result<(), String> {
        for client in &self.clients {
            let name = &client.name;
            let connections = self.world.connections(client.node);
            let snapshot = self
                .world
                .client(client.node)
                .map(|machine| machine.snapshot());
            let expected = Snapshot {
                online: true,
                ..Snapshot::default()
            };
            require(snapshot == Some(expected), || {
                format!("{name} still holds {snapshot:?}")
            })?;
            require(connections == 1, || {
                format!("{name} has {connections} connections")
            })?;
            let open = self.world.unanswered(client.node).len();
            require(open == 0, || format!("{name} owes {open} answers"))?;
        }
        let connections = self.world.connections(self.server);
        require(connections == self.clients.len(), || {
            format!("the server has {connections} connections")
        })
    }
}

fn require(holds: bool, problem: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(problem()) }
}
