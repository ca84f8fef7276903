//! How somebody outside ends the program.

use std::io;

/// What the program was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Ctrl-C.
    Interrupted,
    /// To terminate, or that its terminal is gone.
    Terminated,
}

/// Waits until somebody ends the program. From the first call on the signals end it no more by themselves.
pub(crate) async fn ending() -> io::Result<Ending> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result.map(|()| Ending::Interrupted),
            _ = terminate.recv() => Ok(Ending::Terminated),
            _ = hang_up.recv() => Ok(Ending::Terminated),
        }
    }
    #[cfg(not(unix))]
    {
        tokio::signal::ctrl_c().await.map(|()| Ending::Interrupted)
    }
}
