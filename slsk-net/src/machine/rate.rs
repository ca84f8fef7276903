//! [`RateLimit`]: how often somebody may do something.

use std::time::{Duration, Instant};

/// Counts what happens in a window of time, which begins with the first of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RateLimit {
    window: Duration,
    count: u32,
    until: Instant,
}

impl RateLimit {
    pub(crate) fn new(window: Duration, now: Instant) -> Self {
        Self {
            window,
            count: 0,
            until: now,
        }
    }

    /// Counts one more; false when it is one too many.
    pub(crate) fn allows(&mut self, now: Instant, most: u32) -> bool {
        if self.until <= now {
            self.count = 0;
            self.until = now + self.window;
        }
        self.count = self.count.saturating_add(1);
        self.count <= most
    }
}
