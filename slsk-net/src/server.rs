//! An embeddable Soulseek server, for tests and for networks of one's own.
//!
//! The first login with a name makes an account. Accounts are kept in memory, or in a file (feature `db`: `AccountFile`).

mod accounts;
mod addresses;
mod api;
mod base;
mod config;
mod distributed;
#[cfg(feature = "db")]
mod file;
#[cfg(feature = "tokio")]
mod handle;
mod interests;
mod keeper;
mod lobby;
mod machine;
mod messages;
mod outbox;
mod passwords;
mod privileges;
mod relay;
mod rooms;
mod searches;
mod store;
mod users;

pub use api::{SearchScope, ServerCommand, ServerError, ServerEvent, ServerReply};
pub use config::{SearchDelivery, ServerConfig, ServerLimits};
#[cfg(feature = "db")]
pub use file::{AccountFile, AccountFileError};
pub use machine::ServerMachine;
pub use store::{AccountStore, StoreError, Stored, StoredAccount, StoredChange, StoredMessage};

#[cfg(feature = "tokio")]
pub use handle::{Server, ServerOptions, StartError};

#[cfg(test)]
mod tests;
