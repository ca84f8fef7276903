//! Encodes and decodes the first frame between peers. See `slsk_fuzz::round_trip`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slsk_wire::init::InitMessage;

fuzz_target!(|data: &[u8]| slsk_fuzz::round_trip::check::<InitMessage>(data));
