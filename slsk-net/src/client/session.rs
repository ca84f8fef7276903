//! The session: logging in, staying, leaving.

use slsk_wire::Secret;
use slsk_wire::server::OwnStatus;

use super::{Client, Stopped};
use crate::machine::{Command, LoginError, LoginInfo, PasswordError, Reply, SessionError};

impl Client {
    /// Logs in. A session that is lost later is taken up again as [`ReconnectPolicy`](crate::machine::ReconnectPolicy)
    /// says.
    ///
    /// It waits for its turn for 30 seconds at most, and then for the server.
    ///
    /// # Errors
    /// When the server refuses or does not answer [in time](crate::ClientOptions::timeout). Do not repeat a refused login.
    pub async fn login(&self, username: &str, password: &str) -> Result<LoginInfo, LoginError> {
        let command = Command::Login {
            username: username.to_owned(),
            password: password.into(),
        };
        match self.ask(command).await {
            Some(Reply::LoggedIn(result)) => result,
            _ => Err(SessionError::Stopped.into()),
        }
    }

    /// Ends the session, or the attempts to come back to one. The client goes on:
    /// [`connect_again`](Self::connect_again) and [`login`](Self::login) begin another session.
    ///
    /// # Errors
    /// When the client has been stopped.
    pub async fn disconnect(&self) -> Result<(), Stopped> {
        self.obey(Command::Disconnect).await
    }

    /// Connects to the server of this client when its session is over, without waiting for a better time.
    ///
    /// # Errors
    /// When there is a session, or the server can't be reached [in time](crate::ClientOptions::timeout).
    pub async fn connect_again(&self) -> Result<(), SessionError> {
        match self.ask(Command::Connect(self.server)).await {
            Some(Reply::Connected(result)) => result,
            _ => Err(SessionError::Stopped),
        }
    }

    /// Changes the password of the account. Reconnects use the new one.
    ///
    /// # Errors
    /// When there is no session, or the server does not confirm the password [in time](crate::ClientOptions::timeout).
    pub async fn change_password(&self, password: &str) -> Result<(), PasswordError> {
        let password = Secret::from(password);
        match self.ask(Command::ChangePassword(password)).await {
            Some(Reply::PasswordChanged(result)) => result,
            _ => Err(SessionError::Stopped.into()),
        }
    }

    /// Is online or away from now on, in the sessions to come too. The server ignores other values.
    ///
    /// # Errors
    /// When the client has been stopped.
    pub async fn set_status(&self, status: OwnStatus) -> Result<(), Stopped> {
        self.obey(Command::SetStatus(status)).await
    }
}
