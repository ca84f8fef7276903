//! [`Search`]: the results of one search, or of a wish.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use slsk_wire::peer::FileSearchResponse;
use tokio::sync::oneshot;

use super::Client;
use crate::driver::Feed;
use crate::machine::{Command, Event, Reply, SearchError, SearchId, SearchRequest};

/// The results of a search or of a wish, as they come: a [`Stream`]. Dropping it ends the search, or gives up the wish,
/// without waiting for that; [`Client::stop_search`] waits.
///
/// It holds the [`Client`], which runs until the last one who holds it is dropped, or [`Client::stop`] is called.
///
/// Each result is a user with his files, his speed and his queue. Results wait here until they are read, up to
/// [`max_waiting`](crate::machine::SearchOptions::max_waiting) bytes of them.
#[derive(Debug)]
pub struct Search {
    client: Client,
    id: SearchId,
    results: Feed<Event>,
    done: oneshot::Receiver<Reply>,
    ended: bool,
}

impl Search {
    /// Gives a command that searches.
    pub(super) fn new(
        client: &Client,
        request: SearchRequest,
        command: impl FnOnce(SearchRequest) -> Command,
    ) -> Self {
        let limit = request.options.max_waiting;
        let (id, results, done) = client.handle.feed(command(request), limit);
        Self {
            client: client.clone(),
            id,
            results,
            done,
            ended: false,
        }
    }

    /// What the next user has found; `None` when no more results are taken: after the time or the number of files
    /// that the request says. A wish goes on until it is given up.
    ///
    /// This is `Result<Option<_>>`, for `?`; `StreamExt::next` of the pinned stream is `Option<Result<_>>`.
    ///
    /// # Errors
    /// When the search can't begin, or the session has ended. There are no more results then.
    pub async fn next(&mut self) -> Result<Option<Arc<FileSearchResponse>>, SearchError> {
        poll_fn(|context| self.poll_result(context))
            .await
            .transpose()
    }

    /// How many results were dropped because too many waited to be read.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.results.dropped()
    }

    /// Names the search in events.
    #[must_use]
    pub fn id(&self) -> SearchId {
        self.id
    }

    fn poll_result(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Arc<FileSearchResponse>, SearchError>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        while let Some(event) = ready!(self.results.poll_next(context)) {
            if let Event::SearchResult(_, response) = event {
                return Poll::Ready(Some(Ok(response)));
            }
        }
        let reply = ready!(Pin::new(&mut self.done).poll(context));
        self.ended = true;
        Poll::Ready(match reply {
            Ok(Reply::Searched(Ok(()))) => None,
            Ok(Reply::Searched(Err(error))) => Some(Err(error)),
            _ => Some(Err(SearchError::Stopped)),
        })
    }
}

impl Stream for Search {
    type Item = Result<Arc<FileSearchResponse>, SearchError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_result(context)
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        if !self.ended {
            // There is nobody to wait for the answer.
            drop(self.client.tell(Command::StopSearch(self.id)));
        }
    }
}
