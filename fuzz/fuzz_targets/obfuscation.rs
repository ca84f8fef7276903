//! Obfuscates and reveals. See `slsk_fuzz::obfuscation`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| slsk_fuzz::obfuscation::check(data));
