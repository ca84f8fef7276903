//! How much memory strangers can make a decoder and a client take, counted by the allocator.
//!
//! `cargo test -p slsk-tests --test alloc -- --nocapture` shows the figures.

#![expect(clippy::print_stdout, reason = "figures for whoever asks")]

mod decode;
mod machine;
mod stream;

use bytes::Bytes;
use peak_alloc::PeakAlloc;
use slsk_wire::peer::{FileSearchResponse, SharesResponse};
use slsk_wire::{Decoder, Limits, Wire};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What does not depend on the input: errors, paths and the like.
const LITTLE: usize = 4 * KIB;
const KIB: usize = 1024;

/// The counters are those of the process, so that all is counted in one test, one after the other.
#[test]
fn strangers_make_us_take_no_more_than_promised() {
    a_decoder_takes_memory_for_its_first_compressed_message_and_keeps_it();
    decode::no_body_makes_a_message_take_more_than_promised();
    decode::the_worst_lists_take_what_is_promised();
    decode::counts_and_lengths_of_four_billion_take_nothing();
    decode::an_unknown_code_takes_nothing();
    decode::a_length_takes_nothing_before_the_bytes_come();
    decode::a_bomb_takes_what_the_limit_allows();
    decode::a_body_is_held_in_its_own_size();
    decode::bytes_behind_the_stream_take_nothing();
    decode::a_framer_keeps_nothing_of_a_large_frame();
    stream::an_unwanted_bomb_takes_next_to_nothing();
    stream::a_name_that_claims_to_be_long_takes_next_to_nothing();
    stream::folder_by_folder_a_share_list_takes_little();
    stream::folder_by_folder_a_share_list_is_written_in_little();
    stream::a_folder_that_is_kept_keeps_one_chunk();
    stream::a_folder_takes_what_its_limit_allows();
    machine::a_flooded_client_holds_little();
    machine::a_packet_holds_what_it_says_and_no_more();
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

fn a_decoder_takes_memory_for_its_first_compressed_message_and_keeps_it() {
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
