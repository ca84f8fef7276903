//! [`RateLimit`]: how often somebody may do something.

use std::time::{Duration, Instant};

/// Counts what happens in a window of time, which begins with the first of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RateLimit {
    window: Duration,
    count: u32,
    /// When the window ends; `None` before the first of all.
    until: Option<Instant>,
}

impl RateLimit {
    pub(crate) const fn new(window: Duration) -> Self {
        Self {
            window,
            count: 0,
            until: None,
        }
    }

    /// Counts one more; false when it is one too many.
    pub(crate) fn allows(&mut self, now: Instant, most: u32) -> bool {
        if self.until.is_none_or(|until| until <= now) {
            self.count = 0;
            self.until = Some(now + self.window);
        }
        self.count = self.count.saturating_add(1);
        self.count <= most
    }
}
