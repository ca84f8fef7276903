//! [`Download`]: one file on its way.

use std::path::PathBuf;

use tokio::sync::oneshot;

use super::{Begun, Client, Events, Notice};
use crate::machine::{Command, DownloadError, DownloadEvent, DownloadId, Event, Reply};

/// A file on its way. Dropping it gives it up, without waiting for that.
///
/// It holds the [`Client`], which runs until the last one who holds it is dropped, or [`Client::stop`] is called.
#[derive(Debug)]
pub struct Download {
    client: Client,
    id: DownloadId,
    events: Events,
    done: oneshot::Receiver<Reply>,
    result: Option<Result<PathBuf, DownloadError>>,
}

impl Download {
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
            done,
            result: None,
        }
    }

    /// How the download moves on; `None` at its end, of which [`finish`](Self::finish) tells the result.
    ///
    /// A caller that is slow may miss some steps, never the end.
    pub async fn next(&mut self) -> Option<DownloadEvent> {
        while self.result.is_none() {
            tokio::select! {
                biased;
                notice = self.events.next() => match notice {
                    Some(Notice::Event(Event::Download(id, event))) if id == self.id => {
                        return Some(event);
                    }
                    Some(_) => {}
                    None => self.result = Some(Err(DownloadError::Stopped)),
                },
                reply = &mut self.done => {
                    self.result = Some(match reply {
                        Ok(Reply::Downloaded(result)) => result,
                        _ => Err(DownloadError::Stopped),
                    });
                }
            }
        }
        None
    }

    /// Waits for the end, and tells where the file is.
    ///
    /// # Errors
    /// When there will be no file, and why.
    pub async fn finish(mut self) -> Result<PathBuf, DownloadError> {
        while self.next().await.is_some() {}
        self.result.take().unwrap_or(Err(DownloadError::Stopped))
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        if self.result.is_none() {
            // There is nobody to wait for the answer. One that has ended is not found.
            drop(self.client.tell(Command::CancelDownload(self.id)));
        }
    }
}
