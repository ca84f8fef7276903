use std::fs;
use std::path::Path;

use bytes::Bytes;
use proptest::test_runner::TestRunner;
use slsk_wire::{AnyMessage, Decoder, Family, Input, Message, MessageVisitor, visit_all};

use super::*;
use crate::capture;
use crate::session::{Session, What};

/// How many bytes a walk takes; `None` where it fails.
fn taken(record: &'static RecordSchema, body: &[u8]) -> Option<usize> {
    walk(record, body, &mut |_| Ok(())).ok()
}

struct Walks;

impl MessageVisitor for Walks {
    fn visit<F: Family + From<M>, M: Message>(&mut self) {
        let Shape::Record(record) = M::SHAPE else {
            panic!("a message is a record");
        };
        let run = TestRunner::deterministic().run(&M::strategy(), |message| {
            let mut encoded = Vec::new();
            message.encode(&mut encoded).unwrap();
            encoded.extend([0; 9]);
            // Every prefix: what is optional is missing, what is required is an error for both.
            for end in 0..=encoded.len() {
                let body = Bytes::copy_from_slice(&encoded[..end]);
                let parsed = M::parse(Input::new(&body)).ok();
                let by_decoder = parsed.map(|(rest, _)| body.len() - rest.len());
                let by_walk = taken(record, &body);
                assert_eq!(by_walk, by_decoder, "{} {body:?}", record.name);
            }
            Ok(())
        });
        run.unwrap();
    }
}

#[test]
fn the_walk_takes_what_the_decoder_takes() {
    visit_all(&mut Walks);
}

#[test]
fn the_walk_takes_what_the_decoder_takes_of_every_captured_frame() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/captures");
    let mut frames = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "pcap") {
            continue;
        }
        let session = Session::new(&capture::read(&path).unwrap());
        for event in &session.events {
            let What::Frame { family, frame, .. } = &event.what else {
                continue;
            };
            let decoded = AnyMessage::decode(&mut Decoder::default(), *family, frame).unwrap();
            if let Some(schema) = decoded.message.schema() {
                let end = decoded.body.len() - decoded.trailing.len();
                let taken = taken(schema.record, &decoded.body);
                assert_eq!(
                    taken,
                    Some(end),
                    "{} in {}",
                    schema.record.name,
                    path.display()
                );
                frames += 1;
            }
        }
    }
    assert!(frames > 2_000, "{frames}");
}

#[test]
fn steps_have_offsets_and_raw_values() {
    let schema = slsk_wire::server::LoginRequest::SCHEMA.record;
    let body = [
        &[2, 0, 0, 0, b'a', 0xff][..],
        &[1, 0, 0, 0, b'p'],
        &[160, 0, 0, 0],
    ]
    .concat();
    let mut steps = Vec::new();
    let end = walk(schema, &body, &mut |step| {
        steps.push(format!("{step:?}"));
        Ok(())
    });
    assert_eq!(end.unwrap(), body.len());
    let value = |label, range, shape, value| {
        format!(
            "Value {{ label: Field({label:?}), range: {range}, shape: {shape}, value: {value} }}"
        )
    };
    let expected = [
        value("username", "0..6", "Text", "Text([97, 255])"),
        value("password", "6..11", "Secret", "Secret"),
        value("major_version", "11..15", "U32", "Number(160)"),
    ];
    assert_eq!(steps, expected);
}

#[test]
fn a_visitor_that_fails_ends_the_walk() {
    let schema = slsk_wire::server::FileSearch::SCHEMA.record;
    let result = walk(schema, &[0; 8], &mut |_| {
        Err(io::ErrorKind::BrokenPipe.into())
    });
    assert!(matches!(result, Err(WalkError::Write(_))));
}
