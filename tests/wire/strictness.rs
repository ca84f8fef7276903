//! What a strict decoder refuses, and that it takes all that we write.

use std::cell::RefCell;

use proptest::prop_assert_eq;
use proptest::test_runner::TestCaseResult;
use slsk_wire::peer::{FileSearchResponse, SharesResponse};
use slsk_wire::server::{ServerRequest, ServerResponse};
use slsk_wire::{
    DecodeErrorKind, Decoder, Family, Frame, Limits, Message, Sample, Strictness, Wire,
};

use super::properties::{Property, for_all};
use super::walk::layout;
use super::{encode, packed, runner};

fn strict() -> Decoder {
    Decoder::default().with_strictness(Strictness::Strict)
}

struct Written(Decoder);

impl Property for Written {
    const SHARE: u32 = 4;

    fn check<F: Family + From<M>, M: Message>(
        &mut self,
        message: &M,
        noise: &[u8],
    ) -> TestCaseResult {
        let body = encode(message);
        let decoded = self.0.decode_message::<M>(&packed::<M>(&body))?;
        prop_assert_eq!(&decoded.message, message);

        let layout = layout(M::SCHEMA.record, &body);
        for position in layout.bools {
            let mut other = body.clone();
            other[position] = 2;
            if body[position] == 1 {
                let error = self
                    .0
                    .decode_message::<M>(&packed::<M>(&other))
                    .expect_err("it has a bool of 2");
                prop_assert_eq!(error.kind, DecodeErrorKind::NotCanonical);
                prop_assert_eq!(error.offset, position);
                prop_assert_eq!(error.message, M::SCHEMA.record.name);
            }
        }
        let longer = [&body, noise].concat();
        let decoded = self.0.decode_message::<M>(&packed::<M>(&longer));
        if layout.open {
            if let Ok(decoded) = decoded {
                prop_assert_eq!(encode(&decoded.message), longer);
            }
        } else {
            let count = noise.len();
            let error = decoded.expect_err("it has trailing bytes");
            prop_assert_eq!(error.kind, DecodeErrorKind::Trailing { count });
            prop_assert_eq!(error.offset, body.len());
        }
        Ok(())
    }
}

#[test]
fn what_we_write_passes_and_nothing_else_does() {
    for_all(Written(strict()));
}

#[test]
fn an_unknown_code_is_refused() {
    let frame = Frame {
        code: 0xDEAD_BEEF,
        body: "payload".into(),
    };
    assert!(Decoder::default().decode::<ServerRequest>(&frame).is_ok());
    let error = strict().decode::<ServerRequest>(&frame).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Unknown: the code 3735928559 is unknown at byte 0"
    );
    assert_eq!(error.kind.name(), "unknown_code");
    let ping = Frame {
        code: 32,
        body: "".into(),
    };
    assert!(strict().decode::<ServerResponse>(&ping).is_ok());
}

#[test]
fn bytes_behind_a_zlib_stream_are_refused_too() {
    let body = encode(&FileSearchResponse::new("ada", 7, Vec::new()));
    let stream = packed::<FileSearchResponse>(&body);
    let behind = [&stream[..], b"behind"].concat().into();
    let mut decoder = strict();
    let error = decoder
        .decode_message::<FileSearchResponse>(&behind)
        .unwrap_err();
    assert_eq!(error.kind, DecodeErrorKind::Trailing { count: 6 });
    let offset = body.len();
    assert_eq!(
        error.to_string(),
        format!("FileSearchResponse: 6 bytes behind the last known field at byte {offset}")
    );
    let peeked = decoder.peek::<FileSearchResponse>(&behind).unwrap();
    assert_eq!(peeked.decode().unwrap_err(), error);
    let peeked = decoder.peek::<FileSearchResponse>(&stream).unwrap();
    assert!(peeked.decode().is_ok());
}

/// Folder by folder, a strict decoder refuses what it refuses as a whole.
#[test]
fn share_lists_are_as_strict_folder_by_folder() {
    let decoder = RefCell::new(strict());
    let samples = (SharesResponse::strategy(), 0_usize..1000, 1..u8::MAX);
    let result = runner(1).run(&samples, |(shares, place, change)| {
        let mut decoder = decoder.borrow_mut();
        let mut body = encode(&shares);
        let place = place % (body.len() + 1);
        match body.get_mut(place) {
            Some(byte) => *byte ^= change,
            None => body.push(change),
        }
        let stream = packed::<SharesResponse>(&body);
        let whole = decoder.decode_message::<SharesResponse>(&stream);
        let by_folder = decoder.directories(&stream).find_map(Result::err);
        prop_assert_eq!(whole.is_err(), by_folder.is_some());
        if let Some(error @ DecodeErrorKind::Trailing { .. }) = by_folder.map(|error| error.kind) {
            prop_assert_eq!(whole.map_err(|error| error.kind), Err(error));
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

/// What is strict follows the limits all the same.
#[test]
fn the_limits_hold_for_strict_decoders() {
    let limits = Limits {
        inflated_bulk: 10,
        ..Limits::default()
    };
    let mut decoder = Decoder::new(limits).with_strictness(Strictness::Strict);
    let shares = SharesResponse::new(Vec::new(), Vec::new());
    assert!(shares.encoded_len() > 10);
    let error =
        decoder.decode_message::<SharesResponse>(&packed::<SharesResponse>(&encode(&shares)));
    let kind = DecodeErrorKind::InflatedTooLarge { limit: 10 };
    assert_eq!(error.unwrap_err().kind, kind);
}
