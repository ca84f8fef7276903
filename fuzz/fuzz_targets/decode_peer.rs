//! Decodes messages between peers. See `slsk_fuzz::decode`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slsk_wire::peer::PeerMessage;

fuzz_target!(|data: &[u8]| slsk_fuzz::decode::check::<PeerMessage>(data));
