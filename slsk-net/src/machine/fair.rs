//! [`FairQueue`]: whoever has much to wait for does not keep others waiting.

use std::collections::{BTreeMap, VecDeque};

/// A queue in which each owner has one place, first come first served, however much of his waits.
#[derive(Debug)]
pub(crate) struct FairQueue<K, T> {
    turns: BTreeMap<u64, K>,
    lanes: BTreeMap<K, (u64, VecDeque<T>)>,
    next_turn: u64,
    len: usize,
}

impl<K, T> Default for FairQueue<K, T> {
    fn default() -> Self {
        Self {
            turns: BTreeMap::new(),
            lanes: BTreeMap::new(),
            next_turn: 0,
            len: 0,
        }
    }
}

impl<K: Clone + Ord, T> FairQueue<K, T> {
    /// How much waits in all.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn push(&mut self, owner: &K, item: T) {
        self.len += 1;
        if let Some((_, items)) = self.lanes.get_mut(owner) {
            items.push_back(item);
        } else {
            self.enter(owner.clone(), VecDeque::from([item]));
        }
    }

    /// Takes out the oldest of whose turn it is, who goes to the end.
    pub(crate) fn pop(&mut self) -> Option<T> {
        let (_, owner) = self.turns.pop_first()?;
        let (_, mut items) = self.lanes.remove(&owner)?;
        let item = items.pop_front()?;
        self.len -= 1;
        if !items.is_empty() {
            self.enter(owner, items);
        }
        Some(item)
    }

    /// What waits of one owner, in order.
    #[cfg(feature = "server")]
    pub(crate) fn of(&self, owner: &K) -> impl Iterator<Item = &T> {
        self.lanes.get(owner).into_iter().flat_map(|(_, it)| it)
    }

    /// Drops what waits of one owner and is not to be kept.
    pub(crate) fn retain(&mut self, owner: &K, keep: impl FnMut(&T) -> bool) {
        let Some((turn, items)) = self.lanes.get_mut(owner) else {
            return;
        };
        let before = items.len();
        items.retain(keep);
        self.len -= before - items.len();
        if items.is_empty() {
            self.turns.remove(turn);
            self.lanes.remove(owner);
        }
    }

    /// Whether nothing is held of anybody.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.turns.is_empty() && self.lanes.is_empty() && self.len == 0
    }

    /// Puts an owner at the end.
    fn enter(&mut self, owner: K, items: VecDeque<T>) {
        let turn = self.next_turn;
        self.next_turn += 1;
        self.turns.insert(turn, owner.clone());
        self.lanes.insert(owner, (turn, items));
    }
}
