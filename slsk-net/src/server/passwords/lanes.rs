//! A queue that is fair: one from each address, and then the next of each.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::ops::Bound;

/// How many may wait from one address, and of the owner.
const MAX_WAITING: usize = 100;
const MAX_OF_OWNER: usize = 1000;

/// What waits, by the address it comes from; the owner has none.
#[derive(Debug)]
pub(super) struct Lanes<T> {
    lanes: BTreeMap<Option<IpAddr>, VecDeque<T>>,
    /// Whose turn it was last. The next address has the next one, whatever comes and goes.
    last: Option<IpAddr>,
}

impl<T> Default for Lanes<T> {
    fn default() -> Self {
        Self {
            lanes: BTreeMap::new(),
            last: None,
        }
    }
}

impl<T> Lanes<T> {
    /// False when too many wait.
    pub(super) fn push(&mut self, from: Option<IpAddr>, item: T) -> bool {
        let lane = self.lanes.entry(from).or_default();
        let most = from.map_or(MAX_OF_OWNER, |_| MAX_WAITING);
        let room = lane.len() < most;
        if room {
            lane.push_back(item);
        }
        room
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        let behind = (Bound::Excluded(self.last), Bound::Unbounded);
        let next = self.lanes.range(behind).next();
        let from = *next.or_else(|| self.lanes.first_key_value())?.0;
        self.last = from;
        let item = self.lanes.get_mut(&from)?.pop_front();
        self.drop_empty(from);
        item
    }

    /// What waits from an address, in order.
    pub(super) fn of(&self, from: Option<IpAddr>) -> impl Iterator<Item = &T> {
        self.lanes.get(&from).into_iter().flatten()
    }

    /// Drops what waits from an address and is not to be kept.
    pub(super) fn retain(&mut self, from: Option<IpAddr>, keep: impl FnMut(&T) -> bool) {
        if let Some(lane) = self.lanes.get_mut(&from) {
            lane.retain(keep);
            self.drop_empty(from);
        }
    }

    fn drop_empty(&mut self, from: Option<IpAddr>) {
        if self.lanes.get(&from).is_some_and(VecDeque::is_empty) {
            self.lanes.remove(&from);
        }
    }
}
