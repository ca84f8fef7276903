//! Searching others. Their searches are in [`incoming`].

pub(super) mod incoming;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::peer::FileSearchResponse;
use slsk_wire::server::FileSearch;

use super::api::{Event, Reply, SearchError, SearchId};
use super::outbox::{Out, Outbox};
use super::{CommandId, Effect};

/// How long results are taken; most come within ten seconds.
const SEARCH_TIME: Duration = Duration::from_mins(2);
/// How many files of one search are taken.
const MAX_RESULTS: usize = 50_000;
/// How many files of one reply are taken, so that nobody can fill a search alone.
const MAX_REPLY: usize = 1_000;

/// The searches of ours that are open.
#[derive(Debug)]
pub(super) struct Searches {
    open: BTreeMap<u32, Open>,
    next_token: u32,
}

#[derive(Debug)]
struct Open {
    id: SearchId,
    /// `None` while it waits for its turn.
    deadline: Option<Instant>,
    results: usize,
}

impl Searches {
    pub(super) fn new(first_token: u32) -> Self {
        Self {
            open: BTreeMap::new(),
            next_token: first_token,
        }
    }

    /// How many searches are open.
    pub(super) fn count(&self) -> usize {
        self.open.len()
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.open.values().filter_map(|open| open.deadline).min()
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
            deadline: None,
            results: 0,
        };
        self.open.insert(token, open);
        self.take_replies(out);
        let query = Text::from(query);
        let search = FileSearch { token, query };
        out.push(Out::PacedToServer(search.into(), command));
    }

    /// A search has gone out.
    pub(super) fn sent(&mut self, search: SearchId, out: &Outbox) {
        for open in self.open.values_mut().filter(|open| open.id == search) {
            open.deadline = Some(out.now + SEARCH_TIME);
        }
    }

    /// A search can't go out.
    pub(super) fn refused(&mut self, search: SearchId, error: SearchError, out: &mut Outbox) {
        self.end(|open| open.id == search, Err(error), out);
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

    pub(super) fn tick(&mut self, out: &mut Outbox) {
        let now = out.now;
        let is_over = |open: &Open| open.deadline.is_some_and(|deadline| deadline <= now);
        self.end(is_over, Ok(()), out);
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
            out.push(Out::SearchOver(open.id));
            out.reply(open.id, Reply::Searched(result));
        }
    }

    /// Says which replies are wanted.
    fn take_replies(&self, out: &mut Outbox) {
        let tokens = self.open.keys().copied().collect();
        out.effect(Effect::TakeReplies(Arc::new(tokens)));
    }
}
