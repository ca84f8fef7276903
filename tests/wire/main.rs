//! The wire format: properties of every message through the visitor, and the facts that hold one by one.
//!
//! The samples are the same in each run. `PROPTEST_RNG_SEED=7 PROPTEST_CASES=100000` draws others.

mod compression;
mod description;
mod directories;
mod families;
mod framing;
mod guide;
mod json;
mod layouts;
mod messages;
mod optional;
mod peek;
mod places;
mod properties;
mod refusals;
mod schema;
mod sizes;
mod strictness;
mod values;
mod verdicts;
mod walk;

use std::io::Write;

use bytes::Bytes;
use flate2::{Compression, write::ZlibEncoder};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use slsk_wire::{Input, Message, Wire};

/// A runner of `1/share` of the usual number of cases.
fn runner(share: u32) -> TestRunner {
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    config.cases = (config.cases / share).max(1);
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(2242);
    }
    TestRunner::new(config)
}

fn encode<T: Wire>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.encode(&mut bytes).expect("it has an encoding");
    bytes
}

/// Reads a value that must not fail; the second value is what it leaves.
fn parse<T: Wire>(bytes: &[u8]) -> (T, Bytes) {
    let body = Bytes::copy_from_slice(bytes);
    let (rest, value) = T::parse(Input::new(&body)).expect("it can be read");
    (value, rest.to_bytes())
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// `body` as it stands in a frame of `M`.
fn packed<M: Message>(body: &[u8]) -> Bytes {
    if M::COMPRESSED {
        deflate(body).into()
    } else {
        Bytes::copy_from_slice(body)
    }
}
