//! The pace: searches and logins go out when their turn has come, which the world knows.

mod ledger;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use slsk_wire::server::ServerRequest;

use super::Effect;
use super::api::{Event, SearchError, SearchId};
use super::outbox::{Out, Outbox};

pub use ledger::{Account, Ledger, Paced, Turn};

/// How many searches may wait for their turn; more are refused.
const MAX_WAITING: usize = 64;

/// Names a question for a turn until its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaceId(pub u64);

/// What waits for its turn: searches, first come, first served, and one login.
#[derive(Debug, Default)]
pub(super) struct Pace {
    questions: u64,
    searches: Lane<Waiting>,
    logins: Lane<Account>,
}

#[derive(Debug)]
struct Waiting {
    account: Account,
    search: SearchId,
    request: ServerRequest,
}

/// What waits for one kind of turn.
#[derive(Debug)]
struct Lane<T> {
    waiting: VecDeque<T>,
    asked: Asked,
}

#[derive(Clone, Copy, Debug, Default)]
enum Asked {
    /// Nothing waits.
    #[default]
    Not,
    /// The world has been asked.
    Open(PaceId),
    /// It is to be asked again.
    At(Instant),
}

impl<T> Default for Lane<T> {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            asked: Asked::Not,
        }
    }
}

impl Pace {
    pub(super) fn deadline(&self) -> Option<Instant> {
        let times = [self.searches.asked, self.logins.asked];
        let times = times.into_iter().filter_map(Asked::time);
        times.min()
    }

    /// How many searches wait.
    pub(super) fn waiting(&self) -> usize {
        self.searches.waiting.len()
    }

    /// Sends a search of an account when its turn comes.
    pub(super) fn search(
        &mut self,
        account: &Account,
        search: SearchId,
        request: ServerRequest,
        out: &mut Outbox,
    ) {
        if self.searches.waiting.len() >= MAX_WAITING {
            return out.push(Out::SearchRefused(search, SearchError::TooMany));
        }
        self.searches.waiting.push_back(Waiting {
            account: account.clone(),
            search,
            request,
        });
        match self.searches.asked {
            Asked::Not => self.ask_for_search(out),
            Asked::Open(_) => {}
            Asked::At(time) => {
                let after = time.saturating_duration_since(out.now);
                out.emit(Event::SearchDelayed { search, after });
            }
        }
    }

    /// Forgets a search that nobody wants any more.
    pub(super) fn forget(&mut self, search: SearchId) {
        let searches = &mut self.searches;
        searches.waiting.retain(|waiting| waiting.search != search);
        if searches.waiting.is_empty() && searches.asked.time().is_some() {
            searches.asked = Asked::Not;
        }
    }

    /// Hands out [`Out::LoginGranted`] when the turn of a login has come. It takes the place of one that waits.
    pub(super) fn login(&mut self, account: Account, out: &mut Outbox) {
        self.logins.waiting.clear();
        self.logins.waiting.push_back(account);
        self.ask_for_login(out);
    }

    /// The session is over: its searches are, too.
    pub(super) fn offline(&mut self) {
        self.searches = Lane::default();
    }

    /// The world has answered: zero is a turn, anything else a time to wait.
    pub(super) fn answered(&mut self, id: PaceId, wait: Duration, out: &mut Outbox) {
        if self.searches.asked.is(id) {
            self.searches_answered(wait, out);
        } else if self.logins.asked.is(id) {
            self.logins_answered(wait, out);
        }
    }

    pub(super) fn tick(&mut self, out: &mut Outbox) {
        let now = out.now;
        let is_due = |asked: Asked| asked.time().is_some_and(|time| time <= now);
        if is_due(self.searches.asked) {
            self.ask_for_search(out);
        }
        if is_due(self.logins.asked) {
            self.ask_for_login(out);
        }
    }

    fn searches_answered(&mut self, wait: Duration, out: &mut Outbox) {
        if wait.is_zero() {
            if let Some(next) = self.searches.waiting.pop_front() {
                out.push(Out::ToServer(next.request));
                out.push(Out::SearchSent(next.search));
            }
            return self.ask_for_search(out);
        }
        self.searches.asked = self.searches.wait(out.now + wait);
        for waiting in &self.searches.waiting {
            let search = waiting.search;
            let after = wait;
            out.emit(Event::SearchDelayed { search, after });
        }
    }

    fn logins_answered(&mut self, wait: Duration, out: &mut Outbox) {
        if wait.is_zero() {
            self.logins = Lane::default();
            out.push(Out::LoginGranted);
        } else {
            self.logins.asked = self.logins.wait(out.now + wait);
            out.emit(Event::LoginDelayed { after: wait });
        }
    }

    fn ask_for_search(&mut self, out: &mut Outbox) {
        let next = self.searches.waiting.front();
        let account = next.map(|waiting| waiting.account.clone());
        self.searches.asked = self.ask(account, Paced::Search, out);
    }

    fn ask_for_login(&mut self, out: &mut Outbox) {
        let account = self.logins.waiting.front().cloned();
        self.logins.asked = self.ask(account, Paced::Login, out);
    }

    /// Asks the world, if anybody waits.
    fn ask(&mut self, account: Option<Account>, paced: Paced, out: &mut Outbox) -> Asked {
        let Some(account) = account else {
            return Asked::Not;
        };
        let id = PaceId(self.questions);
        self.questions += 1;
        out.effect(Effect::Pace(id, Turn { account, paced }));
        Asked::Open(id)
    }
}

impl<T> Lane<T> {
    /// Waits until then, if there is anything to wait for.
    fn wait(&self, until: Instant) -> Asked {
        if self.waiting.is_empty() {
            Asked::Not
        } else {
            Asked::At(until)
        }
    }
}

impl Asked {
    fn is(self, id: PaceId) -> bool {
        matches!(self, Self::Open(open) if open == id)
    }

    fn time(self) -> Option<Instant> {
        match self {
            Self::At(time) => Some(time),
            Self::Not | Self::Open(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
