//! The checks behind the fuzz targets: functions of bytes that panic when something does not hold.
//!
//! A target hands them what libFuzzer makes up; `tests/corpus.rs` hands them, without libFuzzer, what was
//! found before. A check for all families reaches a new message without a change here.

pub mod capture;
pub mod decode;
pub mod framer;
pub mod frames;
pub mod inflate;
pub mod obfuscation;
pub mod partial;
pub mod round_trip;
pub mod session;
mod zlib;

use std::cell::RefCell;

use slsk_wire::distributed::DistributedMessage;
use slsk_wire::init::InitMessage;
use slsk_wire::peer::PeerMessage;
use slsk_wire::server::{ServerRequest, ServerResponse};
use slsk_wire::{Encoder, Family, FamilyId, Frame, Limits};

/// A target by its name.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of its binary and of its folders.
    pub name: &'static str,
    /// What it checks.
    pub check: fn(&[u8]),
}

macro_rules! targets {
    ($($name:ident: $check:expr,)*) => {
        /// All targets.
        pub const TARGETS: &[Target] = &[$(Target {
            name: stringify!($name),
            check: $check,
        }),*];
    };
}

targets! {
    decode_server_request: decode::check::<ServerRequest>,
    decode_server_response: decode::check::<ServerResponse>,
    decode_peer_init: decode::check::<InitMessage>,
    decode_peer: decode::check::<PeerMessage>,
    decode_distributed: decode::check::<DistributedMessage>,
    round_trip_server_request: round_trip::check::<ServerRequest>,
    round_trip_server_response: round_trip::check::<ServerResponse>,
    round_trip_peer_init: round_trip::check::<InitMessage>,
    round_trip_peer: round_trip::check::<PeerMessage>,
    round_trip_distributed: round_trip::check::<DistributedMessage>,
    framer: framer::check,
    obfuscation: obfuscation::check,
    inflate: inflate::check,
    partial: partial::check,
    capture: capture::check,
    session: session::check,
    frames: frames::check,
}

/// Limits small enough to be met.
#[must_use]
pub fn limits() -> Limits {
    const KIB: usize = 1 << 10;
    Limits {
        server_request: 2 * KIB,
        server_response: 8 * KIB,
        peer_init: KIB,
        distributed: KIB,
        peer: 2 * KIB,
        peer_results: 4 * KIB,
        peer_bulk: 8 * KIB,
        inflated_results: 16 * KIB,
        inflated_bulk: 32 * KIB,
        head: KIB,
        directory: 8 * KIB,
    }
}

/// The code at the start of a frame without its length field, and what follows it.
fn split_code(family: FamilyId, content: &[u8]) -> Option<(u32, &[u8])> {
    let (code, body) = content.split_at_checked(family.code_width())?;
    let mut wide = [0; 4];
    wide[..code.len()].copy_from_slice(code);
    Some((u32::from_le_bytes(wide), body))
}

/// A frame of this content, with its length field.
fn with_length(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("a short input");
    [&length.to_le_bytes(), content].concat()
}

/// A message as a frame.
fn encode<F: Family>(message: &F) -> Frame {
    // Its state is too large to be made for each input.
    thread_local!(static ENCODER: RefCell<Encoder> = RefCell::default());
    let mut bytes = Vec::new();
    let result = ENCODER.with_borrow_mut(|encoder| encoder.frame(message, &mut bytes));
    result.expect("a message without contradictions");
    Frame::from_bytes(bytes, F::ID, &Limits::unbounded()).expect("a frame of ours")
}
