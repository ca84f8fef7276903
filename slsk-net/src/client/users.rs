//! Other users: whether they are there, how fast, with what privileges.

use slsk_wire::Text;

use super::Client;
use crate::machine::{Command, Reply, UserInfo, WatchError};

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

    /// Ends [`watch`](Self::watch). News about users in rooms of ours go on.
    pub async fn unwatch(&self, user: impl Into<Text>) {
        self.ask(Command::Unwatch(user.into())).await;
    }

    /// The users with privileges, sorted by name; none without a session.
    pub async fn privileged_users(&self) -> Vec<Text> {
        match self.ask(Command::PrivilegedUsers).await {
            Some(Reply::PrivilegedUsers(users)) => users,
            _ => Vec::new(),
        }
    }
}
