//! Wishes: searches that are repeated for as long as they are wanted.

use super::{Client, Search};
use crate::machine::{Command, Reply, SearchId, SearchRequest};

impl Client {
    /// Wishes for something: the network is searched for it again and again, until the [`Search`] is dropped.
    ///
    /// One wish is searched for in each interval that the server grants, mostly twelve minutes, in turn, and the first one
    /// an interval after the login. It goes on after a reconnect. The scope of the request does not matter; its limits hold
    /// for each time. Protocol: `spec/guide/searching.md`.
    #[must_use]
    pub fn wish(&self, request: impl Into<SearchRequest>) -> Search {
        Search::new(self, request.into(), Command::Wish)
    }

    /// All wishes, in the order of their turns.
    pub async fn wishes(&self) -> Vec<(SearchId, SearchRequest)> {
        match self.ask(Command::Wishes).await {
            Some(Reply::Wishes(wishes)) => wishes,
            _ => Vec::new(),
        }
    }

    /// Ends a search or gives up a wish, wherever its [`Search`] is.
    pub async fn stop_search(&self, search: SearchId) {
        self.ask(Command::StopSearch(search)).await;
    }
}
