//! Messages in JSON with one field changed: what `slsk encode --frames` refuses, and why.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use slsk_wire::schema::Shape;
use slsk_wire::{Family, FamilyId, Message, MessageVisitor, visit_all};

use super::frames::{draw, runner};
use super::{Filter, same, sound};

/// What a field may be instead: of any type, and what is too large or too small for some.
fn others() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(false),
        json!(0),
        json!(7),
        json!(-1),
        json!(255),
        json!(256),
        json!(65_536),
        json!(4_294_967_295_u32),
        json!(4_294_967_296_u64),
        json!(18_446_744_073_709_551_615_u64),
        json!(0.5),
        json!(1.0),
        json!(""),
        json!("text \u{e9}"),
        json!("1.2.3.4"),
        json!("1.2.3.256"),
        json!("1.2.3.04"),
        json!("1.2.3"),
        json!([]),
        json!([7]),
        json!(["a", "b"]),
        json!(["a", null]),
        json!([{"$nothing": 1}]),
        json!({}),
        json!({"$hex": "00ff"}),
        json!({"$hex": "00000000"}),
        json!({"$hex": "0"}),
        json!({"$hex": 0}),
        json!({"$hex": "00", "more": 1}),
        json!({"$u8": 255}),
        json!({"$u8": 256}),
    ]
}

/// Lines in which every field of every message has another value or is missing.
struct Changed {
    lines: Vec<String>,
}

impl MessageVisitor for Changed {
    fn visit<F: Family + From<M>, M: Message>(&mut self) {
        let mut runner = runner();
        for _ in 0..2 {
            let sample = draw(&mut runner, M::strategy());
            let fields = serde_json::to_value(sample).expect("JSON");
            let mut push = |fields: Value| {
                let line = json!({"family": F::ID.name(), "name": M::SCHEMA.record.name, "fields": fields});
                self.lines.push(line.to_string());
            };
            push(json!(7));
            push(Value::Null);
            let names: Vec<String> = fields
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect();
            for name in names.iter().map(String::as_str).chain(["more"]) {
                // slsk takes a list for a record too, its fields in wire order.
                let is_record = M::SCHEMA
                    .record
                    .fields
                    .iter()
                    .any(|field| field.name == name && matches!(field.shape, Shape::Record(_)));
                for other in others() {
                    if is_record && other.is_array() {
                        continue;
                    }
                    let mut changed = fields.clone();
                    changed[name] = other;
                    push(changed);
                }
                let mut shorter = fields.clone();
                shorter.as_object_mut().expect("an object").remove(name);
                push(shorter);
            }
        }
    }
}

#[test]
fn a_changed_field_is_written_or_refused_the_same() {
    let mut changed = Changed { lines: Vec::new() };
    visit_all(&mut changed);
    let answers = same(Filter::Encode, &changed.lines);
    let encoded = sound(&answers).count();
    let refused = answers.len() - encoded;
    assert!(encoded > 4000 && refused > 20_000, "{encoded} {refused}");
    let kinds: BTreeSet<String> = answers.iter().filter_map(|answer| kind(answer)).collect();
    assert_eq!(
        kinds.iter().map(String::as_str).collect::<Vec<_>>(),
        ["after_absent", "bad_fields", "contradiction", "missing"]
    );
}

fn kind(answer: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(answer).expect("JSON");
    Some(answer.get("error")?["kind"].as_str()?.to_owned())
}

#[test]
fn what_a_line_of_the_encoder_names_is_found_or_refused_the_same() {
    let payloads = [Value::Null, json!(""), json!("00FF"), json!("0"), json!(7)];
    let names = [
        "Unknown",
        "PeerInit",
        "QueueUpload",
        "PingRequest",
        "Nothing",
    ];
    let names = names
        .map(Value::from)
        .into_iter()
        .chain([Value::Null, json!(7)]);
    let codes = [0, 1, 6, 43, 255, 256, 9999, 4_294_967_296_u64].map(Value::from);
    let codes = codes
        .into_iter()
        .chain([Value::Null, json!(-1), json!("1"), json!(1.0)]);
    let mut lines = Vec::new();
    for family in FamilyId::ALL {
        for name in names.clone() {
            for code in codes.clone() {
                for payload in &payloads {
                    let line = json!({
                        "family": family.name(),
                        "name": name,
                        "code": code,
                        "payload": payload,
                        "fields": {"filename": "a"},
                        "more": [{}],
                    });
                    lines.push(line.to_string());
                }
            }
        }
    }
    let answers = same(Filter::Encode, &lines);
    let kinds: BTreeSet<String> = answers.iter().filter_map(|answer| kind(answer)).collect();
    let expected = [
        "bad_fields",
        "bad_hex",
        "bad_json",
        "code_too_wide",
        "known_code",
        "unknown_message",
    ];
    assert_eq!(
        kinds.iter().map(String::as_str).collect::<Vec<_>>(),
        expected
    );
    assert!(sound(&answers).count() > 100);
}
