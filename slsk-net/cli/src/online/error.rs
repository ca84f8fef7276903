//! Why a command failed, and which exit code says so.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use slsk_net::client::ConnectError;
use slsk_net::machine::{
    LoginError, ReconnectError, RequestError, RoomError, SearchError, SessionError, WatchError,
};
use thiserror::Error;

/// Why a command that talks to a server failed.
#[derive(Debug, Error)]
pub(crate) enum OnlineError {
    /// The output, or the system.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A file that was named can't be read or written.
    #[error("{path}: {error}", path = .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The configuration makes no sense.
    #[error("{path}:{line}: {problem}", path = .path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// Where, from 1.
        line: usize,
        /// What.
        problem: String,
    },
    /// Something is missing on the command line.
    #[error("{0}")]
    Usage(String),
    /// The server has no address.
    #[error("{server}: {problem}")]
    Unknown {
        /// The server, as given.
        server: String,
        /// What the system says.
        problem: String,
    },
    /// There is no connection to the server.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// There is no session.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The session did not come back.
    #[error(transparent)]
    Reconnect(#[from] ReconnectError),
    /// The session is over.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The search failed.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// A user does not tell.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The server does not tell of a user.
    #[error(transparent)]
    Watch(#[from] WatchError),
    /// The room can't be searched.
    #[error(transparent)]
    Room(#[from] RoomError),
    /// There is nothing to show.
    #[error("{0}")]
    Nothing(Cow<'static, str>),
    /// Somebody has pressed Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

impl OnlineError {
    /// Whether it may be that the session is over, which is all that this error says, if it says that.
    pub(crate) fn may_be_session_over(&self) -> bool {
        matches!(
            self,
            Self::Login(LoginError::NotConnected)
                | Self::Search(SearchError::Disconnected | SearchError::NotLoggedIn)
                | Self::Request(
                    RequestError::NotLoggedIn
                        | RequestError::Unreachable { .. }
                        | RequestError::NoAnswer
                )
                | Self::Watch(WatchError::Disconnected | WatchError::NotLoggedIn)
                | Self::Room(RoomError::Disconnected | RoomError::NotLoggedIn)
        )
    }

    /// The exit code, as the help says.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Login(LoginError::Refused { .. })
            | Self::Reconnect(ReconnectError::Refused { .. }) => 3,
            Self::Nothing(_)
            | Self::Request(RequestError::Offline)
            | Self::Watch(WatchError::NoSuchUser) => 4,
            Self::Usage(_)
            | Self::Search(SearchError::Empty | SearchError::TooLong | SearchError::Nobody) => 2,
            Self::Search(_)
            | Self::Request(_)
            | Self::Watch(_)
            | Self::Room(_)
            | Self::Unknown { .. }
            | Self::Connect(ConnectError::Session { .. })
            | Self::Login(_)
            | Self::Reconnect(_)
            | Self::Session(_) => 5,
            Self::Io(_) | Self::File { .. } | Self::Config { .. } | Self::Connect(_) => 1,
            Self::Interrupted => crate::program::INTERRUPTED,
        }
    }
}
