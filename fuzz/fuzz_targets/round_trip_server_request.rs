//! Encodes and decodes what a client sends to a server. See `slsk_fuzz::round_trip`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slsk_wire::server::ServerRequest;

fuzz_target!(|data: &[u8]| slsk_fuzz::round_trip::check::<ServerRequest>(data));
