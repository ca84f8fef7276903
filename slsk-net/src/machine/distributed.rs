//! Our place in the distributed network: a parent, children, and the searches that go from one to the others.

use std::time::Instant;

use super::outbox::Outbox;

#[derive(Debug, Default)]
pub(super) struct Distributed {}

impl Distributed {
    pub(super) fn deadline(&self) -> Option<Instant> {
        None
    }

    /// A session has begun.
    pub(super) fn online(&mut self, _out: &mut Outbox) {}

    /// The session is over.
    pub(super) fn offline(&mut self, _out: &mut Outbox) {}

    pub(super) fn tick(&mut self, _out: &mut Outbox) {}
}
