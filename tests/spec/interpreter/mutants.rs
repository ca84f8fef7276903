//! That the comparison finds what is wrong in `protocol.json`: each message is changed, and each has to differ.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::{Filter, differences, frames, protocol};

/// The messages that have differences when all of `change`'s changes are made. It answers whether it has made one.
fn found(change: fn(&mut Value) -> bool) -> (BTreeSet<String>, BTreeSet<String>) {
    let text = fs::read(protocol()).expect("protocol.json");
    let mut changed: Value = serde_json::from_slice(&text).expect("JSON");
    let mut expected = BTreeSet::new();
    for family in changed["families"].as_array_mut().expect("families") {
        let name = family["name"].clone();
        for message in family["messages"].as_array_mut().expect("messages") {
            if change(message) {
                expected.insert(format!("{name} {}", message["code"]));
            }
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("protocol.json");
    fs::write(&path, changed.to_string()).expect("a file");
    let (differences, ours) = differences(Filter::Decode, &path, &frames::generated());
    let answers = differences.iter().map(|difference| &ours[difference.line]);
    let names = answers.filter_map(|answer| {
        let answer: Value = serde_json::from_str(answer).expect("JSON");
        let code = answer.get("code")?;
        Some(format!("{} {code}", answer["family"]))
    });
    (names.collect(), expected)
}

/// Asserts that every message that was changed differs, and no other.
fn all_are_found(change: fn(&mut Value) -> bool, least: usize) {
    let (found, expected) = found(change);
    assert!(expected.len() >= least, "{}", expected.len());
    assert_eq!(found, expected);
}

fn fields(message: &mut Value) -> &mut Vec<Value> {
    message["fields"].as_array_mut().expect("fields")
}

#[test]
fn a_field_that_is_left_out_is_found() {
    all_are_found(|message| fields(message).pop().is_some(), 130);
}

#[test]
fn a_field_too_many_is_found() {
    all_are_found(
        |message| {
            let more = json!({"name": "more", "type": "u8", "doc": "One.", "optional": "any_left"});
            fields(message).push(more);
            true
        },
        160,
    );
}

#[test]
fn another_type_is_found() {
    all_are_found(
        |message| match fields(message).first_mut() {
            Some(field) => {
                let other = if field["type"] == "u16" { "u8" } else { "u16" };
                field["type"] = other.into();
                true
            }
            None => false,
        },
        130,
    );
}

#[test]
fn fields_in_another_order_are_found() {
    all_are_found(
        |message| {
            let fields = fields(message);
            let conditions = fields.iter().any(|field| field.get("if").is_some());
            if fields.len() < 2 || conditions {
                return false;
            }
            fields.swap(0, 1);
            true
        },
        50,
    );
}

#[test]
fn another_condition_is_found() {
    all_are_found(
        |message| {
            let fields = fields(message).iter_mut();
            let mut conditions = fields.filter_map(|field| field.get_mut("if"));
            let first = conditions.next();
            first.is_some_and(|condition| {
                let is = condition["is"] == true;
                condition["is"] = (!is).into();
                true
            })
        },
        4,
    );
}

#[test]
fn a_body_that_is_not_compressed_is_found() {
    all_are_found(
        |message| {
            message
                .as_object_mut()
                .expect("a message")
                .remove("compressed")
                .is_some()
        },
        3,
    );
}
