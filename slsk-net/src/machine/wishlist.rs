//! Searches that are repeated at the pace that the server sets, one in each interval.

use std::time::Instant;

use super::outbox::Outbox;

#[derive(Debug, Default)]
pub(super) struct Wishlist {}

impl Wishlist {
    pub(super) fn deadline(&self) -> Option<Instant> {
        None
    }

    /// A session has begun.
    pub(super) fn online(&mut self, _out: &mut Outbox) {}

    /// The session is over.
    pub(super) fn offline(&mut self, _out: &mut Outbox) {}

    pub(super) fn tick(&mut self, _out: &mut Outbox) {}
}
