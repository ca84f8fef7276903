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
    #[error("the server refuses the login: {}", refusal(reason, detail.as_deref()))]
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

/// A refusal in words, with its code and what the server says besides.
pub(super) fn refusal(reason: &LoginRefusal, detail: Option<&str>) -> String {
    let words = match reason {
        LoginRefusal::InvalidUsername => "nobody can have this name",
        LoginRefusal::EmptyPassword => "there is no password",
        LoginRefusal::InvalidPassword => "wrong password, or the name belongs to somebody else",
        LoginRefusal::InvalidVersion => "it does not serve this version of a client",
        LoginRefusal::ServerFull => "it is full",
        LoginRefusal::ServerPrivate => "it is not for everybody",
        LoginRefusal::Other(_) => "it has not said why in words that are known",
    };
    let code = reason.raw();
    let told = [Some(&*code.to_str()), detail]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(": ");
    if told.is_empty() {
        return words.to_owned();
    }
    format!("{words} ({told})")
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

#[cfg(test)]
mod tests {
    use slsk_wire::Text;

    use super::*;

    #[test]
    fn refusals_have_words_and_the_code() {
        let full = refusal(&LoginRefusal::ServerFull, None);
        assert_eq!(full, "it is full (SVRFULL)");
        let name = refusal(&LoginRefusal::InvalidUsername, Some("Nick too long."));
        assert_eq!(
            name,
            "nobody can have this name (INVALIDUSERNAME: Nick too long.)"
        );
        let other = refusal(&Text::from("NOTODAY").into(), None);
        assert_eq!(
            other,
            "it has not said why in words that are known (NOTODAY)"
        );
        let none = refusal(&Text::new().into(), Some(""));
        assert_eq!(none, "it has not said why in words that are known");
    }
}
