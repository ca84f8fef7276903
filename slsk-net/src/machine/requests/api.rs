//! What the owner says about himself, and why others say nothing.

use bytes::Bytes;
use slsk_wire::peer::UploadPermission;
use thiserror::Error;

/// What we say about ourselves to whoever asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// In our own words.
    pub description: String,
    /// A picture file, usually PNG or JPEG.
    pub picture: Option<Bytes>,
    /// Who may send us files without being asked. It is only said: none are taken.
    pub upload_permission: UploadPermission,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            description: String::new(),
            picture: None,
            upload_permission: UploadPermission::Nobody,
        }
    }
}

/// Why a user does not tell what he was asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// We are not logged in.
    #[error("not logged in")]
    NotLoggedIn,
    /// The user is not online.
    #[error("the user is not online")]
    Offline,
    /// The user can't be connected to.
    #[error("the user can't be reached: {reason}")]
    Unreachable {
        /// What went wrong.
        reason: String,
    },
    /// The user has the question and has said nothing for 30 seconds, or a share list was not whole after an hour.
    #[error("the user does not answer")]
    NoAnswer,
    /// The connection ended before the answer: the user refuses, or his answer is broken or larger than our limits.
    #[error("the connection ended before the answer")]
    Closed,
    /// The client has been stopped.
    #[error("the client has been stopped")]
    Stopped,
}
