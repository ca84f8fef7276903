//! Wishes: searches that are repeated for as long as they are wanted.

use super::{Client, Search, Stopped};
use crate::machine::{Command, Reply, SearchId, SearchRequest};

impl Client {
    /// Wishes for something: the network is searched for it again and again, until the [`Search`] is dropped.
    ///
    /// One wish is searched for in each interval that the server grants, mostly twelve minutes, in turn, and the first one
    /// an interval after the login. It goes on after a reconnect. The scope of the request does not matter; its limits hold
    /// for each time. Protocol: `spec/guide/searching.md`.
    ///
    /// It is given at once; what is wrong with it, [`Search::next`] tells.
    #[must_use]
    pub fn wish(&self, request: impl Into<SearchRequest>) -> Search {
        Search::new(self, request.into(), Command::Wish)
    }

    /// All wishes, in the order of their turns.
    ///
    /// # Errors
    /// When the client has been stopped.
    pub async fn wishes(&self) -> Result<Vec<(SearchId, SearchRequest)>, Stopped> {
        match self.ask(Command::Wishes).await {
            Some(Reply::Wishes(wishes)) => Ok(wishes),
            _ => Err(Stopped),
        }
    }

    /// Ends a search or gives up a wish, wherever its [`Search`] is. One that has ended may be named, too.
    ///
    /// # Errors
    /// When the client has been stopped.
    pub async fn stop_search(&self, search: SearchId) -> Result<(), Stopped> {
        self.obey(Command::StopSearch(search)).await
    }
}
