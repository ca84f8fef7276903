//! What other programs really sent, against our messages. `fixtures/captures` says who they are.

mod coverage;
mod files;

use std::convert::Infallible;

use slsk_tests::captures::{Row, rows};
use slsk_wire::walk::walk;
use slsk_wire::{AnyMessage, Decoder, Encoder, FamilyId, Frame, Framer, Limits, Strictness};

fn frame(row: &Row, family: FamilyId) -> Frame {
    Frame::from_bytes(row.frame.clone(), family, &Limits::default())
        .unwrap_or_else(|error| panic!("{}: {error}", row.place()))
}

/// Rows with a frame, and the family of each.
fn framed() -> impl Iterator<Item = (Row, FamilyId)> {
    rows()
        .into_iter()
        .filter_map(|row| row.family().map(|family| (row, family)))
}

#[test]
fn every_frame_decodes_and_goes_back_byte_for_byte() {
    let (mut decoder, mut encoder) = (Decoder::default(), Encoder::default());
    let mut count = 0;
    for (row, family) in framed() {
        let place = row.place();
        let frame = frame(&row, family);
        assert_eq!(Some(frame.code), row.code, "{place}");
        let recorded = AnyMessage::decode(&mut decoder, family, &frame)
            .unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!(recorded.trailing, "", "{place}");

        let mut bytes = Vec::new();
        let result = recorded.message.encode(&mut encoder, &mut bytes);
        result.unwrap_or_else(|error| panic!("{place}: {error}"));
        if recorded
            .message
            .schema()
            .is_some_and(|schema| schema.compressed)
        {
            let again = Frame::from_bytes(bytes, family, &Limits::default()).expect("our frame");
            let again = AnyMessage::decode(&mut decoder, family, &again).expect("our message");
            assert_eq!(again, recorded, "{place}");
        } else {
            assert_eq!(bytes, row.frame, "{place}");
        }
        count += 1;
    }
    assert_eq!(count, 4029);
}

/// What a strict decoder refuses, nobody in the captures does.
#[test]
fn every_frame_passes_a_strict_decoder() {
    let mut decoder = Decoder::default().with_strictness(Strictness::Strict);
    for (row, family) in framed() {
        if let Err(error) = AnyMessage::decode(&mut decoder, family, &frame(&row, family)) {
            panic!("{}: {error}", row.place());
        }
    }
}

#[test]
fn a_walk_takes_all_of_every_body() {
    let mut decoder = Decoder::default();
    for (row, family) in framed() {
        let read = AnyMessage::decode(&mut decoder, family, &frame(&row, family));
        let read = read.expect("it decodes");
        let schema = read.message.schema().expect("its code is known");
        let end = walk(schema.record, &read.body, &mut |_| Ok::<_, Infallible>(()));
        assert_eq!(end, Ok(read.body.len()), "{}", row.place());
    }
}

#[test]
fn every_message_goes_through_json() {
    let mut decoder = Decoder::default();
    for (row, family) in framed() {
        let message = AnyMessage::decode(&mut decoder, family, &frame(&row, family));
        let message = message.expect("it decodes").message;
        let text = serde_json::to_string(&message).expect("it has a JSON");
        let mut reader = serde_json::Deserializer::from_str(&text);
        let again = AnyMessage::deserialize_fields(family, message.code(), &mut reader)
            .unwrap_or_else(|error| panic!("{}: {error} in {text}", row.place()));
        assert_eq!(again, message, "{}", row.place());
    }
}

#[test]
fn obfuscated_frames_come_out_as_recorded() {
    let mut count = 0;
    for (row, family) in framed().filter(|(row, _)| !row.raw.is_empty()) {
        let mut framer = Framer::new(Limits::default());
        framer.set_obfuscated(true);
        for byte in &row.raw {
            assert_eq!(framer.next(family), Ok(None), "{}", row.place());
            framer.push(&[*byte]);
        }
        assert_eq!(
            framer.next(family),
            Ok(Some(frame(&row, family))),
            "{}",
            row.place()
        );
        count += 1;
    }
    assert_eq!(count, 28);
}
