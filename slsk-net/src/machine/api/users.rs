//! What there is to say about other users.

use slsk_wire::server::{Status, UserStats};
use thiserror::Error;

/// A user as the server knows him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInfo {
    /// Whether he is there.
    pub status: Status,
    /// How fast he uploads and how much he shares.
    pub stats: UserStats,
    /// Whether he has privileges.
    pub privileged: bool,
}

/// Why a user can't be watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WatchError {
    /// We are not logged in.
    #[error("not logged in")]
    NotLoggedIn,
    /// Nobody has that name. Somebody may later; the server will not tell.
    #[error("there is no such user")]
    NoSuchUser,
    /// A thousand users are watched already.
    #[error("too many users are watched")]
    TooMany,
    /// The server has not answered in time, 30 seconds by default.
    #[error("the server does not answer")]
    NoAnswer,
    /// The session ended before the answer.
    #[error("the session is over")]
    Disconnected,
    /// The client has been stopped.
    #[error("the client has been stopped")]
    Stopped,
}
