//! Reads compressed messages in part. See `slsk_fuzz::partial`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| slsk_fuzz::partial::check(data));
