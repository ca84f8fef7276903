//! The specification of the Soulseek protocol, generated from the schemas of `slsk-wire`.
//!
//! `cargo run -p slsk-spec` writes `spec/generated/`; what stands there can't differ from what the tests have
//! held against captured packets.

#[cfg(feature = "generate")]
mod explorer;
#[cfg(feature = "generate")]
mod files;
#[cfg(feature = "generate")]
pub mod kaitai;
#[cfg(feature = "generate")]
mod limits;
#[cfg(feature = "generate")]
pub mod markdown;
pub mod protocol;
#[cfg(feature = "generate")]
mod slug;
#[cfg(feature = "generate")]
pub mod wireshark;

#[cfg(feature = "generate")]
pub use files::{File, all, stale, write};
