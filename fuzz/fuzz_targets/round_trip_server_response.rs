//! Encodes and decodes what a server sends. See `slsk_fuzz::round_trip`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slsk_wire::server::ServerResponse;

fuzz_target!(|data: &[u8]| slsk_fuzz::round_trip::check::<ServerResponse>(data));
