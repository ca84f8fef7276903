//! Decodes frames of any bytes.

use bytes::Bytes;
use slsk_wire::{Decoded, Decoder, Family, Frame, FrameError};

use crate::{encode, limits, split_code, with_length, zlib};

/// Decodes `data`, which is a frame without its length field.
///
/// The body of a compressed message is also decoded as what the stream inflates to: mutations seldom get
/// through zlib.
///
/// # Panics
/// When what holds for every frame does not hold for this one.
pub fn check<F: Family>(data: &[u8]) {
    let limits = limits();
    let frame = Frame::from_bytes(with_length(data), F::ID, &limits);
    let Some((code, body)) = split_code(F::ID, data) else {
        assert!(matches!(frame, Err(FrameError::TooShort { .. })));
        return;
    };
    if data.len() > limits.frame(F::ID, code) {
        assert!(matches!(frame, Err(FrameError::TooLong { .. })));
        return;
    }
    let frame = frame.expect("a frame within the limits");
    assert_eq!((frame.code, &frame.body[..]), (code, body));
    let mut decoder = Decoder::new(limits);
    decode::<F>(&mut decoder, &frame);
    if is_compressed::<F>(code) {
        let body = zlib::store(body).into();
        decode::<F>(&mut decoder, &Frame { code, body });
    }
}

fn is_compressed<F: Family>(code: u32) -> bool {
    let schema = F::SCHEMA.by_code(code);
    schema.is_some_and(|schema| schema.compressed)
}

/// What a body holds once it is inflated, and what follows the stream.
fn inflated<F: Family>(frame: &Frame) -> (Bytes, Bytes) {
    if !is_compressed::<F>(frame.code) {
        return (frame.body.clone(), Bytes::new());
    }
    let (inflated, behind) = zlib::inflate(&frame.body, limits().inflated(frame.code));
    let behind = behind.expect("a stream that was inflated before");
    (inflated.into(), frame.body.slice_ref(behind))
}

fn decode<F: Family>(decoder: &mut Decoder, frame: &Frame) {
    let Decoded {
        message,
        body,
        trailing,
    } = match decoder.decode::<F>(frame) {
        Ok(whole) => whole,
        Err(error) => {
            let longest = if is_compressed::<F>(frame.code) {
                limits().inflated(frame.code)
            } else {
                frame.body.len()
            };
            assert!(error.offset <= longest, "{error}");
            assert!(!error.message.is_empty(), "{error}");
            assert_eq!(decoder.decode::<F>(frame), Err(error));
            return;
        }
    };
    let (expected, behind) = inflated::<F>(frame);
    assert_eq!(body, expected);
    assert_eq!(message.code(), frame.code);

    // The fields and what is left over make up the body.
    let (read, left) = body.split_at(message.encoded_len());
    assert_eq!(trailing, [left, &behind].concat());

    // What was read can be written, and means the same.
    let frame = encode(&message);
    assert_only_bools_differ(read, &inflated::<F>(&frame).0);
    let again = decoder.decode::<F>(&frame).expect("what we have written");
    assert_eq!(again.message, message);
    assert_eq!(again.trailing, "");
}

/// We write a bool as 0 or 1, and everything else as it came.
fn assert_only_bools_differ(read: &[u8], written: &[u8]) {
    assert_eq!(read.len(), written.len());
    for (at, (read, written)) in read.iter().zip(written).enumerate() {
        assert!(
            read == written || (*read > 1 && *written == 1),
            "byte {at}: read {read}, written {written}"
        );
    }
}
