//! Our own searches: their tokens, their results, their ends.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use slsk_wire::peer::{File, FileSearchResponse};
use slsk_wire::server::{FileSearch, RoomSearch, ServerRequest, UserSearch, WishlistSearch};
use slsk_wire::{Text, Wire};

use super::filter::Sieve;
use super::incoming::MAX_NAME;
use super::request::{Rewrite, SearchRequest, SearchScope};
use super::rewrite::{Rewritten, rewrite};
use crate::machine::api::{Event, Reply, SearchError, SearchId};
use crate::machine::outbox::{Out, Outbox};
use crate::machine::{CommandId, Effect, MAX_TIME};

/// How long a query may be, in bytes. Servers drop longer ones without a word.
const MAX_QUERY: usize = 256;
/// How many files of a user are looked at for each that may be taken, in all his replies to a search.
const LOOKS: usize = 4;
/// As many as may be taken for this: a filter may leave few.
const MIN_LOOKED_FOR: usize = 1000;
/// How many users are heard in one search.
const MAX_USERS: usize = 1 << 16;
/// How many users who go on when they have brought enough the connections know, for each search. It is more than can
/// be connected: when it is reached they forget all, and are told again of those who go on.
const MAX_TOLD: usize = 2048;

/// The searches of ours that are open.
#[derive(Debug)]
pub(in crate::machine) struct Searches {
    open: BTreeMap<u32, Open>,
    next_token: u32,
}

#[derive(Debug)]
struct Open {
    id: SearchId,
    kind: Kind,
    /// How long results are taken.
    timeout: Duration,
    /// Until when they are; `None` while the search has not gone out.
    deadline: Option<Instant>,
    /// What follows the first message: one search of many users is one search.
    more: Vec<ServerRequest>,
    sieve: Sieve,
    /// How many files may still come.
    room: usize,
    /// What each user may bring.
    share: Share,
    /// What they still may.
    left: BTreeMap<Text, Share>,
    /// Those of whom the connections are told, as they have brought enough and go on.
    enough: BTreeSet<Text>,
}

/// What one user may bring.
#[derive(Clone, Copy, Debug)]
struct Share {
    /// How many files are taken.
    files: usize,
    /// How many are looked at, about.
    looks: usize,
}

impl Share {
    fn new(files: usize) -> Self {
        Self {
            files,
            looks: files.max(MIN_LOOKED_FOR).saturating_mul(LOOKS),
        }
    }

    fn is_used_up(self) -> bool {
        self.files == 0 || self.looks == 0
    }
}

/// What becomes of a search at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Its command is answered.
    Once { asks_ourselves: bool },
    /// Its wish goes on.
    Wish,
}

impl Searches {
    pub(in crate::machine) fn new(first_token: u32) -> Self {
        Self {
            open: BTreeMap::new(),
            next_token: first_token,
        }
    }

    /// How many searches are open.
    pub(in crate::machine) fn count(&self) -> usize {
        self.open.len()
    }

    pub(in crate::machine) fn deadline(&self) -> Option<Instant> {
        self.open.values().filter_map(|open| open.deadline).min()
    }

    /// Searches as a request says.
    pub(in crate::machine) fn start(
        &mut self,
        command: CommandId,
        request: SearchRequest,
        own_name: &str,
        out: &mut Outbox,
    ) {
        let rewritten = match check(&request) {
            Ok(rewritten) => rewritten,
            Err(error) => return out.reply(command, Reply::Searched(Err(error))),
        };
        let asks_ourselves = matches!(&request.scope, SearchScope::Users(users) if users.iter().any(|u| *u == own_name));
        let query = Text::from(rewritten.query.as_str());
        let scope = request.scope.clone();
        let kind = Kind::Once { asks_ourselves };
        let token = self.open(command, kind, request, &rewritten, out);
        let mut messages = messages(scope, token, &query).into_iter();
        let first = messages.next();
        if let Some(open) = self.open.get_mut(&token) {
            open.more = messages.collect();
        }
        if let Some(first) = first {
            out.push(Out::PacedToServer(first, command));
        }
    }

    /// The first message of a search has gone out: its time begins.
    pub(in crate::machine) fn sent(&mut self, search: SearchId, out: &mut Outbox) {
        for open in self.open.values_mut().filter(|open| open.id == search) {
            open.deadline = Some(out.now + open.timeout);
            for message in open.more.drain(..) {
                out.push(Out::ToServer(message));
            }
        }
    }

    /// A search can't go out.
    pub(in crate::machine) fn refused(
        &mut self,
        search: SearchId,
        error: SearchError,
        out: &mut Outbox,
    ) {
        self.end(|open| open.id == search, Err(error), out);
    }

    /// Searches for a wish, whose time has come.
    pub(in crate::machine) fn wish(
        &mut self,
        wish: CommandId,
        request: SearchRequest,
        out: &mut Outbox,
    ) {
        // What can't be searched for has been refused before.
        let Ok(rewritten) = check(&request) else {
            return;
        };
        let query = Text::from(rewritten.query.as_str());
        let token = self.open(wish, Kind::Wish, request, &rewritten, out);
        out.push(Out::ToServer(WishlistSearch { token, query }.into()));
        self.sent(wish, out);
    }

