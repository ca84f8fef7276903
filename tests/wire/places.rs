//! That `slsk_wire::walk` finds each field where the decoder reads it.

use std::convert::Infallible;

use bytes::Bytes;
use slsk_wire::schema::{RecordSchema, Shape};
use slsk_wire::server::{FileSearch, LoginRequest};
use slsk_wire::walk::{Step, WalkError, walk};
use slsk_wire::{Family, Input, Message, MessageVisitor, visit_all};

use crate::runner;

/// How many bytes a walk takes; `None` where it fails.
fn taken(record: &'static RecordSchema, body: &[u8]) -> Option<usize> {
    walk(record, body, &mut |_| Ok::<_, Infallible>(())).ok()
}

struct Walks;

impl MessageVisitor for Walks {
    fn visit<F: Family + From<M>, M: Message>(&mut self) {
        let Shape::Record(record) = M::SHAPE else {
            panic!("a message is a record");
        };
        let run = runner(1).run(&M::strategy(), |message| {
            let mut encoded = crate::encode(&message);
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
        run.expect("no case fails otherwise");
    }
}

#[test]
fn the_walk_takes_what_the_decoder_takes() {
    visit_all(&mut Walks);
}

#[test]
fn steps_have_offsets_and_raw_values_and_no_secrets() {
    let schema = LoginRequest::SCHEMA.record;
    let body = [
        &[2, 0, 0, 0, b'a', 0xff][..],
        &[1, 0, 0, 0, b'p'],
        &[160, 0, 0, 0],
    ]
    .concat();
    let mut steps = Vec::new();
    let end = walk(schema, &body, &mut |step| {
        steps.push(format!("{step:?}"));
        Ok::<_, Infallible>(())
    });
    assert_eq!(end, Ok(body.len()));
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
    let mut steps = 0;
    let result = walk(FileSearch::SCHEMA.record, &[0; 8], &mut |step| {
        steps += 1;
        match step {
            Step::Value { range, .. } if range.start == 0 => Err("enough"),
            _ => Ok(()),
        }
    });
    assert_eq!(result, Err(WalkError::Visitor("enough")));
    assert_eq!(steps, 1);
}

#[test]
fn a_body_that_does_not_fit_fails_where_it_stops_to_fit() {
    let body = [7, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, b'z'];
    let result = walk(FileSearch::SCHEMA.record, &body, &mut |_| {
        Ok::<_, Infallible>(())
    });
    assert_eq!(result, Err(WalkError::Layout { offset: 8 }));
}
