//! How much memory strangers can make a decoder take, counted by the allocator.
//!
//! `cargo test -p slsk-tests --test alloc -- --nocapture` shows the figures.

#![expect(clippy::print_stdout, reason = "figures for whoever asks")]

mod decode;
mod stream;

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use peak_alloc::PeakAlloc;
use slsk_wire::peer::{FileSearchResponse, SharesResponse};
use slsk_wire::{Decoder, Limits, Wire};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What does not depend on the input: errors, paths, and what the test harness does meanwhile.
const LITTLE: usize = 4 * KIB;
const KIB: usize = 1024;

/// The counters are those of the process, so the tests run one after the other.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> impl Sized {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How much more memory is taken while `work` runs, in bytes, and what it makes.
fn peak<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let result = work();
    (ALLOCATOR.peak_usage().saturating_sub(before), result)
}

/// A decoder that has its zlib state already.
fn decoder(limits: Limits) -> Decoder {
    let mut decoder = Decoder::new(limits);
    let stream = deflate(&encode(&SharesResponse::new(Vec::new(), Vec::new())));
    decoder
        .decode_message::<SharesResponse>(&stream)
        .expect("a list");
    decoder
}

fn encode<T: Wire>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.encode(&mut bytes).expect("it has an encoding");
    bytes
}

fn deflate(bytes: &[u8]) -> Bytes {
    use std::io::Write;
    let level = flate2::Compression::default();
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it").into()
}

#[test]
fn a_decoder_takes_memory_for_its_first_compressed_message_and_keeps_it() {
    let _alone = alone();
    let stream = deflate(&encode(&FileSearchResponse::new("ada", 7, Vec::new())));
    let mut decoder = Decoder::default();
    let mut decode = || {
        let (bytes, result) = peak(|| decoder.decode_message::<FileSearchResponse>(&stream));
        assert!(result.is_ok());
        bytes
    };
    let (first, second) = (decode(), decode());
    println!("the zlib state takes {first} bytes");
    assert!(first < 64 * KIB, "{first} bytes");
    assert!(second < LITTLE, "{second} bytes");
}