    /// Takes no more results of a search or of a wish.
    pub(in crate::machine) fn stop(&mut self, search: SearchId, out: &mut Outbox) {
        self.end(|open| open.id == search, Ok(()), out);
    }

    /// The session is over.
    pub(in crate::machine) fn offline(&mut self, out: &mut Outbox) {
        self.end(|_| true, Err(SearchError::Disconnected), out);
    }

    /// Whether this is the token of a search of ours that asks ourselves, among others.
    pub(in crate::machine) fn asks_ourselves(&self, token: u32) -> bool {
        let asks = Kind::Once {
            asks_ourselves: true,
        };
        self.open.get(&token).is_some_and(|open| open.kind == asks)
    }

    /// A peer has found something. What belongs to no open search, or says to be from another user, is
    /// dropped, and so is what comes from a user who has brought enough.
    pub(in crate::machine) fn result(
        &mut self,
        user: &Text,
        mut response: FileSearchResponse,
        out: &mut Outbox,
    ) {
        let open = self.open.get_mut(&response.token);
        let Some(open) = open.filter(|_| response.username == *user) else {
            return;
        };
        let is_known = open.left.contains_key(user);
        let is_heard = user.len() <= MAX_NAME && (is_known || open.left.len() < MAX_USERS);
        let mut left = open.left.get(user).copied().unwrap_or(open.share);
        if !is_heard || left.is_used_up() {
            if open.enough.len() >= MAX_TOLD {
                open.enough.clear();
            }
            if open.enough.insert(user.detach()) {
                self.take_replies(out);
            }
            return;
        }
        // A reply without files is no gift either.
        left.looks -= 1;
        let limit = left.files.min(open.room);
        let count = open.sieve.apply(&mut response, limit, &mut left.looks);
        left.files -= count;
        open.room -= count;
        open.left.insert(user.detach(), left);
        if count == 0 {
            return;
        }
        out.emit(Event::SearchResult(open.id, Arc::new(response)));
        self.end(|open| open.room == 0, Ok(()), out);
    }

    pub(in crate::machine) fn tick(&mut self, out: &mut Outbox) {
        let now = out.now;
        let is_over = |open: &Open| open.deadline.is_some_and(|deadline| deadline <= now);
        self.end(is_over, Ok(()), out);
    }

    /// Takes results under a new token.
    fn open(
        &mut self,
        id: CommandId,
        kind: Kind,
        request: SearchRequest,
        rewritten: &Rewritten,
        out: &mut Outbox,
    ) -> u32 {
        let mut token = self.next_token;
        while self.open.contains_key(&token) {
            token = token.wrapping_add(1);
        }
        self.next_token = token.wrapping_add(1);
        let options = request.options;
        let open = Open {
            id,
            kind,
            timeout: options.timeout.min(MAX_TIME),
            deadline: None,
            more: Vec::new(),
            sieve: Sieve::new(options.filter, rewritten),
            room: options.max_files,
            share: Share::new(options.max_files_per_user),
            left: BTreeMap::new(),
            enough: BTreeSet::new(),
        };
        self.open.insert(token, open);
        self.take_replies(out);
        token
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
            if let Kind::Once { .. } = open.kind {
                out.push(Out::SearchOver(open.id));
                out.reply(open.id, Reply::Searched(result));
            }
        }
    }

    /// Says which replies are wanted.
    fn take_replies(&self, out: &mut Outbox) {
        let searches = self.open.iter();
        let searches = searches.map(|(token, open)| (*token, open.enough.clone()));
        out.effect(Effect::TakeReplies(Arc::new(searches.collect())));
    }
}

/// What asks for results under a token.
fn messages(scope: SearchScope, token: u32, query: &Text) -> Vec<ServerRequest> {
    let query = query.clone();
    match scope {
        SearchScope::Network => vec![FileSearch { token, query }.into()],
        SearchScope::Room(room) => vec![RoomSearch { room, token, query }.into()],
        SearchScope::Users(users) => {
            let search = |username| UserSearch {
                username,
                token,
                query: query.clone(),
            };
            users.into_iter().map(|user| search(user).into()).collect()
        }
    }
}

/// About how many bytes a result holds.
pub(in crate::machine) fn weight(response: &FileSearchResponse) -> usize {
    let locked = response.locked_results.as_ref().map_or(0, Vec::len);
    let files = response.results.len() + locked;
    size_of::<FileSearchResponse>() + response.encoded_len() + files * size_of::<File>()
}

/// What to send for a request.
///
/// # Errors
/// When nobody would answer it.
pub(in crate::machine) fn check(request: &SearchRequest) -> Result<Rewritten, SearchError> {
    let query = request.query.trim();
    if query.is_empty() {
        return Err(SearchError::Empty);
    }
    if matches!(&request.scope, SearchScope::Users(users) if users.is_empty()) {
        return Err(SearchError::Nobody);
    }
    let rewritten = match request.options.rewrite {
        Rewrite::On => rewrite(query),
        Rewrite::Off => Rewritten {
            query: query.to_owned(),
            ..Rewritten::default()
        },
    };
    if rewritten.query.len() > MAX_QUERY {
        return Err(SearchError::TooLong);
    }
    Ok(rewritten)
}

#[cfg(test)]
mod tests;
