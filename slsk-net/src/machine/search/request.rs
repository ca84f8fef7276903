//! [`SearchRequest`]: what to search for, where, and how much of it.

use std::time::Duration;

use slsk_wire::Text;

use super::filter::SearchFilter;

/// A search: what for, where, and what of the results is wanted. A text alone searches the network.
///
/// ```
/// use slsk_net::machine::SearchRequest;
///
/// let search = SearchRequest::new("mountain flac").in_room("ambient");
/// let search = SearchRequest::from("mountain flac").of_users(["ada", "björn"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchRequest {
    /// Words; `-word`, `*word` and `"a phrase"` mean what `spec/guide/searching.md` says.
    pub query: String,
    /// Whose files are searched.
    pub scope: SearchScope,
    /// What of the results is wanted, and for how long.
    pub options: SearchOptions,
}

/// Whose files are searched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SearchScope {
    /// Those of everybody.
    #[default]
    Network,
    /// Those of the users in a room.
    Room(Text),
    /// Those of these users, such as friends. The server is told of each by himself.
    Users(Vec<Text>),
}

/// What of the results of a search is wanted, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchOptions {
    /// How long results are taken, a day at most. Most come within ten seconds.
    pub timeout: Duration,
    /// How many files are taken in all; then the search ends.
    pub max_files: usize,
    /// How many files are taken of each user, so that nobody can fill a search alone. About four times as many are looked
    /// at, 4000 at least; what he sends after that is dropped.
    pub max_files_per_user: usize,
    /// How many bytes of results may wait for who reads them. What comes beyond is dropped and counted.
    pub max_waiting: usize,
    /// Whether the query is rewritten so that every client answers it.
    pub rewrite: Rewrite,
    /// Which files are wanted.
    pub filter: SearchFilter,
}

/// Whether a query is [rewritten](super::rewrite()) before it is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rewrite {
    /// It is: `SoulseekQt` answers nothing to special characters, and phrases are checked in the results.
    #[default]
    On,
    /// It is sent as it stands.
    Off,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            timeout: Duration::from_mins(2),
            max_files: 50_000,
            max_files_per_user: 1_000,
            max_waiting: 64 << 20,
            rewrite: Rewrite::On,
            filter: SearchFilter::default(),
        }
    }
}

impl SearchRequest {
    /// A search of the network.
    #[must_use]
    pub fn new(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            scope: SearchScope::Network,
            options: SearchOptions::default(),
        }
    }

    /// Searches the users of a room instead. [Join](crate::machine::Command::JoinRoom) it first: most servers search a
    /// room for its members only.
    #[must_use]
    pub fn in_room(mut self, room: impl Into<Text>) -> Self {
        self.scope = SearchScope::Room(room.into());
        self
    }

    /// Searches these users instead.
    #[must_use]
    pub fn of_users(mut self, users: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.scope = SearchScope::Users(users.into_iter().map(Into::into).collect());
        self
    }

    /// With these options.
    #[must_use]
    pub fn with(mut self, options: SearchOptions) -> Self {
        self.options = options;
        self
    }
}

impl From<&str> for SearchRequest {
    fn from(query: &str) -> Self {
        Self::new(query)
    }
}

impl From<String> for SearchRequest {
    fn from(query: String) -> Self {
        Self::new(query)
    }
}

impl From<&String> for SearchRequest {
    fn from(query: &String) -> Self {
        Self::new(query)
    }
}
