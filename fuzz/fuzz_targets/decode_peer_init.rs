//! Decodes the first frame between peers. See `slsk_fuzz::decode`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slsk_wire::init::InitMessage;

fuzz_target!(|data: &[u8]| slsk_fuzz::decode::check::<InitMessage>(data));
