//! What we believe where implementations disagree: the verdicts D1 to D51, each with a test that begins with
//! its number, in a file for each page of the guide. `cargo test d26_` runs one.
//!
//! The bytes are written by hand, so that these tests do not take our encoder's word for anything.

mod browsing;
mod chat;
mod connections;
mod distributed;
mod framing;
mod login;
mod rooms;
mod searching;
mod transfers;
mod users;

use std::collections::BTreeSet;

use bytes::Bytes;
use slsk_tests::description::entries;
use slsk_wire::{DecodeError, Decoder, Encoder, Family, Frame, Limits, Message};

use super::{encode, packed};

/// The bytes of what is written as hex digits and texts in quotes, such as `02000000 'hi'`.
fn bytes(written: &str) -> Vec<u8> {
    let parts = written.split('\'').enumerate();
    let parts = parts.map(|(place, part)| match place % 2 {
        0 => const_hex::decode(part.replace(char::is_whitespace, "")).expect("hex digits"),
        _ => part.as_bytes().to_vec(),
    });
    parts.collect::<Vec<_>>().concat()
}

/// The message with this code and body, which goes back as it came; the second value is what was left.
fn read_some<M: Message>(code: u32, body: &str) -> (M, Bytes) {
    assert_eq!(M::CODE, code);
    let body = bytes(body);
    let read = Decoder::default()
        .decode_message::<M>(&packed::<M>(&body))
        .expect("it can be read");
    let known = body.len() - read.trailing.len();
    assert_eq!(encode(&read.message), body[..known]);
    (read.message, read.trailing)
}

/// The message with this code and body, which goes back as it came, with nothing left.
fn read<M: Message>(code: u32, body: &str) -> M {
    let (message, trailing) = read_some(code, body);
    assert_eq!(trailing, "");
    message
}

/// Why there is no message with this code and body.
fn refuse<M: Message>(code: u32, body: &str) -> DecodeError {
    assert_eq!(M::CODE, code);
    Decoder::default()
        .decode_message::<M>(&packed::<M>(&bytes(body)))
        .expect_err("it can't be read")
}

/// The body that we write.
fn written<M: Message>(code: u32, message: &M) -> Vec<u8> {
    assert_eq!(M::CODE, code);
    encode(message)
}

/// The message in a whole frame, which goes back as it came.
fn unframe<F: Family>(frame: &str) -> F {
    let frame = bytes(frame);
    let read = Frame::from_bytes(frame.clone(), F::ID, &Limits::default()).expect("one frame");
    let read = Decoder::default()
        .decode::<F>(&read)
        .expect("it can be read");
    assert_eq!(read.trailing, "");
    assert_eq!(read.message.to_frame().expect("it has a frame"), frame);
    read.message
}

/// Whether the frame of a compressed message holds this body.
fn holds<F: Family>(message: &F, body: &str) -> bool {
    let mut frame = Vec::new();
    let encoded = Encoder::default().frame(message, &mut frame);
    encoded.expect("it has a frame");
    let frame = Frame::from_bytes(frame, F::ID, &Limits::default()).expect("one frame");
    let read = Decoder::default().decode::<F>(&frame);
    read.expect("it can be read").body == bytes(body)
}

const SOURCES: [&str; 11] = [
    include_str!("verdicts/browsing.rs"),
    include_str!("verdicts/chat.rs"),
    include_str!("verdicts/connections.rs"),
    include_str!("verdicts/distributed.rs"),
    include_str!("verdicts/framing.rs"),
    include_str!("verdicts/login.rs"),
    include_str!("verdicts/rooms.rs"),
    include_str!("verdicts/searching.rs"),
    include_str!("verdicts/transfers.rs"),
    include_str!("verdicts/users.rs"),
    include_str!("../net/verdicts.rs"),
];

#[test]
fn every_verdict_has_a_test() {
    let lines = SOURCES.iter().flat_map(|source| source.lines());
    let tests = lines.filter_map(|line| {
        let name = line.trim_start_matches("async ").strip_prefix("fn d")?;
        name.split('_').next()?.parse().ok()
    });
    let tested: BTreeSet<u32> = tests.collect();
    assert_eq!(tested, (1..=51).collect());

    let named = entries().into_iter().flat_map(|entry| entry.disagreements);
    let named: BTreeSet<u32> = named
        .map(|id| id.strip_prefix('D').and_then(|id| id.parse().ok()))
        .collect::<Option<_>>()
        .expect("each is a D and a number");
    assert!(!named.is_empty() && named.is_subset(&tested));
}

#[test]
fn bytes_are_read_as_they_are_written() {
    assert_eq!(bytes("02 00'a b'ff'é'"), b"\x02\0a b\xFF\xC3\xA9");
    assert_eq!(bytes(""), b"");
}
