//! Inflating: step by step, and never beyond a limit.

use bytes::Bytes;
use slsk_wire::peer::{
    Attributes, Directory, File, FileSearchResponse, PeerMessage, SharesResponse,
};
use slsk_wire::{DecodeErrorKind, Decoded, Decoder, Family, Frame, Inflater, Limits, Message};

use super::{deflate, encode, packed};

fn shares() -> (SharesResponse, Vec<u8>) {
    let shares = SharesResponse::new(Vec::new(), Vec::new());
    let body = encode(&shares);
    (shares, body)
}

fn decode(stream: &[u8], limit: usize) -> Result<Decoded<SharesResponse>, DecodeErrorKind> {
    let limits = Limits {
        inflated_bulk: limit,
        ..Limits::default()
    };
    let decoded = Decoder::new(limits).decode_message(&Bytes::copy_from_slice(stream));
    decoded.map_err(|error| {
        assert_eq!(error.message, "SharesResponse");
        assert_eq!(error.path.to_string(), "");
        error.kind
    })
}

#[test]
fn exactly_the_limit_passes_and_one_byte_more_does_not() {
    let (shares, body) = shares();
    let stream = deflate(&body);
    let limit = body.len();
    for enough in [limit, limit + 1, usize::MAX] {
        assert_eq!(decode(&stream, enough).unwrap().message, shares);
    }
    for limit in 0..limit {
        let error = decode(&stream, limit).unwrap_err();
        assert_eq!(error, DecodeErrorKind::InflatedTooLarge { limit });
    }
}

#[test]
fn large_bodies_pass_at_exactly_the_limit_too() {
    for size in [1023, 1024, 1025, 4096, 65_536, 1_000_003] {
        let stream = deflate(&vec![7; size]);
        let mut inflater = Inflater::default();
        let (bytes, behind) = inflater.start(&stream, size).finish().unwrap();
        assert_eq!((bytes.len(), behind), (size, &[][..]));
        let error = inflater.start(&stream, size - 1).finish().unwrap_err();
        assert_eq!(error, DecodeErrorKind::InflatedTooLarge { limit: size - 1 });
    }
}

#[test]
fn a_bomb_stops_at_the_limit() {
    const LIMIT: usize = 100_000;
    let bomb = deflate(&vec![0; 64 << 20]);
    assert!(bomb.len() * 1000 < 64 << 20);
    let mut inflater = Inflater::default();
    let mut inflating = inflater.start(&bomb, LIMIT);
    let error = inflating.at_least(usize::MAX).unwrap_err();
    assert_eq!(error, DecodeErrorKind::InflatedTooLarge { limit: LIMIT });
    assert_eq!(inflating.so_far().len(), LIMIT + 1);
    // What has failed stays so, however little is asked for.
    assert!(inflating.at_least(0).is_err());
    assert!(inflating.at_least(usize::MAX).is_err());
}

#[test]
fn a_message_of_megabytes_comes_back() {
    let mut number = 1_u64;
    let mut file = || {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        File::new(format!("{number:x}"), number, Attributes::default())
    };
    let directories = (0..100).map(|index| Directory {
        name: format!("music\\{index}").into(),
        files: (0..300).map(|_| file()).collect(),
    });
    let shares = SharesResponse::new(directories.collect(), Vec::new());
    let message = PeerMessage::from(shares);
    let bytes = message.to_frame().unwrap();
    assert!(bytes.len() > 400_000);
    let limits = Limits::default();
    let frame = Frame::from_bytes(bytes, PeerMessage::ID, &limits).unwrap();
    let whole = Decoder::new(limits).decode::<PeerMessage>(&frame).unwrap();
    assert_eq!((whole.message, whole.trailing), (message, Bytes::new()));
}

#[test]
fn the_limit_depends_on_the_message() {
    let limits = Limits::default();
    assert_eq!(limits.inflated(SharesResponse::CODE), limits.inflated_bulk);
    assert_eq!(
        limits.inflated(FileSearchResponse::CODE),
        limits.inflated_results
    );
}

#[test]
fn a_stream_that_is_cut_short_or_damaged_fails() {
    let (_, body) = shares();
    let stream = deflate(&body);
    for end in 0..stream.len() {
        let error = decode(&stream[..end], 1000).unwrap_err();
        assert_eq!(error, DecodeErrorKind::TruncatedZlib, "{end} bytes");
    }
    let mut wrong_sum = stream.clone();
    *wrong_sum.last_mut().unwrap() ^= 1;
    assert_eq!(
        decode(&wrong_sum, 1000).unwrap_err(),
        DecodeErrorKind::BadZlib
    );
    assert_eq!(
        decode(b"plain text", 1000).unwrap_err(),
        DecodeErrorKind::BadZlib
    );
    assert_eq!(DecodeErrorKind::BadZlib.name(), "bad_zlib");
}

#[test]
fn bytes_behind_the_stream_come_after_those_inside() {
    let (shares, mut body) = shares();
    body.extend_from_slice(b"inside");
    let stream = [&deflate(&body)[..], b" behind"].concat();
    let decoded = decode(&stream, 1000).unwrap();
    assert_eq!(decoded.message, shares);
    assert_eq!(decoded.body, body);
    assert_eq!(decoded.trailing, "inside behind");
}

#[test]
fn a_decoder_recovers_from_a_damaged_stream() {
    let (shares, body) = shares();
    let mut decoder = Decoder::default();
    for _ in 0..3 {
        let damaged = deflate(&body)[..6].to_vec();
        assert!(
            decoder
                .decode_message::<SharesResponse>(&damaged.into())
                .is_err()
        );
        let whole = packed::<SharesResponse>(&body);
        let whole = decoder.decode_message::<SharesResponse>(&whole).unwrap();
        assert_eq!(whole.message, shares);
    }
}

#[test]
fn only_what_is_asked_for_is_inflated() {
    let reply = FileSearchResponse::new("somebody", 0x1234_5678, Vec::new());
    let body = [encode(&reply), vec![9; 1 << 20]].concat();
    let stream = deflate(&body);
    let mut inflater = Inflater::default();
    let mut inflating = inflater.start(&stream, usize::MAX);
    assert_eq!(inflating.at_least(0).unwrap(), b"");

    let start = inflating.at_least(4 + 8 + 4).unwrap();
    assert_eq!(start[12..16], 0x1234_5678_u32.to_le_bytes());
    assert!(start.len() < 200, "{} bytes for 16", start.len());

    let more = inflating.at_least(5000).unwrap().len();
    assert!((5000..10_000).contains(&more), "{more} bytes for 5000");
    let (all, behind) = inflating.finish().unwrap();
    assert_eq!((all, behind), (body, &[][..]));
}

#[test]
fn asking_for_more_than_there_is_shows_all() {
    let stream = deflate(b"short");
    let mut inflater = Inflater::default();
    let mut inflating = inflater.start(&stream, 100);
    assert_eq!(inflating.at_least(50).unwrap(), b"short");
    assert_eq!(inflating.finish().unwrap().0, b"short");
}
