//! Runs lines through both filters. See `slsk_fuzz::frames`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| slsk_fuzz::frames::check(data));
