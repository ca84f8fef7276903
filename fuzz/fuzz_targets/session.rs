//! Shows what connections say. See `slsk_fuzz::session`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| slsk_fuzz::session::check(data));
