//! The inside of the program `slsk`, for the program itself and for fuzzers of what it reads from strangers.
//!
//! This is no interface to build on: that is what `slsk-wire` and `slsk-net` are for. Without the feature `program` it is
//! what reads captures and frames alone, which needs no network.

#![cfg_attr(
    not(feature = "program"),
    expect(dead_code, reason = "what the program alone uses of it")
)]

#[cfg(feature = "program")]
mod args;
mod capture;
mod decode;
#[cfg(feature = "program")]
mod demo;
#[cfg(feature = "program")]
mod ending;
mod frames;
mod json;
mod limits;
#[cfg(feature = "program")]
mod log;
#[cfg(feature = "program")]
mod online;
#[cfg(feature = "program")]
mod portmap;
#[cfg(feature = "program")]
mod program;
mod render;
#[cfg(feature = "program")]
mod server;
mod session;
#[cfg(feature = "program")]
mod spec;
mod summary;

pub use capture::{CaptureError, Part};
pub use decode::{DecodeFileError, Style, decode_capture};
pub use frames::{FilterError, decode as decode_frames, encode as encode_frames};
#[cfg(feature = "program")]
pub use program::run;
