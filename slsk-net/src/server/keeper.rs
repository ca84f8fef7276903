//! Brings what has changed to the store: one batch after the other, as the store takes them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::server::{ChangePassword, LoginRequest};

use super::outbox::Outbox;
use super::store::{AccountStore, StoreError, StoredAccount, StoredChange, StoredMessage};
use crate::machine::{CommandId, ConnId, Effect, Work, WorkDone, WorkId};

/// After how long a batch that could not be kept is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(10);

/// What is to be kept. Without a store nothing is.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    store: Option<Arc<dyn AccountStore>>,
    next: Batch,
    /// What the store is at.
    saving: Option<Batch>,
    /// Not before this time, after a failure.
    not_before: Option<Instant>,
}

/// Changes that are kept together.
#[derive(Debug, Default)]
struct Batch {
    accounts: BTreeSet<Text>,
    /// By number: messages that wait, and those that do no longer.
    messages: BTreeMap<u32, Option<StoredMessage>>,
    /// What can be done once they are kept.
    then: Vec<Then>,
}

/// What is done once a change is kept.
#[derive(Debug)]
pub(super) enum Then {
    /// A user who has just got his account is let in.
    LetIn(ConnId, LoginRequest),
    /// A new password is repeated.
    Repeat(ConnId, ChangePassword),
    /// A command is answered.
    Reply(CommandId),
}

impl Keeper {
    /// The number of the one batch that is being kept.
    pub(super) const WORK: WorkId = WorkId(0);

    pub(super) fn new(store: Arc<dyn AccountStore>) -> Self {
        Self {
            store: Some(store),
            ..Self::default()
        }
    }

    pub(super) fn store(&self) -> Option<&Arc<dyn AccountStore>> {
        self.store.as_ref()
    }

    /// An account has changed.
    pub(super) fn account(&mut self, name: &Text) {
        if self.store.is_some() {
            self.next.accounts.insert(name.clone());
        }
    }

    /// There is no such account after all.
    pub(super) fn forget(&mut self, name: &Text) {
        self.next.accounts.remove(name);
    }

    /// A message waits.
    pub(super) fn message(&mut self, message: StoredMessage) {
        if self.store.is_some() {
            self.next.messages.insert(message.id, Some(message));
        }
    }

    /// A message waits no longer.
    pub(super) fn message_gone(&mut self, id: u32) {
        // One that was never kept need not be forgotten.
        let never_kept = self.next.messages.remove(&id).flatten().is_some();
        if self.store.is_some() && !never_kept {
            self.next.messages.insert(id, None);
        }
    }

    /// Does something once all changes so far are kept. Without a store that is now: it comes back.
    pub(super) fn then(&mut self, then: Then) -> Option<Then> {
        if self.store.is_none() {
            return Some(then);
        }
        self.next.then.push(then);
        None
    }

    /// Hands the next batch to the store, if there is one and the store has nothing else to do.
    pub(super) fn save(
        &mut self,
        account: impl Fn(&Text) -> Option<StoredAccount>,
        out: &mut Outbox<'_>,
    ) {
        let Some(store) = &self.store else {
            return;
        };
        let early = self.not_before.is_some_and(|then| out.now < then);
        if self.saving.is_some() || self.next.is_empty() || early {
            return;
        }
        self.not_before = None;
        let batch = std::mem::take(&mut self.next);
        let accounts = batch.accounts.iter().filter_map(account);
        let mut changes: Vec<_> = accounts.map(StoredChange::Account).collect();
        changes.extend(batch.messages.iter().map(|(id, message)| match message {
            Some(message) => StoredChange::Message(message.clone()),
            None => StoredChange::MessageGone(*id),
        }));
        self.saving = Some(batch);
        let store = Arc::clone(store);
        let work = Work::new(move || store.save(&changes));
        out.effect(Effect::Work(Self::WORK, work));
    }

    /// The store is done. Returns what was to be done then; after an error that can't be done.
    pub(super) fn saved(
        &mut self,
        done: WorkDone,
        now: Instant,
    ) -> (Vec<Then>, Option<StoreError>) {
        let Some(mut batch) = self.saving.take() else {
            return (Vec::new(), None);
        };
        let then = std::mem::take(&mut batch.then);
        match done.take().unwrap_or(Err(StoreError::panicked())) {
            Err(error) => {
                self.next.accounts.append(&mut batch.accounts);
                for (id, message) in batch.messages {
                    self.next.messages.entry(id).or_insert(message);
                }
                self.not_before = Some(now + TRY_AGAIN);
                (then, Some(error))
            }
            Ok(()) => (then, None),
        }
    }

    /// When to try again, if there is still anything to keep.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.not_before.filter(|_| !self.next.is_empty())
    }
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.messages.is_empty() && self.then.is_empty()
    }
}
