//! Every message against frames that were not made by our encoder.
//!
//! `fixtures/layouts.jsonl` was written from a description of the protocol by a program that knows nothing
//! of ours: for each message and each set of fields that can be there, a frame with values that differ, and
//! the values in wire order (`null` for a field that is not there).

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use slsk_wire::schema::{RecordSchema, Shape};
use slsk_wire::{AnyMessage, Decoder, FamilyId, Frame, Limits};

#[derive(Deserialize)]
struct Layout {
    family: String,
    code: u32,
    hex: String,
    values: Vec<Value>,
}

fn layouts() -> Vec<Layout> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/layouts.jsonl");
    let text = fs::read_to_string(path).expect("the layouts");
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().expect("JSON lines")
}

/// The values of a record in wire order, without their names.
fn values(record: &RecordSchema, fields: &Value) -> Vec<Value> {
    let in_order = record.fields.iter().map(|field| {
        let value = &fields[field.name];
        nested(&field.shape, value)
    });
    in_order.collect()
}

fn nested(shape: &Shape, value: &Value) -> Value {
    match (shape, value) {
        (Shape::Record(record), Value::Object(_)) => Value::Array(values(record, value)),
        (Shape::List(element), Value::Array(items)) => {
            Value::Array(items.iter().map(|item| nested(element, item)).collect())
        }
        _ => value.clone(),
    }
}

#[test]
fn every_field_is_where_it_belongs() {
    let mut decoder = Decoder::default();
    for layout in layouts() {
        let family: FamilyId = layout.family.parse().unwrap();
        let bytes = const_hex::decode(&layout.hex).unwrap();
        let frame = Frame::from_bytes(bytes.clone(), family, &Limits::default()).unwrap();
        let read = AnyMessage::decode(&mut decoder, family, &frame).unwrap();
        let message = read.message;
        let place = format!("{family} {} {}", layout.code, layout.hex);
        assert_eq!(message.code(), layout.code, "{place}");
        assert!(read.trailing.is_empty(), "{place}");

        let schema = message
            .schema()
            .unwrap_or_else(|| panic!("unknown: {place}"));
        let fields = serde_json::to_value(&message).unwrap();
        let mut expected = layout.values;
        // Ours may have more at the end, which is not there.
        expected.resize(schema.record.fields.len(), Value::Null);
        assert_eq!(values(schema.record, &fields), expected, "{place}");

        if !schema.compressed {
            let mut again = Vec::new();
            let mut encoder = slsk_wire::Encoder::default();
            message.encode(&mut encoder, &mut again).unwrap();
            assert_eq!(again, bytes, "{place}");
        }
    }
}

#[test]
fn every_message_has_a_layout_and_every_layout_a_message() {
    let described: BTreeSet<_> = layouts()
        .into_iter()
        .map(|layout| (layout.family, layout.code))
        .collect();
    let declared: BTreeSet<_> = FamilyId::ALL
        .into_iter()
        .flat_map(|family| {
            let messages = family.schema().messages.iter();
            messages.map(move |message| (family.to_string(), message.code))
        })
        .collect();
    assert_eq!(declared, described);
}
