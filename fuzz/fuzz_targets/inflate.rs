//! Inflates step by step. See `slsk_fuzz::inflate`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| slsk_fuzz::inflate::check(data));
