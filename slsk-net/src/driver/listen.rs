//! The ports that others connect to.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

/// How long nothing is accepted after an error, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);
/// How many connections are accepted at once: more would keep the machine waiting.
const BATCH: usize = 32;

/// The ports that others connect to.
#[derive(Debug, Default)]
pub(crate) struct Listeners {
    plain: Option<TcpListener>,
    obfuscated: Option<TcpListener>,
    paused_until: Option<Instant>,
}

/// Somebody who has connected.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) stream: TcpStream,
    pub(super) remote: SocketAddr,
    pub(super) obfuscated: bool,
}

impl Listeners {
    pub(crate) fn new(plain: Option<TcpListener>, obfuscated: Option<TcpListener>) -> Self {
        Self {
            plain,
            obfuscated,
            paused_until: None,
        }
    }

    /// Those who have connected, a few at once; never none.
    pub(super) async fn accept(&mut self) -> Vec<Accepted> {
        loop {
            if let Some(until) = self.paused_until {
                tokio::time::sleep_until(until).await;
                self.paused_until = None;
            }
            match std::future::poll_fn(|context| self.poll_accept(context)).await {
                Ok(accepted) => return accepted,
                // Whoever has left again is no trouble of ours.
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    tracing::warn!(%error, "nothing can be accepted");
                    self.paused_until = Some(Instant::now() + PAUSE);
                }
            }
        }
    }

    fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<Vec<Accepted>>> {
        let mut accepted = Vec::new();
        for (listener, obfuscated) in [(&self.plain, false), (&self.obfuscated, true)] {
            let Some(listener) = listener else { continue };
            // Half of the batch each, so that a flood at one port does not close the other.
            for _ in 0..BATCH / 2 {
                match listener.poll_accept(context) {
                    Poll::Ready(Ok((stream, remote))) => accepted.push(Accepted {
                        stream,
                        remote,
                        obfuscated,
                    }),
                    Poll::Ready(Err(error)) if accepted.is_empty() => {
                        return Poll::Ready(Err(error));
                    }
                    Poll::Ready(Err(_)) | Poll::Pending => break,
                }
            }
        }
        if accepted.is_empty() {
            return Poll::Pending;
        }
        Poll::Ready(Ok(accepted))
    }
}
