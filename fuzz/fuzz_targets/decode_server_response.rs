//! Decodes what a server sends. See `slsk_fuzz::decode`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slsk_wire::server::ServerResponse;

fuzz_target!(|data: &[u8]| slsk_fuzz::decode::check::<ServerResponse>(data));
