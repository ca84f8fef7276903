//! Searching others, and answering their searches.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::peer::{File, FileSearchResponse};
use slsk_wire::server::{FileSearch, IncomingFileSearch};

use super::api::{Event, Reply, SearchError, SearchId};
use super::outbox::{Out, Outbox};
use super::{CommandId, Effect, QueryId, ShareQuery};
use crate::share::{Index, Phrases, Query};

/// How long results are taken; most come within ten seconds.
const SEARCH_TIME: Duration = Duration::from_mins(2);
/// How many files of one search are taken.
const MAX_RESULTS: usize = 50_000;
/// How many files of one reply are taken, so that nobody can fill a search alone.
const MAX_REPLY: usize = 1_000;
/// How many searches of others wait for our index; more are left unanswered.
const MAX_QUERIES: usize = 256;

/// The searches of ours that are open, and those of others that wait for the index.
#[derive(Debug)]
pub(super) struct Searches {
    open: BTreeMap<u32, Open>,
    next_token: u32,
    asked: BTreeMap<QueryId, (Text, u32)>,
    next_query: u64,
    shares: Option<Arc<Index>>,
    excluded: Arc<Phrases>,
}

#[derive(Debug)]
struct Open {
    id: SearchId,
    deadline: Instant,
    results: usize,
}

impl Searches {
    pub(super) fn new(first_token: u32) -> Self {
        Self {
            open: BTreeMap::new(),
            next_token: first_token,
            asked: BTreeMap::new(),
            next_query: 0,
            shares: None,
            excluded: Arc::default(),
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.open.values().map(|open| open.deadline).min()
    }

    pub(super) fn share(&mut self, index: Arc<Index>) {
        self.shares = Some(index);
    }

    pub(super) fn exclude(&mut self, phrases: &[Text]) {
        self.excluded = Arc::new(Phrases::new(phrases.iter().map(Text::as_bytes)));
    }

    /// Searches the network.
    pub(super) fn start(&mut self, command: CommandId, query: &str, out: &mut Outbox) {
        if query.trim().is_empty() {
            return out.reply(command, Reply::Searched(Err(SearchError::Empty)));
        }
        let token = self.next_token;
        self.next_token = token.wrapping_add(1);
        let open = Open {
            id: command,
            deadline: out.now + SEARCH_TIME,
            results: 0,
        };
        self.open.insert(token, open);
        self.take_replies(out);
        let query = Text::from(query);
        out.push(Out::ToServer(FileSearch { token, query }.into()));
    }

    /// Takes no more results of a search.
    pub(super) fn stop(&mut self, search: SearchId, out: &mut Outbox) {
        self.end(|open| open.id == search, Ok(()), out);
    }

    /// The session is over.
    pub(super) fn offline(&mut self, out: &mut Outbox) {
        self.end(|_| true, Err(SearchError::Disconnected), out);
    }

    /// A peer has found something. What belongs to no open search, or says to be from another user, is
    /// dropped.
    pub(super) fn result(
        &mut self,
        user: &Text,
        mut response: FileSearchResponse,
        out: &mut Outbox,
    ) {
        let open = self.open.get_mut(&response.token);
        let Some(open) = open.filter(|_| response.username == *user) else {
            return;
        };
        response.results.truncate(MAX_REPLY);
        let locked = response.locked_results.iter_mut().flat_map(|locked| {
            locked.truncate(MAX_REPLY);
            locked.iter()
        });
        open.results += locked.count() + response.results.len();
        out.emit(Event::SearchResult(open.id, Arc::new(response)));
        self.end(|open| open.results >= MAX_RESULTS, Ok(()), out);
    }

    /// Somebody searches: ask the index.
    pub(super) fn asked(
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
    pub(super) fn answer(
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

    pub(super) fn tick(&mut self, out: &mut Outbox) {
        let now = out.now;
        self.end(|open| open.deadline <= now, Ok(()), out);
    }

    /// Ends the searches that `is_over` names.
    fn end(
        &mut self,
        is_over: impl Fn(&Open) -> bool,
        result: Result<(), SearchError>,
        out: &mut Outbox,
    ) {
        let over: Vec<Open> = self
            .open
            .extract_if(.., |_, open| is_over(open))
            .map(|(_, open)| open)
            .collect();
        if over.is_empty() {
            return;
        }
        self.take_replies(out);
        for open in over {
            out.reply(open.id, Reply::Searched(result));
        }
    }

    /// Says which replies are wanted.
    fn take_replies(&self, out: &mut Outbox) {
        let tokens = self.open.keys().copied().collect();
        out.effect(Effect::TakeReplies(Arc::new(tokens)));
    }
}
