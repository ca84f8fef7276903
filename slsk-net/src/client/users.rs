//! Other users: whether they are there, how fast, with what privileges.

use slsk_wire::Text;

use super::{Client, Stopped};
use crate::machine::{Command, Reply, SessionError, UserInfo, WatchError};

impl Client {
    /// Tells how a user is, and from now on with [`Event::UserStatus`](crate::machine::Event::UserStatus) and
    /// [`Event::UserStats`](crate::machine::Event::UserStats) whenever that changes, after reconnects too.
    ///
    /// # Errors
    /// When nobody has that name, there is no session, or the server does not answer [in time](crate::ClientOptions::timeout).
    pub async fn watch(&self, user: impl Into<Text>) -> Result<UserInfo, WatchError> {
        match self.ask(Command::Watch(user.into())).await {
            Some(Reply::Watched(result)) => result,
            _ => Err(WatchError::Stopped),
        }
    }

    /// Ends [`watch`](Self::watch), if there is one. News about users in rooms of ours go on.
    ///
    /// # Errors
    /// When the client has been stopped.
    pub async fn unwatch(&self, user: impl Into<Text>) -> Result<(), Stopped> {
        self.obey(Command::Unwatch(user.into())).await
    }

    /// The users with privileges, sorted by name, as far as the server has told in this session.
    ///
    /// # Errors
    /// When there is no session.
    pub async fn privileged_users(&self) -> Result<Vec<Text>, SessionError> {
        match self.ask(Command::PrivilegedUsers).await {
            Some(Reply::PrivilegedUsers(result)) => result,
            _ => Err(SessionError::Stopped),
        }
    }
}
