//! A Soulseek client and an embeddable Soulseek server.
//!
//! | module | what it is |
//! |---|---|
//! | [`machine`] | all logic of the client, as one pure state machine |
//! | `client` | the client on tokio: `Client` (feature `tokio`); begin here |
//! | `portmap` | what the router is asked (feature `portmap`) |
//! | `faults` | what goes wrong on purpose, for tests (feature `tokio`) |
//! | `server` | the server: pure machine and tokio handle (feature `server`) |
//! | [`share`] | what the user shares: scan, index, query language |
//! | [`disk`] | safe local names for what others have named |
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `tokio` (default) | the driver, `Client` and `Server` |
//! | `portmap` (default) | asking the router to pass connections on to the client |
//! | `scan` (default) | reading folders of audio files into a share index |
//! | `server` | the embeddable server |
//! | `db` | accounts of the server in a file |
//!
//! Without features there remain the machines, for a world of your own such as a simulator.

#[cfg(feature = "tokio")]
pub mod client;
pub mod disk;
#[cfg(feature = "tokio")]
mod driver;
#[cfg(feature = "tokio")]
pub use driver::faults;
pub mod machine;
#[cfg(feature = "portmap")]
pub mod portmap;
#[cfg(feature = "server")]
pub mod server;
pub mod share;

#[cfg(feature = "tokio")]
pub use client::{Client, ClientOptions};
#[cfg(feature = "tokio")]
pub use driver::{LinkKind, MessageName, Pacing, SearchHandler, Tap, TapFilter, Tapped};
