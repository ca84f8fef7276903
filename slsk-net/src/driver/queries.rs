//! Answering the searches of others on the blocking pool, a few at a time.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use crate::machine::{Found, QueryId, ShareQuery};

/// How many searches are answered at once. The machine bounds how many wait.
const AT_ONCE: usize = 4;

/// Answers the searches of others in place of the share index, or looks on while the index answers.
///
/// It runs on threads for blocking work, up to four at once. While it takes its time up to 256 searches wait, and more are
/// dropped. One that panics has found nothing. A client stops only once those that run have returned.
#[derive(Clone)]
pub struct SearchHandler(Arc<dyn Fn(&ShareQuery) -> Found + Send + Sync>);

impl SearchHandler {
    /// A handler that calls `answer`. [`ShareQuery::answer`] is what happens without one.
    pub fn new(answer: impl Fn(&ShareQuery) -> Found + Send + Sync + 'static) -> Self {
        Self(Arc::new(answer))
    }
}

impl fmt::Debug for SearchHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SearchHandler")
    }
}

pub(super) fn answer(handler: Option<&SearchHandler>, query: &ShareQuery) -> Found {
    let Some(handler) = handler else {
        return query.answer();
    };
    panic::catch_unwind(AssertUnwindSafe(|| handler.0(query))).unwrap_or_else(|_| {
        tracing::error!("the handler of searches has panicked");
        Found::default()
    })
}

/// The searches that wait, and how many are being answered.
#[derive(Debug, Default)]
pub(super) struct Queries {
    waiting: VecDeque<(QueryId, ShareQuery)>,
    running: usize,
}

impl Queries {
    pub(super) fn push(&mut self, id: QueryId, query: ShareQuery) {
        self.waiting.push_back((id, query));
    }

    /// The next one to be answered, if there is a thread for it.
    pub(super) fn next(&mut self) -> Option<(QueryId, ShareQuery)> {
        if self.running == AT_ONCE {
            return None;
        }
        let next = self.waiting.pop_front()?;
        self.running += 1;
        Some(next)
    }

    /// One has been answered.
    pub(super) fn done(&mut self) {
        self.running = self.running.saturating_sub(1);
    }
}
