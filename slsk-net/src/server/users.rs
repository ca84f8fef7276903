//! Who is online, and who watches whom.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::time::Duration;

use slsk_wire::Text;
use slsk_wire::server::{ObfuscationType, SetListenPort, Status};

use crate::machine::ConnId;
use crate::machine::rate::RateLimit;

/// The time for which is counted what a user does; see [`ServerLimits`](super::ServerLimits).
const WINDOW: Duration = Duration::from_secs(10);

/// The users that are online, by name and by connection.
#[derive(Debug, Default)]
pub(super) struct Users {
    by_conn: BTreeMap<ConnId, User>,
    conns: BTreeMap<Text, ConnId>,
    /// Who watches whom: the watched, then the connections of those who watch.
    watchers: BTreeMap<Text, BTreeSet<ConnId>>,
}

/// A user that is online.
#[derive(Debug)]
pub(super) struct User {
    pub(super) name: Text,
    pub(super) ip: Ipv4Addr,
    /// 0 until he has told it.
    pub(super) port: u16,
    pub(super) obfuscation_type: ObfuscationType,
    pub(super) obfuscated_port: u16,
    pub(super) status: Status,
    /// Not 0 when his upload slots are full.
    pub(super) slots_full: u32,
    pub(super) news: RateLimit,
    pub(super) relays: RateLimit,
    pub(super) searches: RateLimit,
    pub(super) messages: RateLimit,
    watched: BTreeSet<Text>,
}

impl User {
    pub(super) fn new(name: Text, ip: Ipv4Addr) -> Self {
        Self {
            name,
            ip,
            port: 0,
            obfuscation_type: ObfuscationType::Plain,
            obfuscated_port: 0,
            status: Status::Online,
            slots_full: 0,
            news: RateLimit::new(WINDOW),
            relays: RateLimit::new(WINDOW),
            searches: RateLimit::new(WINDOW),
            messages: RateLimit::new(WINDOW),
            watched: BTreeSet::new(),
        }
    }

    /// Takes the ports. Numbers that are none count as not told.
    pub(super) fn listen(&mut self, listen: &SetListenPort) {
        self.port = port(listen.port);
        self.obfuscation_type = listen
            .obfuscation_type
            .clone()
            .unwrap_or(ObfuscationType::Plain);
        self.obfuscated_port = listen.obfuscated_port.map_or(0, port);
    }
}

impl Users {
    pub(super) fn log_in(&mut self, conn: ConnId, user: User) {
        self.conns.insert(user.name.clone(), conn);
        self.by_conn.insert(conn, user);
    }

    /// Forgets the user of a connection and what he watched; `None` if there is none.
    pub(super) fn log_out(&mut self, conn: ConnId) -> Option<User> {
        let user = self.by_conn.remove(&conn)?;
        self.conns.remove(&user.name);
        for watched in &user.watched {
            self.forget_watcher(watched, conn);
        }
        Some(user)
    }

    pub(super) fn conn_of(&self, name: &Text) -> Option<ConnId> {
        self.conns.get(name).copied()
    }

    pub(super) fn at(&self, conn: ConnId) -> Option<&User> {
        self.by_conn.get(&conn)
    }

    pub(super) fn at_mut(&mut self, conn: ConnId) -> Option<&mut User> {
        self.by_conn.get_mut(&conn)
    }

    pub(super) fn get(&self, name: &Text) -> Option<&User> {
        self.by_conn.get(self.conns.get(name)?)
    }

    /// Subscribes to news about a user, of whom there are at most `most`; more are not subscribed to.
    pub(super) fn watch(&mut self, conn: ConnId, name: Text, most: usize) {
        let Some(user) = self.by_conn.get_mut(&conn) else {
            return;
        };
        if user.watched.len() < most && user.watched.insert(name.clone()) {
            self.watchers.entry(name).or_default().insert(conn);
        }
    }

    pub(super) fn unwatch(&mut self, conn: ConnId, name: &Text) {
        let user = self.by_conn.get_mut(&conn);
        if user.is_some_and(|user| user.watched.remove(name)) {
            self.forget_watcher(name, conn);
        }
    }

    pub(super) fn watchers(&self, name: &Text) -> impl Iterator<Item = ConnId> + '_ {
        self.watchers.get(name).into_iter().flatten().copied()
    }

    pub(super) fn conns(&self) -> impl Iterator<Item = ConnId> + '_ {
        self.by_conn.keys().copied()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &Text> + '_ {
        self.conns.keys()
    }

    fn forget_watcher(&mut self, name: &Text, conn: ConnId) {
        if let Some(watchers) = self.watchers.get_mut(name) {
            watchers.remove(&conn);
            if watchers.is_empty() {
                self.watchers.remove(name);
            }
        }
    }
}

/// The port with this number; 0 if there is none.
fn port(number: u32) -> u16 {
    u16::try_from(number).unwrap_or(0)
}
