//! What can become of a message that is sent by hand.

use slsk_wire::EncodeError;
use thiserror::Error;

/// Why a message is not sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SendError {
    /// We are not logged in.
    #[error("not logged in")]
    NotLoggedIn,
    /// The message contradicts itself, so it has no bytes.
    #[error("the message can't be encoded: {0}")]
    Invalid(#[from] EncodeError),
    /// The user can't be connected to.
    #[error("the user can't be reached: {reason}")]
    Unreachable {
        /// What went wrong.
        reason: String,
    },
    /// The client has been stopped.
    #[error("the client has been stopped")]
    Stopped,
}
