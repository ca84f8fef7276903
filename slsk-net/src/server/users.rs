//! Who is online.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::time::Instant;

use slsk_wire::Text;
use slsk_wire::server::{ObfuscationType, Status, UserStats};

use crate::machine::ConnId;

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
    name: Text,
    pub(super) ip: Ipv4Addr,
    /// 0 until he has told it.
    pub(super) port: u32,
    pub(super) obfuscation_type: ObfuscationType,
    pub(super) obfuscated_port: u32,
    pub(super) status: Status,
    pub(super) stats: UserStats,
    /// How many searches he has made, and until when they count.
    pub(super) searches: u32,
    pub(super) searches_until: Instant,
}

impl User {
    pub(super) fn new(name: Text, ip: Ipv4Addr, now: Instant) -> Self {
        Self {
            name,
            ip,
            port: 0,
            obfuscation_type: ObfuscationType::Plain,
            obfuscated_port: 0,
            status: Status::Online,
            stats: UserStats::default(),
            searches: 0,
            searches_until: now,
        }
    }
}

impl Users {
    pub(super) fn log_in(&mut self, conn: ConnId, user: User) {
        self.conns.insert(user.name.clone(), conn);
        self.by_conn.insert(conn, user);
    }

    /// Forgets the user of a connection and what he watched; `None` if there is none.
    pub(super) fn log_out(&mut self, conn: ConnId) -> Option<Text> {
        let user = self.by_conn.remove(&conn)?;
        self.conns.remove(&user.name);
        self.watchers.retain(|_, watchers| {
            watchers.remove(&conn);
            !watchers.is_empty()
        });
        Some(user.name)
    }

    pub(super) fn name_of(&self, conn: ConnId) -> Option<Text> {
        self.by_conn.get(&conn).map(|user| user.name.clone())
    }

    pub(super) fn conn_of(&self, name: &Text) -> Option<ConnId> {
        self.conns.get(name).copied()
    }

    pub(super) fn get(&self, name: &Text) -> Option<&User> {
        self.by_conn.get(self.conns.get(name)?)
    }

    pub(super) fn update(&mut self, conn: ConnId, change: impl FnOnce(&mut User)) {
        if let Some(user) = self.by_conn.get_mut(&conn) {
            change(user);
        }
    }

    pub(super) fn watch(&mut self, conn: ConnId, name: Text) {
        self.watchers.entry(name).or_default().insert(conn);
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
}
