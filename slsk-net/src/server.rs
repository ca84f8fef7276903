//! An embeddable Soulseek server, for tests and for networks of one's own.
//!
//! It keeps accounts in memory: the first login with a name makes one.

mod accounts;
mod addresses;
mod api;
mod base;
mod config;
mod distributed;
#[cfg(feature = "tokio")]
mod handle;
mod interests;
mod lobby;
mod machine;
mod messages;
mod outbox;
mod pace;
mod privileges;
mod relay;
mod rooms;
mod searches;
mod users;

pub use api::{SearchScope, ServerCommand, ServerError, ServerEvent, ServerReply};
pub use config::{SearchDelivery, ServerConfig, ServerLimits};
pub use machine::ServerMachine;

#[cfg(feature = "tokio")]
pub use handle::Server;

#[cfg(test)]
mod tests;
