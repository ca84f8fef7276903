//! Encodes and decodes messages of the distributed network. See `slsk_fuzz::round_trip`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slsk_wire::distributed::DistributedMessage;

fuzz_target!(|data: &[u8]| slsk_fuzz::round_trip::check::<DistributedMessage>(data));
