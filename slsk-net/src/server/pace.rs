//! How often a user may do something.

use std::time::{Duration, Instant};

/// The time for which is counted.
const WINDOW: Duration = Duration::from_secs(10);

/// Counts what a user does in a window of time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    count: u32,
    until: Instant,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            count: 0,
            until: now,
        }
    }

    /// Counts one more; false when it is one too many.
    pub(super) fn allows(&mut self, now: Instant, most: u32) -> bool {
        if self.until <= now {
            *self = Self {
                count: 0,
                until: now + WINDOW,
            };
        }
        self.count = self.count.saturating_add(1);
        self.count <= most
    }
}
