//! [`Search`]: the results of one search.

use std::sync::Arc;

use slsk_wire::peer::FileSearchResponse;
use tokio::sync::oneshot;

use super::{Begun, Client, Events, Notice};
use crate::machine::{Command, Event, Reply, SearchError, SearchId};

/// The results of a search, as they come. Dropping it ends the search.
#[derive(Debug)]
pub struct Search {
    client: Client,
    id: SearchId,
    events: Events,
    done: Option<oneshot::Receiver<Reply>>,
    missed: u64,
}

impl Search {
    pub(super) fn new(begun: Begun) -> Self {
        let Begun {
            client,
            id,
            events,
            done,
        } = begun;
        Self {
            client,
            id,
            events,
            done: Some(done),
            missed: 0,
        }
    }

    /// What the next user has found; `None` when no more results are taken: after two minutes or 50,000
    /// files. Of each user at most 1,000 files are taken.
    ///
    /// # Errors
    /// When the search can't begin, or the session has ended.
    pub async fn next(&mut self) -> Result<Option<Arc<FileSearchResponse>>, SearchError> {
        while let Some(done) = &mut self.done {
            tokio::select! {
                biased;
                notice = self.events.next() => match notice {
                    Some(Notice::Event(Event::SearchResult(id, response))) if id == self.id => {
                        return Ok(Some(response));
                    }
                    Some(Notice::Missed(count)) => self.missed += count,
                    Some(Notice::Event(_)) => {}
                    None => return self.end(Err(SearchError::Stopped)),
                },
                reply = done => {
                    return match reply {
                        Ok(Reply::Searched(result)) => self.end(result),
                        _ => self.end(Err(SearchError::Stopped)),
                    };
                }
            }
        }
        Ok(None)
    }

    /// How many events, perhaps results, were lost because `next` was called too seldom.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.missed
    }

    fn end(
        &mut self,
        result: Result<(), SearchError>,
    ) -> Result<Option<Arc<FileSearchResponse>>, SearchError> {
        self.done = None;
        result.map(|()| None)
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        if self.done.is_some() {
            // There is nobody to wait for the answer.
            drop(self.client.tell(Command::StopSearch(self.id)));
        }
    }
}
