//! Passwords that are being hashed or compared, where it holds up nobody.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use slsk_wire::server::{ChangePassword, LoginRequest};
use slsk_wire::{Secret, Text};

use super::outbox::Outbox;
use super::store::{AccountStore, StoreError};
use crate::machine::{CommandId, ConnId, Effect, Work, WorkDone, WorkId};

/// How many are worked on at once.
const AT_ONCE: usize = 4;
/// How many may wait.
const MAX_WAITING: usize = 1000;

/// The passwords that are being worked on, and those that wait, in order.
#[derive(Debug, Default)]
pub(super) struct Passwords {
    waiting: VecDeque<Question>,
    running: BTreeMap<WorkId, Purpose>,
    last: u64,
}

#[derive(Debug)]
struct Question {
    purpose: Purpose,
    password: Secret,
    /// What it is compared with; without it, it is hashed.
    hash: Option<Secret>,
}

/// Why somebody wants to know.
#[derive(Debug)]
pub(super) enum Purpose {
    /// A login with the name of an account.
    LogIn(ConnId, LoginRequest),
    /// The first login with a name.
    Register(ConnId, LoginRequest),
    /// A user wants another one.
    Change(ConnId, ChangePassword),
    /// The owner makes an account.
    Add(CommandId, Text),
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Answer {
    /// Whether it is the one.
    Compared(bool),
    /// What it has become.
    Hashed(Result<Secret, StoreError>),
}

impl Passwords {
    /// Compares a password with what one has become; false when too many wait.
    pub(super) fn compare(&mut self, purpose: Purpose, password: Secret, hash: Secret) -> bool {
        let hash = Some(hash);
        self.ask(Question {
            purpose,
            password,
            hash,
        })
    }

    /// Hashes a password; false when too many wait.
    pub(super) fn hash(&mut self, purpose: Purpose, password: Secret) -> bool {
        self.ask(Question {
            purpose,
            password,
            hash: None,
        })
    }

    /// Whether a user's new password is being hashed.
    pub(super) fn is_changing(&self, conn: ConnId) -> bool {
        let waiting = self.waiting.iter().map(|question| &question.purpose);
        waiting
            .chain(self.running.values())
            .any(|purpose| matches!(purpose, Purpose::Change(other, _) if *other == conn))
    }

    /// Begins with as many as may be worked on at once.
    pub(super) fn work(&mut self, store: Option<&Arc<dyn AccountStore>>, out: &mut Outbox<'_>) {
        let Some(store) = store else {
            return;
        };
        while self.running.len() < AT_ONCE
            && let Some(question) = self.waiting.pop_front()
        {
            self.last += 1;
            // The number 0 is that of what is kept.
            let id = WorkId(self.last);
            let (store, password) = (Arc::clone(store), question.password);
            let work = Work::new(move || match question.hash {
                Some(hash) => Answer::Compared(store.verify(&password, &hash)),
                None => Answer::Hashed(store.hash(&password)),
            });
            self.running.insert(id, question.purpose);
            out.effect(Effect::Work(id, work));
        }
    }

    /// One is done.
    pub(super) fn done(&mut self, id: WorkId, done: WorkDone) -> Option<(Purpose, Answer)> {
        Some((self.running.remove(&id)?, done.take()?))
    }

    fn ask(&mut self, question: Question) -> bool {
        let room = self.waiting.len() < MAX_WAITING;
        if room {
            self.waiting.push_back(question);
        }
        room
    }
}
