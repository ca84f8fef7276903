//! Search results.

use slsk_derive::Wire;

use super::File;
use crate::decoder::Peek;
use crate::types::Text;

/// Searches one user's files, without the server. [`UserSearch`](crate::server::UserSearch) has replaced it.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 8, guide = "searching", status = Obsolete)]
#[doc(alias = "SearchRequest")]
pub struct FileSearchRequest {
    /// Our number for this search.
    pub token: u32,
    /// Words.
    pub query: Text,
}

/// What a user found for a search of ours.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 9, compressed, guide = "searching", sender = Responder)]
#[doc(alias = "PeerSearchReply")]
#[doc(alias = "SearchResponse")]
#[doc(alias = "FileSearchResult")]
pub struct FileSearchResponse {
    /// Who has the files.
    pub username: Text,
    /// The number of the search.
    pub token: u32,
    /// The files, with full remote paths.
    pub results: Vec<File>,
    /// Whether an upload would begin at once.
    pub slot_free: bool,
    /// The average upload speed, in bytes a second.
    #[slsk(unit = BytesPerSecond)]
    pub average_speed: u32,
    /// How many files are queued there.
    pub queue_length: u32,
    /// Always 0.
    #[slsk(optional)]
    pub unknown: Option<u32>,
    /// Files that are shown but not for us.
    #[slsk(optional)]
    pub locked_results: Option<Vec<File>>,
}

/// The head of a [`FileSearchResponse`]: whether the rest is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct SearchHead {
    /// Who has the files.
    pub username: Text,
    /// The number of the search.
    pub token: u32,
}

impl Peek for FileSearchResponse {
    type Head = SearchHead;
}

impl FileSearchResponse {
    /// A reply with its tail, which some clients require. The slot is free and the queue empty.
    #[must_use]
    pub fn new(username: impl Into<Text>, token: u32, results: Vec<File>) -> Self {
        Self {
            username: username.into(),
            token,
            results,
            slot_free: true,
            average_speed: 0,
            queue_length: 0,
            unknown: Some(0),
            locked_results: Some(Vec::new()),
        }
    }
}
