//! Who has privileges, and for how long.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::server::PrivilegedUsers;

use super::outbox::encoded;
use crate::machine::Packet;

const DAY: Duration = Duration::from_hours(24);
/// How long privileges may last; it keeps times within what an instant can be.
const MOST: Duration = Duration::from_hours(24 * 365 * 50);

/// The users with privileges, and when they end.
#[derive(Debug, Default)]
pub(super) struct Privileges {
    ends: BTreeMap<Text, Instant>,
    by_end: BTreeSet<(Instant, Text)>,
    /// The list for those who log in, until it changes.
    list: Option<Packet>,
}

impl Privileges {
    pub(super) fn has(&self, name: &Text) -> bool {
        self.ends.contains_key(name)
    }

    /// How long they last; zero without any.
    pub(super) fn left(&self, name: &Text, now: Instant) -> Duration {
        let end = self.ends.get(name);
        end.map_or(Duration::ZERO, |end| end.saturating_duration_since(now))
    }

    /// Gives days to a user. Returns whether he had none before.
    pub(super) fn grant(&mut self, name: &Text, days: u32, now: Instant) -> bool {
        let left = self
            .left(name, now)
            .saturating_add(DAY.saturating_mul(days));
        let had = self.has(name);
        self.set(name, left, now);
        !had && self.has(name)
    }

    /// Takes days from a user, if he has so many.
    pub(super) fn take(&mut self, name: &Text, days: u32, now: Instant) -> bool {
        match self.left(name, now).checked_sub(DAY.saturating_mul(days)) {
            Some(left) => {
                self.set(name, left, now);
                true
            }
            None => false,
        }
    }

    /// Whose privileges have ended.
    pub(super) fn ended(&mut self, now: Instant) -> Vec<Text> {
        let mut ended = Vec::new();
        while let Some((end, name)) = self.by_end.first().cloned()
            && end <= now
        {
            self.set(&name, Duration::ZERO, now);
            ended.push(name);
        }
        ended
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
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

    fn set(&mut self, name: &Text, left: Duration, now: Instant) {
        if let Some(old) = self.ends.remove(name) {
            self.by_end.remove(&(old, name.clone()));
        }
        if !left.is_zero() {
            let end = now + left.min(MOST);
            let name = name.detach();
            self.ends.insert(name.clone(), end);
            self.by_end.insert((end, name));
        }
        self.list = None;
    }
}
