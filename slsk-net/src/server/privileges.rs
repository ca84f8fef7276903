//! Who has privileges, and for how long.

use std::collections::{BTreeMap, BTreeSet};

use slsk_wire::Text;
use slsk_wire::server::PrivilegedUsers;

use super::outbox::encoded;
use crate::machine::Packet;

/// A day, in seconds.
const DAY: u64 = 24 * 60 * 60;
/// How long privileges may last, in seconds: fifty years.
const MOST: u64 = DAY * 365 * 50;

/// The users with privileges, and when they end, in seconds since 1970.
#[derive(Debug, Default)]
pub(super) struct Privileges {
    ends: BTreeMap<Text, u64>,
    by_end: BTreeSet<(u64, Text)>,
    /// The list for those who log in, until it changes.
    list: Option<Packet>,
}

impl Privileges {
    pub(super) fn has(&self, name: &Text) -> bool {
        self.ends.contains_key(name)
    }

    /// When they end; 0 without any.
    pub(super) fn end(&self, name: &Text) -> u64 {
        self.ends.get(name).copied().unwrap_or(0)
    }

    /// How many seconds they last.
    pub(super) fn left(&self, name: &Text, time: u64) -> u64 {
        self.end(name).saturating_sub(time)
    }

    /// Gives days to a user. Returns whether he had none before.
    pub(super) fn grant(&mut self, name: &Text, days: u32, time: u64) -> bool {
        let left = self.left(name, time) + DAY * u64::from(days);
        let had = self.has(name);
        self.set_end(name, time + left.min(MOST), time);
        !had && self.has(name)
    }

    /// Takes days from a user, if he has so many.
    pub(super) fn take(&mut self, name: &Text, days: u32, time: u64) -> bool {
        match self.left(name, time).checked_sub(DAY * u64::from(days)) {
            Some(left) => {
                self.set_end(name, time + left, time);
                true
            }
            None => false,
        }
    }

    /// Sets when they end; one that is over takes them.
    pub(super) fn set_end(&mut self, name: &Text, end: u64, time: u64) {
        if let Some(old) = self.ends.remove(name) {
            self.by_end.remove(&(old, name.clone()));
        }
        if end > time {
            let name = name.detach();
            self.ends.insert(name.clone(), end);
            self.by_end.insert((end, name));
        }
        self.list = None;
    }

    /// Whose privileges have ended.
    pub(super) fn ended(&mut self, time: u64) -> Vec<Text> {
        let mut ended = Vec::new();
        while let Some((end, name)) = self.by_end.first().cloned()
            && end <= time
        {
            self.set_end(&name, 0, time);
            ended.push(name);
        }
        ended
    }

    /// When the next ones end.
    pub(super) fn next_end(&self) -> Option<u64> {
        self.by_end.first().map(|(end, _)| *end)
    }

    /// The list of all of them, encoded once.
    pub(super) fn list(&mut self) -> Packet {
        let list = self.list.get_or_insert_with(|| {
            let users = self.ends.keys().cloned().collect();
            encoded(PrivilegedUsers { users }.into())
        });
        list.clone()
    }
}
