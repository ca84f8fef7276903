//! The searches of others: having them answered, and sending what was found.

mod answer;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use slsk_wire::Text;
use slsk_wire::peer::FileSearchResponse;
use slsk_wire::server::IncomingFileSearch;

use crate::machine::api::Event;
use crate::machine::outbox::{Out, Outbox};
use crate::machine::{Effect, QueryId};
use crate::share::{Index, Phrases, Query};

pub use answer::{AnsweredSearch, Found, ShareQuery};

/// How many searches of others may wait for an answer; more are left unanswered.
const MAX_QUERIES: usize = 256;
/// The longest name of a user, in bytes.
pub(super) const MAX_NAME: usize = 256;
/// How many files are sent for one search, whatever a handler finds.
const MAX_SENT: usize = 1000;

/// What we share, and the searches of others that wait for it.
#[derive(Debug, Default)]
pub(in crate::machine) struct IncomingSearches {
    asked: BTreeMap<QueryId, Asked>,
    next_query: u64,
    shares: Option<Arc<Index>>,
    excluded: Arc<Phrases>,
    policy: Policy,
    /// How fast we upload as the server knows it, in bytes a second.
    own_speed: u32,
    /// Searches that were dropped since the last one that was reported.
    dropped: u64,
}

/// What is done with searches besides answering them.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::machine) struct Policy {
    /// Whether they are asked for also while nothing is shared.
    pub(in crate::machine) always_ask: bool,
    /// Whether there is an event of each one.
    pub(in crate::machine) report: bool,
}

/// A search that waits for an answer.
#[derive(Debug)]
struct Asked {
    user: Text,
    token: u32,
    /// What was searched for, if it is to be reported.
    query: Option<Text>,
}

impl IncomingSearches {
    pub(in crate::machine) fn new(policy: Policy) -> Self {
        Self {
            policy,
            ..Self::default()
        }
    }

    pub(in crate::machine) fn share(&mut self, index: Arc<Index>) {
        self.shares = Some(index);
    }

    /// The server says how fast we upload, in bytes a second.
    pub(in crate::machine) fn own_speed(&mut self, speed: u32) {
        self.own_speed = speed;
    }

    /// How many searches of others wait.
    pub(in crate::machine) fn count(&self) -> usize {
        self.asked.len()
    }

    pub(in crate::machine) fn exclude(&mut self, phrases: &[Text]) {
        self.excluded = Arc::new(Phrases::new(phrases.iter().map(Text::as_bytes)));
    }

    /// Somebody searches: ask for an answer.
    pub(in crate::machine) fn asked(
        &mut self,
        search: &IncomingFileSearch,
        own_name: Option<&str>,
        out: &mut Outbox,
    ) {
        let user = &search.username;
        let nobody = !(1..=MAX_NAME).contains(&user.len());
        let own = own_name.is_some_and(|name| *user == *name);
        let nothing = self.shares.as_ref().is_none_or(|index| index.files() == 0);
        let ignored = nothing && !self.policy.always_ask;
        if nobody || own || ignored || search.query.len() > Query::MAX_BYTES {
            return;
        }
        if self.asked.len() >= MAX_QUERIES {
            self.dropped += 1;
            return;
        }
        let id = QueryId(self.next_query);
        self.next_query += 1;
        let user = user.detach();
        let asked = Asked {
            user: user.clone(),
            token: search.token,
            query: self.policy.report.then(|| search.query.detach()),
        };
        self.asked.insert(id, asked);
        let query = ShareQuery {
            user,
            text: search.query.clone(),
            index: self.shares.clone(),
            excluded: Arc::clone(&self.excluded),
        };
        out.effect(Effect::Query(id, query));
    }

    /// There is an answer: send what was found. Nothing found is not worth a connection.
    pub(in crate::machine) fn answer(
        &mut self,
        query: QueryId,
        found: Found,
        own_name: Option<&str>,
        slot_free: bool,
        queue_length: u32,
        out: &mut Outbox,
    ) {
        let Some(Asked { user, token, query }) = self.asked.remove(&query) else {
            return;
        };
        if let Some(query) = query {
            out.emit(Event::SearchAnswered(Arc::new(AnsweredSearch {
                user: user.clone(),
                query,
                matched: found.matched,
                dropped: std::mem::take(&mut self.dropped),
            })));
        }
        let Some(own_name) = own_name else { return };
        let mut results = found.files;
        results.truncate(MAX_SENT);
        if results.is_empty() {
            return;
        }
        let response = FileSearchResponse {
            slot_free,
            average_speed: self.own_speed,
            queue_length,
            ..FileSearchResponse::new(own_name, token, results)
        };
        out.push(Out::Deliver(user, response.into()));
    }
}
