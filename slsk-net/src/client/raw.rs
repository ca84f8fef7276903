//! Messages by hand, for what has no method.

use slsk_wire::peer::PeerMessage;
use slsk_wire::server::ServerRequest;
use slsk_wire::{Family, Text};

use super::Client;
use crate::machine::{Command, Reply, SendError};

impl Client {
    /// Sends a message to the server, as it is and at once: nothing keeps its pace. What comes back is for a
    /// [`Tap`](crate::Tap), unless the client asks the same.
    ///
    /// Any frame can be sent: one with a code of your own is an `Unknown` message of the family.
    ///
    /// # Errors
    /// When there is no session, or the message contradicts itself.
    pub async fn send_to_server(&self, message: impl Into<ServerRequest>) -> Result<(), SendError> {
        let message = message.into();
        check(&message)?;
        self.sent(Command::SendToServer(message)).await
    }

    /// Sends a message to a user, over the connection there is or a new one, and returns when it is on its way. Whether it
    /// arrives is never known. That takes two minutes at most.
    ///
    /// # Errors
    /// When there is no session, the user can't be reached, or the message contradicts itself.
    pub async fn send_to_peer(
        &self,
        user: impl Into<Text>,
        message: impl Into<PeerMessage>,
    ) -> Result<(), SendError> {
        let message = message.into();
        check(&message)?;
        self.sent(Command::SendToPeer(user.into(), message)).await
    }

    async fn sent(&self, command: Command) -> Result<(), SendError> {
        match self.ask(command).await {
            Some(Reply::Sent(result)) => result,
            _ => Err(SendError::Stopped),
        }
    }
}

/// Whether a message can be written.
fn check(message: &impl Family) -> Result<(), SendError> {
    message.to_frame()?;
    Ok(())
}
