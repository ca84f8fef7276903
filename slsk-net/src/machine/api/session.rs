//! What there is to say about the session beyond connecting and logging in.

use std::ops::RangeInclusive;
use std::time::Duration;

use slsk_wire::server::LoginRefusal;
use thiserror::Error;

use super::SessionError;

/// How a client comes back by itself when its session is lost: `spec/guide/etiquette.md`.
///
/// It never does after [`SessionError::Relogged`], after a refused login, or when its owner has ended the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReconnectPolicy {
    /// The time before the first attempt is drawn from these. Each further one waits twice as long.
    pub first: RangeInclusive<Duration>,
    /// No attempt waits longer.
    pub longest: Duration,
    /// After so many connections in a row that end before the login is answered, it gives up: perhaps the server has
    /// banned this address, and each attempt would prolong that.
    pub unanswered: u32,
}

impl Default for ReconnectPolicy {
    /// Five to fifteen seconds, five minutes at most, three logins without an answer.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(5)..=Duration::from_secs(15),
            longest: Duration::from_mins(5),
            unanswered: 3,
        }
    }
}

/// Why a client does not try any more to come back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReconnectError {
    /// The server refuses now what it accepted before.
    #[error("the server refuses the login: {}{}", reason.raw(), detail.as_ref().map(|d| format!(" ({d})")).unwrap_or_default())]
    Refused {
        /// What the server says.
        reason: LoginRefusal,
        /// An explanation for people.
        detail: Option<String>,
    },
    /// The server takes connections and says nothing, several times in a row.
    #[error(
        "the server does not answer any more; perhaps this address is banned, so wait for half an hour before the next try"
    )]
    PossiblyBanned,
}

/// Why the password is not known to have changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// We are not logged in.
    #[error("not logged in")]
    NotLoggedIn,
    /// A password can't be empty.
    #[error("an empty password")]
    Empty,
    /// Another change is under way.
    #[error("the password is being changed already")]
    Busy,
    /// The server has not confirmed it in time, 30 seconds by default. It may have changed.
    #[error("the server does not confirm the new password")]
    NoAnswer,
    /// The session ended before the server had confirmed it. It may have changed.
    #[error(transparent)]
    Session(#[from] SessionError),
}
