//! Wishes: searches that are repeated, one in each interval that the server grants.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::CommandId;
use super::api::{Reply, SearchId};
use super::outbox::{Out, Outbox};
use super::search::{SearchRequest, check};

/// The interval until the server tells another.
const INTERVAL: Duration = Duration::from_mins(12);
/// The shortest interval.
const LEAST_INTERVAL: Duration = Duration::from_secs(1);

/// The wishes, and when it is the turn of the next one.
#[derive(Debug)]
pub(super) struct Wishlist {
    /// The next one first.
    wishes: VecDeque<(SearchId, SearchRequest)>,
    interval: Duration,
    /// When the next one may go; `None` without a session.
    next: Option<Instant>,
}

impl Default for Wishlist {
    fn default() -> Self {
        Self {
            wishes: VecDeque::new(),
            interval: INTERVAL,
            next: None,
        }
    }
}

impl Wishlist {
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.next.filter(|_| !self.wishes.is_empty())
    }

    /// Wishes for something from now on. The command is answered when the wish is no more.
    pub(super) fn add(&mut self, wish: CommandId, request: SearchRequest, out: &mut Outbox) {
        if let Err(error) = check(&request) {
            return out.reply(wish, Reply::Searched(Err(error)));
        }
        self.skip(out.now);
        self.wishes.push_back((wish, request));
    }

    pub(super) fn remove(&mut self, wish: SearchId, out: &mut Outbox) {
        if let Some(place) = self.wishes.iter().position(|(id, _)| *id == wish) {
            self.wishes.remove(place);
            out.reply(wish, Reply::Searched(Ok(())));
        }
    }

    /// All wishes, the next one first.
    pub(super) fn list(&self) -> Vec<(SearchId, SearchRequest)> {
        self.wishes.iter().cloned().collect()
    }

    /// The server says how long the interval is.
    pub(super) fn set_interval(&mut self, seconds: u32, out: &Outbox) {
        let interval = Duration::from_secs(seconds.into()).max(LEAST_INTERVAL);
        if interval != self.interval {
            self.interval = interval;
            self.next = self.next.map(|_| out.now + interval);
        }
    }

    /// A session has begun. The first wish waits for an interval.
    pub(super) fn online(&mut self, out: &mut Outbox) {
        self.next = Some(out.now + self.interval);
    }

    /// The session is over.
    pub(super) fn offline(&mut self, _out: &mut Outbox) {
        self.next = None;
    }

    pub(super) fn tick(&mut self, out: &mut Outbox) {
        if self.deadline().is_none_or(|next| next > out.now) {
            return;
        }
        self.skip(out.now);
        if let Some((wish, request)) = self.wishes.pop_front() {
            out.push(Out::Wish(wish, request.clone()));
            self.wishes.push_back((wish, request));
        }
    }

    /// Lets the turns pass that have come.
    fn skip(&mut self, now: Instant) {
        if let Some(next) = &mut self.next {
            while *next <= now {
                *next += self.interval;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Effect;
    use super::super::api::SearchError;
    use super::*;

    struct Bench {
        wishlist: Wishlist,
        out: Outbox,
    }

    impl Bench {
        fn new() -> Self {
            Self {
                wishlist: Wishlist::default(),
                out: Outbox::for_tests(),
            }
        }

        fn online() -> Self {
            let mut bench = Self::new();
            bench.wishlist.online(&mut bench.out);
            bench
        }

        fn add(&mut self, id: u64, query: &str) {
            let (id, request) = (CommandId(id), query.into());
            self.wishlist.add(id, request, &mut self.out);
        }

        /// The wishes whose turn comes within so many seconds, and when.
        fn pass(&mut self, seconds: u64) -> Vec<(u64, u64)> {
            let (start, mut turns) = (self.out.now, Vec::new());
            let end = start + Duration::from_secs(seconds);
            while let Some(next) = self.wishlist.deadline().filter(|next| *next <= end) {
                self.out.now = next;
                self.wishlist.tick(&mut self.out);
                for out in self.out.queue.drain(..) {
                    let Out::Wish(wish, _) = out else {
                        panic!("{out:?}");
                    };
                    turns.push((wish.0, (next - start).as_secs()));
                }
            }
            self.out.now = end;
            turns
        }
    }

    #[test]
    fn one_wish_goes_in_each_interval() {
        let mut bench = Bench::online();
        for (id, query) in [(1, "snow"), (2, "rain"), (3, "sun")] {
            bench.add(id, query);
        }
        let turns = [(1, 720), (2, 1440), (3, 2160), (1, 2880)];
        assert_eq!(bench.pass(3000), turns);
    }

    #[test]
    fn the_server_sets_the_interval() {
        let mut bench = Bench::online();
        bench.add(1, "snow");
        assert_eq!(bench.pass(700), []);
        bench.wishlist.set_interval(120, &bench.out);
        assert_eq!(bench.pass(250), [(1, 120), (1, 240)]);
        // The same again changes nothing.
        bench.wishlist.set_interval(120, &bench.out);
        assert_eq!(bench.pass(110), [(1, 110)]);
        bench.wishlist.set_interval(0, &bench.out);
        assert_eq!(bench.pass(2), [(1, 1), (1, 2)]);
    }

    #[test]
    fn a_wish_that_comes_late_waits_for_the_next_turn() {
        let mut bench = Bench::online();
        assert_eq!(bench.pass(1000), []);
        bench.add(1, "snow");
        assert_eq!(bench.pass(1000), [(1, 440)]);
    }

    #[test]
    fn nothing_is_sent_offline_and_the_next_wish_goes_on_after_it() {
        let mut bench = Bench::new();
        bench.add(1, "snow");
        bench.add(2, "rain");
        assert_eq!(bench.pass(10_000), []);
        bench.wishlist.online(&mut bench.out);
        assert_eq!(bench.pass(1000), [(1, 720)]);
        bench.wishlist.offline(&mut bench.out);
        assert_eq!(bench.pass(10_000), []);
        bench.wishlist.online(&mut bench.out);
        assert_eq!(bench.pass(1000), [(2, 720)]);
    }

    #[test]
    fn a_wish_can_be_removed() {
        let mut bench = Bench::online();
        bench.add(1, "snow");
        bench.add(2, "rain");
        let list = [(CommandId(1), "snow".into()), (CommandId(2), "rain".into())];
        assert_eq!(bench.wishlist.list(), list);
        bench.wishlist.remove(CommandId(1), &mut bench.out);
        bench.wishlist.remove(CommandId(1), &mut bench.out);
        let replies: Vec<_> = bench.out.queue.drain(..).collect();
        assert!(
            matches!(
                replies[..],
                [Out::Effect(Effect::Reply(
                    CommandId(1),
                    Reply::Searched(Ok(()))
                ))]
            ),
            "{replies:?}"
        );
        assert_eq!(bench.pass(1500), [(2, 720), (2, 1440)]);
    }

    #[test]
    fn an_empty_wish_is_refused() {
        let mut bench = Bench::online();
        bench.add(1, " ");
        let reply = bench.out.queue.pop_front();
        assert!(
            matches!(
                reply,
                Some(Out::Effect(Effect::Reply(
                    CommandId(1),
                    Reply::Searched(Err(SearchError::Empty))
                )))
            ),
            "{reply:?}"
        );
        assert_eq!(bench.wishlist.list(), []);
    }
}
