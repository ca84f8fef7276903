//! What has gone out lately, and when the next one may.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

/// What has a pace, because it costs the server and the whole network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Paced {
    /// A search of the network, a user or a room: 34 in 220 seconds.
    Search,
    /// A login: six in a minute, then one every ten seconds.
    Login,
}

/// Whose pace it is: an account on a server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// The server.
    pub server: SocketAddr,
    /// The name.
    pub username: String,
}

/// Something that waits for its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Whose.
    pub account: Account,
    /// What.
    pub paced: Paced,
}

/// What has gone out lately, for each account. Times are counted from an origin that is the caller's to choose.
///
/// Where the numbers come from: `spec/guide/etiquette.md`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    accounts: BTreeMap<(Account, Paced), VecDeque<Duration>>,
}

impl Ledger {
    /// Takes a turn: zero when it is granted and written down, otherwise how long to wait before asking again.
    pub fn take(&mut self, now: Duration, turn: &Turn) -> Duration {
        self.forget(now);
        let key = (turn.account.clone(), turn.paced);
        let stamps = self.accounts.entry(key).or_default();
        let wait = turn.paced.wait(stamps, now);
        if wait.is_zero() {
            if stamps.len() == turn.paced.burst() {
                stamps.pop_front();
            }
            stamps.push_back(now);
        }
        wait
    }

    /// Everything that still counts: whose, what and when.
    pub fn entries(&self) -> impl Iterator<Item = (&Account, Paced, Duration)> {
        let accounts = self.accounts.iter();
        accounts.flat_map(|((account, paced), stamps)| {
            stamps.iter().map(move |stamp| (account, *paced, *stamp))
        })
    }

    /// Writes down what went out at `stamp`, in any order.
    pub fn record(&mut self, account: Account, paced: Paced, stamp: Duration) {
        let stamps = self.accounts.entry((account, paced)).or_default();
        let place = stamps.partition_point(|other| *other <= stamp);
        stamps.insert(place, stamp);
        if stamps.len() > paced.burst() {
            stamps.pop_front();
        }
    }

    /// Drops what does not count any more. What lies in the future, by a clock that was set back, counts as of now.
    fn forget(&mut self, now: Duration) {
        self.accounts.retain(|(_, paced), stamps| {
            for stamp in stamps.iter_mut() {
                *stamp = (*stamp).min(now);
            }
            stamps.retain(|stamp| now.saturating_sub(*stamp) < paced.window());
            !stamps.is_empty()
        });
    }
}

impl Paced {
    /// How many may go out in a window.
    const fn burst(self) -> usize {
        match self {
            Self::Search => 34,
            Self::Login => 6,
        }
    }

    const fn window(self) -> Duration {
        match self {
            Self::Search => Duration::from_secs(220),
            Self::Login => Duration::from_mins(1),
        }
    }

    /// How long until the next one, after these.
    fn wait(self, stamps: &VecDeque<Duration>, now: Duration) -> Duration {
        let (Some(oldest), Some(newest)) = (stamps.front(), stamps.back()) else {
            return Duration::ZERO;
        };
        if stamps.len() < self.burst() {
            return Duration::ZERO;
        }
        let free = match self {
            Self::Search => *oldest + self.window(),
            Self::Login => (*oldest + self.window()).min(*newest + Duration::from_secs(10)),
        };
        free.saturating_sub(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(username: &str, paced: Paced) -> Turn {
        Turn {
            account: Account {
                server: ([127, 0, 0, 1], 2242).into(),
                username: username.to_owned(),
            },
            paced,
        }
    }

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn thirty_four_searches_go_in_220_seconds() {
        let mut ledger = Ledger::default();
        let search = turn("ada", Paced::Search);
        for second in 0..34 {
            assert_eq!(ledger.take(secs(second), &search), Duration::ZERO);
        }
        assert_eq!(ledger.take(secs(34), &search), secs(186));
        assert_eq!(ledger.take(secs(219), &search), secs(1));
        assert_eq!(ledger.take(secs(220), &search), Duration::ZERO);
        assert_eq!(ledger.take(secs(220), &search), secs(1));
        // Nobody gets more than 34 in any 220 seconds, whatever the rhythm.
        let mut ledger = Ledger::default();
        let granted: Vec<u64> = (0..2000)
            .filter(|second| ledger.take(secs(*second), &search).is_zero())
            .collect();
        assert!(granted.windows(35).all(|some| some[34] - some[0] >= 220));
        assert!(granted.len() > 300);
    }

    #[test]
    fn six_logins_go_in_a_minute_and_then_one_every_ten_seconds() {
        let mut ledger = Ledger::default();
        let login = turn("ada", Paced::Login);
        for _ in 0..6 {
            assert_eq!(ledger.take(secs(0), &login), Duration::ZERO);
        }
        assert_eq!(ledger.take(secs(1), &login), secs(9));
        assert_eq!(ledger.take(secs(10), &login), Duration::ZERO);
        assert_eq!(ledger.take(secs(11), &login), secs(9));
        // After a minute without any the six are free again.
        for _ in 0..6 {
            assert_eq!(ledger.take(secs(71), &login), Duration::ZERO);
        }
        assert_eq!(ledger.take(secs(71), &login), secs(10));
    }

    #[test]
    fn accounts_and_kinds_do_not_share_a_pace() {
        let mut ledger = Ledger::default();
        while ledger.take(secs(0), &turn("ada", Paced::Search)).is_zero() {}
        assert!(ledger.take(secs(0), &turn("bob", Paced::Search)).is_zero());
        assert!(ledger.take(secs(0), &turn("ada", Paced::Login)).is_zero());
    }

    #[test]
    fn a_ledger_forgets_what_does_not_count() {
        let mut ledger = Ledger::default();
        for number in 0..100 {
            ledger.take(secs(0), &turn(&number.to_string(), Paced::Search));
        }
        assert_eq!(ledger.entries().count(), 100);
        ledger.take(secs(500), &turn("ada", Paced::Search));
        assert_eq!(ledger.entries().count(), 1);
    }

    #[test]
    fn a_ledger_can_be_written_and_read_back() {
        let mut ledger = Ledger::default();
        for second in 0..50 {
            ledger.take(secs(second), &turn("ada", Paced::Search));
            ledger.take(secs(second), &turn("ada", Paced::Login));
        }
        let mut copy = Ledger::default();
        let mut entries: Vec<_> = ledger.entries().collect();
        entries.reverse();
        for (account, paced, stamp) in entries {
            copy.record(account.clone(), paced, stamp);
        }
        assert_eq!(copy, ledger);
    }

    #[test]
    fn a_clock_that_was_set_back_stops_nobody_for_long() {
        let mut ledger = Ledger::default();
        let search = turn("ada", Paced::Search);
        while ledger.take(secs(1_000_000), &search).is_zero() {}
        assert_eq!(ledger.take(secs(10), &search), secs(220));
        assert_eq!(ledger.take(secs(230), &search), Duration::ZERO);
    }
}
