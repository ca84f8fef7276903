//! Other users as the server knows them: who is there, and how fast.

use std::time::Instant;

use super::outbox::Outbox;

#[derive(Debug, Default)]
pub(super) struct Users {}

impl Users {
    pub(super) fn deadline(&self) -> Option<Instant> {
        None
    }

    /// A session has begun.
    pub(super) fn online(&mut self, _out: &mut Outbox) {}

    /// The session is over.
    pub(super) fn offline(&mut self, _out: &mut Outbox) {}

    pub(super) fn tick(&mut self, _out: &mut Outbox) {}
}
