//! Decodes messages of the distributed network. See `slsk_fuzz::decode`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slsk_wire::distributed::DistributedMessage;

fuzz_target!(|data: &[u8]| slsk_fuzz::decode::check::<DistributedMessage>(data));
