//! What the world is asked, and what it answers.

use std::sync::Arc;

use slsk_wire::Text;
use slsk_wire::peer::File;

use crate::share::{Index, Phrases, Query, Shared};

/// A search of the own shares by somebody else.
#[derive(Clone, Debug)]
pub struct ShareQuery {
    /// Who searches.
    pub user: Text,
    /// What is searched for, as it came; at most [`Query::MAX_BYTES`].
    pub text: Text,
    /// What is shared, if anything is.
    pub index: Option<Arc<Index>>,
    /// Phrases that no result may contain, as the server has told them.
    pub excluded: Arc<Phrases>,
}

/// The answer to a [`ShareQuery`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// What is sent, with full remote paths. Nothing is sent when it is empty.
    pub files: Vec<File>,
    /// How many files match; [`ShareQuery::answer`] stops counting at 300.
    pub matched: usize,
}

impl ShareQuery {
    /// How many files answer one search; Nicotine+ sends as many.
    const MAX_FOUND: usize = 300;

    /// The files of the index that match. It may take milliseconds.
    #[must_use]
    pub fn answer(&self) -> Found {
        let Some(index) = &self.index else {
            return Found::default();
        };
        let query = Query::parse(&self.text.to_str());
        let found = index.search(&query, Self::MAX_FOUND, &self.excluded);
        Found {
            matched: found.len(),
            files: found.iter().map(Shared::to_file).collect(),
        }
    }
}

/// A search of somebody else, once it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredSearch {
    /// Who searches.
    pub user: Text,
    /// What he searches for.
    pub query: Text,
    /// How many files match. Where there are any, they are on their way.
    pub matched: usize,
    /// How many searches were dropped since the last of these events, because too many waited.
    pub dropped: u64,
}
