//! Our server and client with Nicotine+ and aioslsk, as they come from `PyPI`.
//!
//! `.ci/external` installs them. Everybody has an address of his own in 127.0.0.0/8, and nothing else is reached. A test
//! that fails keeps what was said in `target/external/interop`.

#![allow(missing_docs, clippy::expect_used, clippy::panic, reason = "tests")]

mod agent;
mod client;
mod closed;
mod lab;
mod login;
mod matrix;
mod ours;
mod record;
mod search;
mod shares;
mod soulseek_rs;
mod transfers;
mod tree;
