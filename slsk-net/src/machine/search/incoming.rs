//! The searches of others: asking the own shares, and sending what they have.

use std::collections::BTreeMap;
use std::sync::Arc;

use slsk_wire::Text;
use slsk_wire::peer::{File, FileSearchResponse};
use slsk_wire::server::IncomingFileSearch;

use crate::machine::outbox::{Out, Outbox};
use crate::machine::{Effect, QueryId, ShareQuery};
use crate::share::{Index, Phrases, Query};

/// How many searches of others wait for our index; more are left unanswered.
const MAX_QUERIES: usize = 256;

/// What we share, and the searches of others that wait for it.
#[derive(Debug, Default)]
pub(in crate::machine) struct IncomingSearches {
    asked: BTreeMap<QueryId, (Text, u32)>,
    next_query: u64,
    shares: Option<Arc<Index>>,
    excluded: Arc<Phrases>,
}

impl IncomingSearches {
    pub(in crate::machine) fn share(&mut self, index: Arc<Index>) {
        self.shares = Some(index);
    }

    pub(in crate::machine) fn exclude(&mut self, phrases: &[Text]) {
        self.excluded = Arc::new(Phrases::new(phrases.iter().map(Text::as_bytes)));
    }

    /// Somebody searches: ask the index.
    pub(in crate::machine) fn asked(
        &mut self,
        search: &IncomingFileSearch,
        own_name: Option<&str>,
        out: &mut Outbox,
    ) {
        let Some(index) = &self.shares else { return };
        let own = own_name.is_some_and(|name| search.username == *name);
        let too_long = search.query.len() > Query::MAX_BYTES;
        if own || too_long || self.asked.len() >= MAX_QUERIES {
            return;
        }
        let id = QueryId(self.next_query);
        self.next_query += 1;
        self.asked
            .insert(id, (search.username.detach(), search.token));
        let query = ShareQuery {
            index: Arc::clone(index),
            text: search.query.clone(),
            excluded: Arc::clone(&self.excluded),
        };
        out.effect(Effect::Query(id, query));
    }

    /// The index has answered: send what it has found. Nothing found is not worth a connection.
    pub(in crate::machine) fn answer(
        &mut self,
        query: QueryId,
        results: Vec<File>,
        own_name: Option<&str>,
        slot_free: bool,
        queue_length: u32,
        out: &mut Outbox,
    ) {
        let Some((user, token)) = self.asked.remove(&query) else {
            return;
        };
        let Some(own_name) = own_name else { return };
        if results.is_empty() {
            return;
        }
        let response = FileSearchResponse {
            slot_free,
            queue_length,
            ..FileSearchResponse::new(own_name, token, results)
        };
        out.push(Out::ToPeer(user, response.into()));
    }
}
