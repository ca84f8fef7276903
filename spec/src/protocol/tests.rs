mod rules;
mod schema;

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

#[test]
fn every_message_of_every_family_is_there() {
    let protocol = Protocol::new();
    let written: usize = protocol.families.iter().map(|f| f.messages.len()).sum();
    let declared: usize = FamilyId::ALL
        .iter()
        .map(|id| id.schema().messages.len())
        .sum();
    assert_eq!(written, declared);
    assert!(written > 150, "{written}");
}

/// The names that a type refers to, and the primitives.
fn names<'a>(kind: &'a Type, into: &mut BTreeSet<&'a str>) {
    match kind {
        Type::List(element) => names(element, into),
        Type::Either(both) => both.iter().for_each(|one| names(one, into)),
        Type::Record(name) | Type::Enum(name) | Type::Primitive(name) => {
            into.insert(name);
        }
    }
}

#[test]
fn every_name_that_a_type_refers_to_is_there_and_used() {
    let protocol = Protocol::new();
    let mut used = BTreeSet::new();
    let messages = protocol.families.iter().flat_map(|f| &f.messages);
    let fields = messages.flat_map(|m| &m.fields);
    let fields = fields.chain(protocol.records.iter().flat_map(|r| &r.fields));
    let fields = fields.chain(protocol.file.iter().flat_map(|p| &p.fields));
    for field in fields {
        names(&field.kind, &mut used);
    }
    for kind in protocol.enums.iter().map(|e| &e.kind) {
        names(kind, &mut used);
    }
    let records = protocol.records.iter().map(|r| r.name);
    let enums = protocol.enums.iter().map(|e| e.name);
    let primitives = protocol.primitives.iter().map(|p| p.name);
    let there: BTreeSet<&str> = records.chain(enums).chain(primitives).collect();
    assert_eq!(used, there);
}

#[test]
fn every_doc_says_something_and_has_no_link_of_rustdoc() {
    fn look(value: &Value, path: &str, count: &mut usize) {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    look(value, &format!("{path}.{key}"), count);
                }
            }
            Value::Array(array) => {
                for (index, value) in array.iter().enumerate() {
                    look(value, &format!("{path}[{index}]"), count);
                }
            }
            Value::String(text) if path.rsplit('.').next() == Some("doc") => {
                assert!(!text.is_empty(), "{path}");
                assert!(
                    !text.contains("::") && !text.contains("]("),
                    "{path}: {text}"
                );
                *count += 1;
            }
            _ => {}
        }
    }
    let mut count = 0;
    let value = serde_json::from_str(&json()).unwrap();
    look(&value, "", &mut count);
    assert!(count > 500, "{count}");
}
