//! Passwords that are being hashed or compared, where it holds up nobody.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use slsk_wire::server::{ChangePassword, LoginRequest};
use slsk_wire::{Secret, Text};

use super::outbox::Outbox;
use super::store::{AccountStore, StoreError};
use crate::machine::fair::FairQueue;
use crate::machine::{CommandId, ConnId, Effect, Work, WorkDone, WorkId};

/// How many are worked on at once.
const AT_ONCE: usize = 4;
/// How many may wait from one address, and of the owner.
const MAX_WAITING: usize = 100;
const MAX_OF_OWNER: usize = 1000;

/// Questions that wait, fair to the addresses that they come from; the owner has none.
type Waiting = FairQueue<Option<IpAddr>, Question>;

/// The passwords that are being worked on, and those that wait.
#[derive(Debug, Default)]
pub(super) struct Passwords {
    /// Those of accounts that there are: they come first.
    known: Waiting,
    /// Those of new names, which cost a stranger nothing. While they wait, one of those at work is theirs.
    new: Waiting,
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
    /// What it has become, or why nothing has come of it.
    Hashed(Result<Secret, StoreError>),
}

impl Purpose {
    fn is_of(&self, conn: ConnId) -> bool {
        match self {
            Self::LogIn(other, _) | Self::Register(other, _) | Self::Change(other, _) => {
                *other == conn
            }
            Self::Add(..) => false,
        }
    }
}

impl Passwords {
    /// Compares a password with what one has become; false when too many from this address wait.
    pub(super) fn compare(
        &mut self,
        from: Option<IpAddr>,
        purpose: Purpose,
        password: Secret,
        hash: Secret,
    ) -> bool {
        let hash = Some(hash);
        let question = Question {
            purpose,
            password,
            hash,
        };
        push(&mut self.known, from, question)
    }

    /// Hashes a password; false when too many from this address wait.
    pub(super) fn hash(
        &mut self,
        from: Option<IpAddr>,
        purpose: Purpose,
        password: Secret,
    ) -> bool {
        let waiting = match purpose {
            Purpose::Register(..) => &mut self.new,
            _ => &mut self.known,
        };
        let question = Question {
            purpose,
            password,
            hash: None,
        };
        push(waiting, from, question)
    }

    /// Whether a user's new password is being hashed.
    pub(super) fn is_changing(&self, from: Option<IpAddr>, conn: ConnId) -> bool {
        let waiting = self.known.of(&from).map(|question| &question.purpose);
        waiting
            .chain(self.running.values())
            .any(|purpose| matches!(purpose, Purpose::Change(other, _) if *other == conn))
    }

    /// A connection is gone: nobody waits for its answers.
    pub(super) fn forget(&mut self, from: Option<IpAddr>, conn: ConnId) {
        for waiting in [&mut self.known, &mut self.new] {
            waiting.retain(&from, |question| !question.purpose.is_of(conn));
        }
    }

    /// Begins with as many as may be worked on at once.
    pub(super) fn work(&mut self, store: Option<&Arc<dyn AccountStore>>, out: &mut Outbox<'_>) {
        let Some(store) = store else {
            return;
        };
        while self.running.len() < AT_ONCE
            && let Some(question) = self.next()
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
        let purpose = self.running.remove(&id)?;
        let answer = done.take();
        Some((
            purpose,
            answer.unwrap_or(Answer::Hashed(Err(StoreError::panicked()))),
        ))
    }

    fn next(&mut self) -> Option<Question> {
        let mut running = self.running.values();
        let registers = running.any(|purpose| matches!(purpose, Purpose::Register(..)));
        if self.running.len() + 1 == AT_ONCE && !registers {
            self.new.pop().or_else(|| self.known.pop())
        } else {
            self.known.pop().or_else(|| self.new.pop())
        }
    }
}

/// False when too many from this address wait.
fn push(waiting: &mut Waiting, from: Option<IpAddr>, question: Question) -> bool {
    let most = from.map_or(MAX_OF_OWNER, |_| MAX_WAITING);
    let room = waiting.of(&from).count() < most;
    if room {
        waiting.push(&from, question);
    }
    room
}
