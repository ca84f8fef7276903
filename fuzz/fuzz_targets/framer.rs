//! Cuts a stream into frames. See `slsk_fuzz::framer`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| slsk_fuzz::framer::check(data));
