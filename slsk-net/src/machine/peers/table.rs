//! A map whose entries end by themselves, the next of which is known without a look at all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// What ends by itself.
pub(super) trait Timed {
    /// When, if at all.
    fn deadline(&self) -> Option<Instant>;
}

#[derive(Debug)]
pub(super) struct Table<K, V> {
    entries: BTreeMap<K, V>,
    due: BTreeSet<(Instant, K)>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self {
            entries: BTreeMap::new(),
            due: BTreeSet::new(),
        }
    }
}

impl<K: Ord + Clone, V: Timed> Table<K, V> {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    pub(super) fn contains(&self, key: &K) -> bool {
        self.entries.contains_key(key)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &K> {
        self.entries.keys()
    }

    pub(super) fn insert(&mut self, key: K, value: V) {
        self.remove(&key);
        if let Some(deadline) = value.deadline() {
            self.due.insert((deadline, key.clone()));
        }
        self.entries.insert(key, value);
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let value = self.entries.remove(key)?;
        if let Some(deadline) = value.deadline() {
            self.due.remove(&(deadline, key.clone()));
        }
        Some(value)
    }

    /// Changes an entry, if there is one; its deadline may change too.
    pub(super) fn change<T>(&mut self, key: &K, change: impl FnOnce(&mut V) -> T) -> Option<T> {
        let value = self.entries.get_mut(key)?;
        let before = value.deadline();
        let result = change(value);
        let after = value.deadline();
        if before != after {
            if let Some(before) = before {
                self.due.remove(&(before, key.clone()));
            }
            if let Some(after) = after {
                self.due.insert((after, key.clone()));
            }
        }
        Some(result)
    }

    /// The next deadline.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.due.first().map(|(deadline, _)| *deadline)
    }

    /// An entry whose deadline has come.
    pub(super) fn due(&self, now: Instant) -> Option<K> {
        let (deadline, key) = self.due.first()?;
        (*deadline <= now).then(|| key.clone())
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.due.clear();
    }
}
