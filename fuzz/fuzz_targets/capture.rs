//! Shows a capture file. See `slsk_fuzz::capture`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| slsk_fuzz::capture::check(data));
