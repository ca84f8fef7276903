//! What holds for every family: streams of frames in any chunks, unknown codes, JSON.

use bytes::BytesMut;
use proptest::collection::vec;
use proptest::num::u8::ANY as BYTE;
use proptest::prop_assert_eq;
use slsk_wire::distributed::DistributedMessage;
use slsk_wire::init::InitMessage;
use slsk_wire::obfuscation::obfuscate;
use slsk_wire::peer::PeerMessage;
use slsk_wire::server::{ServerRequest, ServerResponse};
use slsk_wire::{AnyMessage, Decoder, Family, Frame, Framer, Limits, Sample, Unknown};

use super::runner;

macro_rules! for_each_family {
    ($check:ident) => {
        $check::<ServerRequest>();
        $check::<ServerResponse>();
        $check::<InitMessage>();
        $check::<PeerMessage>();
        $check::<DistributedMessage>();
    };
}

/// Pushes `stream` in chunks of the given lengths, over and over, and takes out what is whole.
fn cut<F: Family>(stream: &[u8], chunks: &[usize], obfuscated: bool) -> Vec<Frame> {
    let mut framer = Framer::new(Limits::unbounded());
    framer.set_obfuscated(obfuscated);
    let (mut rest, mut found) = (stream, Vec::new());
    for length in chunks.iter().cycle() {
        let (chunk, after) = rest.split_at((*length).min(rest.len()));
        framer.push(chunk);
        while let Some(frame) = framer.next(F::ID).expect("frames") {
            found.push(frame);
        }
        if after.is_empty() {
            break;
        }
        rest = after;
    }
    assert!(framer.buffered().is_empty());
    found
}

fn chunks<F: Family + Sample>() {
    let samples = (
        vec((F::strategy(), [BYTE; 4]), 0..6),
        vec(1_usize..40, 1..6),
    );
    let result = runner(2).run(&samples, |(messages, chunks)| {
        let (mut frames, mut plain, mut hidden) = (Vec::new(), Vec::new(), Vec::new());
        for (message, key) in &messages {
            let bytes = message.to_frame()?;
            plain.extend_from_slice(&bytes);
            obfuscate(&bytes, *key, &mut hidden);
            frames.push(Frame::from_bytes(bytes, F::ID, &Limits::unbounded())?);
        }
        prop_assert_eq!(&cut::<F>(&plain, &chunks, false), &frames);
        prop_assert_eq!(&cut::<F>(&hidden, &chunks, true), &frames);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{}: {error}", F::ID));
}

#[test]
fn any_chunks_yield_the_same_frames() {
    for_each_family!(chunks);
}

fn any_message<F: Family + Sample + Into<AnyMessage>>() {
    let result = runner(1).run(&F::strategy(), |message| {
        let any: AnyMessage = message.clone().into();
        prop_assert_eq!((any.family(), any.code()), (F::ID, message.code()));
        prop_assert_eq!(any.name(), message.name());
        let schema = F::SCHEMA
            .by_code(message.code())
            .map(|schema| schema.record.name);
        prop_assert_eq!(schema.unwrap_or("Unknown"), message.name());

        let mut bytes = Vec::new();
        any.encode(&mut slsk_wire::Encoder::default(), &mut bytes)?;
        let frame = Frame::from_bytes(bytes, F::ID, &Limits::unbounded())?;
        let decoded = AnyMessage::decode(&mut Decoder::default(), F::ID, &frame)?;
        prop_assert_eq!(&decoded.message, &any);
        prop_assert_eq!(decoded.trailing, "");

        let text = serde_json::to_string(&any)?;
        let mut reader = serde_json::Deserializer::from_str(&text);
        prop_assert_eq!(F::deserialize_fields(message.code(), &mut reader)?, message);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{}: {error}", F::ID));
}

#[test]
fn any_message_stands_for_its_family() {
    for_each_family!(any_message);
}

fn nonsense<F: Family>() {
    let samples = (vec(BYTE, 0..64), 0_u8..40, proptest::bool::ANY);
    let result = runner(1).run(&samples, |(mut bytes, length, obfuscated)| {
        if let (Some(first), false) = (bytes.first_chunk_mut(), obfuscated) {
            *first = u32::from(length).to_le_bytes();
        }
        let (mut framer, mut decoder) = (Framer::new(Limits::default()), Decoder::default());
        framer.set_obfuscated(obfuscated);
        for byte in &bytes {
            framer.push(&[*byte]);
            if let Ok(Some(frame)) = framer.next(F::ID) {
                let _ = decoder.decode::<F>(&frame);
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{}: {error}", F::ID));
}

#[test]
fn no_stream_makes_a_framer_panic() {
    for_each_family!(nonsense);
}

#[test]
fn an_unknown_code_goes_back_as_it_came() {
    let bytes = [7, 0, 0, 0, 0xEF, 0xBE, 0xAD, 0xDE, 1, 2, 3];
    let id = ServerRequest::ID;
    let frame = Frame::from_bytes(bytes.to_vec(), id, &Limits::default()).expect("a frame");
    let decoded = Decoder::default()
        .decode::<ServerRequest>(&frame)
        .expect("no error");
    let unknown = Unknown {
        code: 0xDEAD_BEEF,
        payload: BytesMut::from(&[1, 2, 3][..]).freeze(),
    };
    assert_eq!(decoded.message, ServerRequest::Unknown(unknown));
    assert_eq!(decoded.trailing, "");
    assert_eq!(decoded.message.name(), "Unknown");
    assert_eq!(decoded.message.to_frame().expect("a frame"), bytes);
}
