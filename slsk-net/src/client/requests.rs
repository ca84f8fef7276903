//! Questions to other users, and what they are told when they ask.

use std::sync::Arc;

use slsk_wire::Text;
use slsk_wire::peer::{FolderContentsResponse, SharesResponse, UserInfoResponse};

use super::{Client, Stopped};
use crate::machine::{Command, Profile, Reply, RequestError};

/// Whoever asks the same of the same user waits for the same answer. Protocol: `spec/guide/browsing.md`.
impl Client {
    /// Everything that a user shares, with full remote paths of folders and bare names of files.
    ///
    /// It waits for 90 seconds at most until the user has the question, then for as long as the list comes, an hour at most.
    /// How large it may be, the [limits](super::ClientOptions::limits) say.
    ///
    /// ```
    /// # async fn example(client: slsk_net::Client) -> Result<(), slsk_net::machine::RequestError> {
    /// for directory in &client.browse("ada").await?.directories {
    ///     println!("{} has {} files", directory.name, directory.files.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the user is offline, can't be reached, does not answer within 30 seconds or ends the connection.
    pub async fn browse(&self, user: impl Into<Text>) -> Result<Arc<SharesResponse>, RequestError> {
        match self.ask(Command::Browse(user.into())).await {
            Some(Reply::Browsed(result)) => result,
            _ => Err(RequestError::Stopped),
        }
    }

    /// A folder of a user, by its full remote path, without subfolders; none where he shares nothing of this name.
    /// The official clients do not answer then. It takes no longer than [`browse`](Self::browse).
    ///
    /// # Errors
    /// As for [`browse`](Self::browse).
    pub async fn folder(
        &self,
        user: impl Into<Text>,
        path: impl Into<Text>,
    ) -> Result<Arc<FolderContentsResponse>, RequestError> {
        let (user, path) = (user.into(), path.into());
        match self.ask(Command::Folder { user, path }).await {
            Some(Reply::Folder(result)) => result,
            _ => Err(RequestError::Stopped),
        }
    }

    /// What a user says about himself, with his picture. Protocol: `spec/guide/users.md`. It takes no longer than
    /// [`browse`](Self::browse).
    ///
    /// # Errors
    /// As for [`browse`](Self::browse).
    pub async fn user_info(
        &self,
        user: impl Into<Text>,
    ) -> Result<Arc<UserInfoResponse>, RequestError> {
        match self.ask(Command::Info(user.into())).await {
            Some(Reply::Info(result)) => result,
            _ => Err(RequestError::Stopped),
        }
    }

    /// Says this about ourselves from now on to whoever asks.
    ///
    /// # Errors
    /// When the client has been stopped.
    pub async fn set_profile(&self, profile: Profile) -> Result<(), Stopped> {
        self.obey(Command::SetProfile(profile)).await
    }
}
