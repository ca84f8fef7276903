//! Encodes and decodes messages between peers. See `slsk_fuzz::round_trip`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slsk_wire::peer::PeerMessage;

fuzz_target!(|data: &[u8]| slsk_fuzz::round_trip::check::<PeerMessage>(data));
