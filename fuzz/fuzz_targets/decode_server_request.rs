//! Decodes what a client sends to a server. See `slsk_fuzz::decode`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slsk_wire::server::ServerRequest;

fuzz_target!(|data: &[u8]| slsk_fuzz::decode::check::<ServerRequest>(data));
