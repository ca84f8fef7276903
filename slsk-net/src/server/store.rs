//! Where accounts are kept when the server stops.

use std::fmt::Debug;

use slsk_wire::server::UserStats;
use slsk_wire::{Secret, Text};

/// Keeps accounts and private messages. `AccountFile` (feature `db`) does it in a file.
///
/// All methods may take long; the server calls them where they hold up nobody.
pub trait AccountStore: Debug + Send + Sync {
    /// Everything that is kept.
    ///
    /// # Errors
    /// When it can't be read.
    fn load(&self) -> Result<Stored, StoreError>;

    /// Turns a password into something that it can be compared with, and not be guessed from.
    ///
    /// # Errors
    /// When the system has no memory or no chance to give.
    fn hash(&self, password: &Secret) -> Result<Secret, StoreError>;

    /// Whether a password is the one that this came from.
    fn verify(&self, password: &Secret, hash: &Secret) -> bool;

    /// Keeps changes: all of them, or none.
    ///
    /// # Errors
    /// When they can't be kept. They come again later.
    fn save(&self, changes: &[StoredChange]) -> Result<(), StoreError>;
}

/// Something that the store can't do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

impl StoreError {
    pub(super) fn panicked() -> Self {
        Self("the store has panicked".to_owned())
    }
}

/// A change to what is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredChange {
    /// An account is new, or not any more what it was.
    Account(StoredAccount),
    /// A private message waits.
    Message(StoredMessage),
    /// It does not any more.
    MessageGone(u32),
}

/// An account as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAccount {
    /// The name.
    pub username: Text,
    /// What the password has [become](AccountStore::hash).
    pub password_hash: Secret,
    /// What is known of his uploads and shares.
    pub stats: UserStats,
    /// When his privileges end, in seconds since 1970; 0 without any.
    pub privileged_until: u64,
    /// Whether he gets no answer to his logins.
    pub banned: bool,
}

/// A private message that has not been acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// The server's number for it.
    pub id: u32,
    /// When it was sent, in seconds since 1970.
    pub time: u32,
    /// To whom.
    pub receiver: Text,
    /// From whom.
    pub sender: Text,
    /// What it says.
    pub text: Text,
}

/// Everything that is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The accounts.
    pub accounts: Vec<StoredAccount>,
    /// The private messages, by number.
    pub messages: Vec<StoredMessage>,
}
