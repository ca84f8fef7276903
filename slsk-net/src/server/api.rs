//! What the owner of a server asks for, and what he is told.

use std::net::IpAddr;

use slsk_wire::server::LoginRefusal;
use slsk_wire::{Secret, Text};

use super::StoreError;

/// What a server can be asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ServerCommand {
    /// Who is online.
    OnlineUsers,
    /// Makes an account.
    AddAccount {
        /// The name, as clients will send it.
        username: Text,
        /// The password.
        password: Secret,
    },
    /// Closes a user's connection without a word.
    Kick(Text),
    /// Kicks a user, and gives no answer to his logins from now on.
    Ban(Text),
    /// Ends [`Ban`](Self::Ban).
    Unban(Text),
    /// Closes all connections from an address, and those that come.
    BanAddress(IpAddr),
    /// Ends [`BanAddress`](Self::BanAddress).
    UnbanAddress(IpAddr),
    /// Gives privileges to a user, in addition to those that he has.
    GrantPrivileges {
        /// The user.
        username: Text,
        /// For how many days.
        days: u32,
    },
    /// Sets the average upload speed of a user, as if he had uploaded once.
    SetSpeed {
        /// The user.
        username: Text,
        /// Bytes a second.
        speed: u32,
    },
    /// Shows a text to everybody who is online.
    Announce(Text),
    /// Sends a private message from `server`.
    Tell {
        /// To whom.
        username: Text,
        /// What.
        message: Text,
    },
    /// Tells users to give up parent and children, and to begin again: one, or all.
    ResetDistributed(Option<Text>),
    /// Phrases that clients must leave out of their results from now on.
    ExcludePhrases(Vec<Text>),
    /// Waits until everything so far is in the store.
    Save,
}

/// The answer to a [`ServerCommand`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ServerReply {
    /// To [`ServerCommand::OnlineUsers`]: their names, sorted.
    OnlineUsers(Vec<Text>),
    /// To all others.
    Done(Result<(), ServerError>),
}

/// Why a [`ServerCommand`] could not be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// There is no account of that name.
    #[error("there is no user {0}")]
    NoSuchUser(Text),
    /// The user has no session.
    #[error("{0} is not online")]
    NotOnline(Text),
    /// There is an account of that name.
    #[error("there is a user {0} already")]
    Exists(Text),
    /// A login with that name or password would be refused.
    #[error("this name and password can't be: {}", .0.raw())]
    Refused(LoginRefusal),
    /// Too many passwords are being worked on.
    #[error("too many passwords are being worked on")]
    Busy,
    /// It is done, but can't be kept.
    #[error("it can't be kept: {0}")]
    Store(#[from] StoreError),
    /// The server does not run any more.
    #[error("the server has stopped")]
    Stopped,
}

/// How a user searches.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SearchScope {
    /// The whole network.
    Network,
    /// The whole network, for a wish.
    Wish,
    /// One user.
    User(Text),
    /// The users of a room.
    Room(Text),
}

/// Something that the owner of a server may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerEvent {
    /// A new account: the first login with a name.
    Registered(Text),
    /// A user has logged in.
    LoggedIn(Text),
    /// A login was refused.
    Refused {
        /// The name that was asked for.
        user: Text,
        /// What he was told.
        reason: LoginRefusal,
    },
    /// A user is gone.
    LoggedOut(Text),
    /// A user searches.
    Searched {
        /// Who.
        user: Text,
        /// What for.
        query: Text,
        /// Whom he asks.
        scope: SearchScope,
    },
    /// A user has come into a room.
    Joined {
        /// Who.
        user: Text,
        /// Which room.
        room: Text,
    },
    /// The store does not take what it should; it is tried again.
    StoreFailed(StoreError),
    /// A user has left a room.
    Left {
        /// Who.
        user: Text,
        /// Which room.
        room: Text,
    },
}
