//! The events of one command, apart from all others: so a reader who is slow loses nothing to other traffic.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use tokio::sync::mpsc;

/// The reader's end: the events of one command, in order.
#[derive(Debug)]
pub(crate) struct Feed<E> {
    events: mpsc::UnboundedReceiver<(E, usize)>,
    counts: Arc<Counts>,
}

/// The driver's end. The feed ends when it is dropped.
#[derive(Debug)]
pub(super) struct Feeder<E> {
    events: mpsc::UnboundedSender<(E, usize)>,
    counts: Arc<Counts>,
    /// How many bytes may wait.
    limit: usize,
}

#[derive(Debug, Default)]
struct Counts {
    /// How many bytes wait.
    waiting: AtomicUsize,
    /// How many events were dropped.
    dropped: AtomicU64,
}

/// A feed in which up to `limit` bytes wait.
pub(super) fn feed<E>(limit: usize) -> (Feeder<E>, Feed<E>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let counts = Arc::<Counts>::default();
    let feeder = Feeder {
        events: sender,
        counts: Arc::clone(&counts),
        limit,
    };
    let events = receiver;
    (feeder, Feed { events, counts })
}

impl<E> Feeder<E> {
    /// Hands on an event of so many bytes, unless too much waits.
    pub(super) fn push(&self, event: E, bytes: usize) {
        let waiting = self.counts.waiting.load(Ordering::Relaxed);
        if waiting.saturating_add(bytes) > self.limit {
            self.counts.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.counts.waiting.fetch_add(bytes, Ordering::Relaxed);
        // A reader who is gone ends the command, too.
        let _ = self.events.send((event, bytes));
    }
}

impl<E> Feed<E> {
    /// The next event; `None` at the end of the command.
    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<E>> {
        self.events.poll_recv(context).map(|next| {
            let (event, bytes) = next?;
            self.counts.waiting.fetch_sub(bytes, Ordering::Relaxed);
            Some(event)
        })
    }

    /// How many events were dropped because too much waited.
    pub(crate) fn dropped(&self) -> u64 {
        self.counts.dropped.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    async fn next(feed: &mut Feed<u32>) -> Option<u32> {
        poll_fn(|context| feed.poll_next(context)).await
    }

    #[tokio::test]
    async fn what_is_beyond_the_limit_is_dropped_and_counted() {
        let (feeder, mut feed) = feed(10);
        for (event, bytes) in [(1, 6), (2, 5), (3, 4), (4, 1)] {
            feeder.push(event, bytes);
        }
        assert_eq!(feed.dropped(), 2);
        assert_eq!(next(&mut feed).await, Some(1));
        // There is room again.
        feeder.push(5, 6);
        feeder.push(6, usize::MAX);
        drop(feeder);
        assert_eq!(next(&mut feed).await, Some(3));
        assert_eq!(next(&mut feed).await, Some(5));
        assert_eq!(next(&mut feed).await, None);
        assert_eq!(feed.dropped(), 3);
    }
}
