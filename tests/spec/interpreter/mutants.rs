//! That the comparison finds what is wrong in `protocol.json`: each message is changed, and each has to differ.

use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Filter, differences, frames, protocol};

/// Asserts that exactly the messages differ for which `change` answers that it has changed them.
fn all_are_found(mut change: impl FnMut(&mut Value) -> bool, least: usize) {
    let mut protocol = read();
    let mut expected = BTreeSet::new();
    for family in list(&mut protocol, "families") {
        let name = family["name"].clone();
        for message in list(family, "messages") {
            if change(message) {
                expected.insert(format!("{name} {}", message["code"]));
            }
        }
    }
    assert!(expected.len() >= least, "{}", expected.len());
    assert_eq!(found(&protocol), expected);
}

/// The specification as it should be.
pub(super) fn read() -> Value {
    let text = fs::read(protocol()).expect("protocol.json");
    serde_json::from_slice(&text).expect("JSON")
}

fn list<'a>(value: &'a mut Value, key: &str) -> &'a mut Vec<Value> {
    value[key].as_array_mut().expect("a list")
}

/// The messages that the interpreter reads in another way than `slsk`.
fn found(protocol: &Value) -> BTreeSet<String> {
    /// What `slsk` says is the same for all.
    static SAID: LazyLock<(Vec<String>, Vec<String>)> = LazyLock::new(|| {
        let lines = frames::generated();
        let ours = Filter::Decode.ours(&lines);
        (lines, ours)
    });
    let (lines, ours) = &*SAID;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("protocol.json");
    fs::write(&path, protocol.to_string()).expect("a file");
    let differences = differences(Filter::Decode, &path, lines, ours);
    let answers = differences.iter().map(|difference| &ours[difference.line]);
    let names = answers.filter_map(|answer| {
        let answer: Value = serde_json::from_str(answer).expect("JSON");
        let code = answer.get("code")?;
        Some(format!("{} {code}", answer["family"]))
    });
    names.collect()
}

#[test]
fn a_field_that_is_left_out_is_found() {
    all_are_found(|message| list(message, "fields").pop().is_some(), 130);
}

#[test]
fn a_field_too_many_is_found() {
    all_are_found(
        |message| {
            let more = json!({"name": "more", "type": "u8", "doc": "One.", "optional": "any_left"});
            list(message, "fields").push(more);
            true
        },
        160,
    );
}

#[test]
fn another_type_is_found() {
    all_are_found(
        |message| match list(message, "fields").first_mut() {
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
            let fields = list(message, "fields");
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
            let fields = list(message, "fields").iter_mut();
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

/// The messages with a field whose type is of this kind, in a record too.
fn users(protocol: &Value, kind: &str) -> BTreeSet<String> {
    let families = protocol["families"].as_array().expect("families").iter();
    let messages = families.flat_map(|family| {
        let messages = family["messages"].as_array().expect("messages").iter();
        messages.map(move |message| (&family["name"], message))
    });
    let found = messages.filter(|(_, message)| uses(protocol, &message["fields"], kind));
    let names = found.map(|(family, message)| format!("{family} {}", message["code"]));
    names.collect()
}

fn uses(protocol: &Value, fields: &Value, kind: &str) -> bool {
    let fields = fields.as_array().expect("fields").iter();
    let mut types: Vec<&Value> = fields.map(|field| &field["type"]).collect();
    while let Some(one) = types.pop() {
        let Some((key, inner)) = one.as_object().and_then(|one| one.iter().next()) else {
            continue;
        };
        if key == kind {
            return true;
        }
        match &**key {
            "list" => types.push(inner),
            "either" => types.extend(inner.as_array().expect("two types")),
            "record" => {
                let records = protocol["records"].as_array().expect("records").iter();
                let mut named = records.filter(|record| record["name"] == *inner);
                if named.any(|record| uses(protocol, &record["fields"], kind)) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

#[test]
fn records_with_a_field_less_are_found() {
    let mut protocol = read();
    for record in list(&mut protocol, "records") {
        list(record, "fields").pop().expect("a field");
    }
    assert_eq!(found(&protocol), users(&protocol, "record"));
}

#[test]
fn enums_of_another_type_are_found() {
    let mut protocol = read();
    for one in list(&mut protocol, "enums") {
        one["type"] = if one["type"] == "text" { "u64" } else { "text" }.into();
    }
    assert_eq!(found(&protocol), users(&protocol, "enum"));
}
