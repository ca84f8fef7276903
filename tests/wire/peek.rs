//! Reading the head of a compressed message before the rest.

use std::cell::RefCell;

use bytes::Bytes;
use proptest::test_runner::TestCaseResult;
use proptest::{prop_assert, prop_assert_eq};
use slsk_wire::peer::{FileSearchResponse, FolderContentsResponse, FolderHead, SearchHead};
use slsk_wire::schema::{FieldSchema, RecordSchema, Shape};
use slsk_wire::{DecodeErrorKind, Decoder, Limits, Peek, Peeked, Sample, Wire};

use super::{deflate, encode, packed, runner};

fn record<T: Wire>() -> &'static RecordSchema {
    match T::SHAPE {
        Shape::Record(record) => record,
        other => panic!("{other:?} is no record"),
    }
}

/// Whether what peeks at `M` does what decoding does.
fn check<M: Peek + Sample>() {
    let head = record::<M::Head>().fields;
    for (head, field) in head.iter().zip(M::SCHEMA.record.fields) {
        let layout = |field: &FieldSchema| format!("{} {:?}", field.name, field.shape);
        assert_eq!(layout(head), layout(field));
        assert!(!field.optional && field.condition.is_none());
    }
    let peeking = RefCell::new(Decoder::default());
    let result = runner(1).run(&M::strategy(), |message| {
        let mut peeking = peeking.borrow_mut();
        let body = encode(&message);
        let stream = packed::<M>(&body);
        let peeked = peeking.peek::<M>(&stream)?;
        prop_assert!(body.starts_with(&encode(peeked.head())));
        prop_assert_eq!(peeked.decode()?.message, message);
        drop(peeking.peek::<M>(&stream)?);
        prefixes::<M>(&body)
    });
    result.unwrap_or_else(|error| panic!("{}: {error}", M::SCHEMA.record.name));
}

/// A body may end anywhere: who peeks hears the same as who does not.
fn prefixes<M: Peek>(body: &[u8]) -> TestCaseResult {
    let (mut peeking, mut decoder) = (Decoder::default(), Decoder::default());
    for end in (0..body.len()).step_by(7) {
        let stream: Bytes = [&packed::<M>(&body[..end])[..], b"behind"].concat().into();
        let peeked = peeking.peek::<M>(&stream);
        let whole = decoder.decode_message::<M>(&stream);
        prop_assert_eq!(peeked.and_then(Peeked::decode), whole);
        let cut = stream.slice(..end.min(stream.len() - 7));
        let peeked = peeking.peek::<M>(&cut);
        prop_assert!(peeked.and_then(Peeked::decode).is_err());
    }
    Ok(())
}

#[test]
fn peeking_and_going_on_is_decoding() {
    check::<FileSearchResponse>();
    check::<FolderContentsResponse>();
}

#[test]
fn what_is_damaged_behind_the_head_is_seen_only_by_who_goes_on() {
    let body = [
        encode(&SearchHead {
            username: "ada".into(),
            token: 7,
        }),
        vec![255; 4],
    ];
    let stream = packed::<FileSearchResponse>(&body.concat());
    let mut decoder = Decoder::default();
    let peeked = decoder.peek::<FileSearchResponse>(&stream).unwrap();
    assert_eq!(peeked.head().token, 7);
    let error = peeked.decode().unwrap_err();
    assert_eq!(
        error.to_string(),
        "FileSearchResponse: a count of 4294967295 with 0 bytes left at byte 15 in `results`"
    );
}

#[test]
fn a_name_of_four_gigabytes_fails_at_once() {
    let body = [&[255; 4][..], &vec![b'a'; 1 << 20]].concat();
    let stream = packed::<FileSearchResponse>(&body);
    let error = Decoder::default()
        .peek::<FileSearchResponse>(&stream)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "FileSearchResponse: a part that is longer than the limit of 65536 bytes at byte 0"
    );
    // Where all is there, it is what decoding says.
    let error = Decoder::default()
        .peek::<FileSearchResponse>(&packed::<FileSearchResponse>(&body[..20]))
        .unwrap_err();
    let (length, left) = (u32::MAX, 16);
    let kind = DecodeErrorKind::LengthBeyondEnd { length, left };
    assert_eq!((error.kind, error.offset), (kind, 4));
}

#[test]
fn a_head_may_be_exactly_as_long_as_the_limit() {
    let head = FolderHead {
        token: 1,
        directory: "a".repeat(1000).into(),
    };
    let stream = deflate(&[encode(&head), vec![0; 4]].concat()).into();
    let peek = |limit| {
        let limits = Limits {
            head: limit,
            ..Limits::default()
        };
        let mut decoder = Decoder::new(limits);
        let peeked = decoder.peek::<FolderContentsResponse>(&stream);
        peeked.map(|peeked| peeked.head().clone())
    };
    assert_eq!(peek(1008), Ok(head));
    let limit = 1007;
    let error = peek(limit).unwrap_err();
    assert_eq!(error.kind, DecodeErrorKind::PartTooLarge { limit });
    assert_eq!(error.kind.name(), "part_too_large");
}

#[test]
fn the_limit_of_what_is_inflated_holds_for_the_rest() {
    let bomb = deflate(
        &[
            encode(&FileSearchResponse::new("ada", 7, Vec::new())),
            vec![0; 5000],
        ]
        .concat(),
    );
    let bomb = bomb.into();
    let limits = Limits {
        inflated_results: 5000,
        ..Limits::default()
    };
    let mut decoder = Decoder::new(limits);
    let peeked = decoder.peek::<FileSearchResponse>(&bomb).unwrap();
    assert_eq!(peeked.head().username, "ada");
    let limit = 5000;
    let kind = DecodeErrorKind::InflatedTooLarge { limit };
    assert_eq!(peeked.decode().unwrap_err().kind, kind);
}
