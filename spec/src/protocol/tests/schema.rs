//! `protocol.schema.json`: that it is a schema, that `protocol.json` fits, and that what is wrong does not.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::protocol;

fn schema() -> Value {
    serde_json::from_str(include_str!("../../protocol.schema.json")).unwrap()
}

fn protocol() -> Value {
    serde_json::from_str(&protocol::json()).unwrap()
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

#[test]
fn it_is_a_schema() {
    jsonschema::draft202012::meta::validate(&schema()).unwrap();
}

#[test]
fn protocol_json_fits() {
    let (validator, protocol) = (validator(), protocol());
    let errors = validator.iter_errors(&protocol);
    let errors: Vec<_> = errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, [""; 0]);
}

/// Every object is closed, so that no key escapes the schema, and every key is described.
#[test]
fn every_key_is_known_and_described() {
    fn look(schema: &Value, defs: &Value, path: &str, objects: &mut usize) {
        let Some(object) = schema.as_object() else {
            return;
        };
        if object.get("type") == Some(&json!("object")) {
            *objects += 1;
            assert_eq!(
                object.get("additionalProperties"),
                Some(&json!(false)),
                "{path}"
            );
            for (key, property) in object["properties"].as_object().unwrap() {
                let name = property["$ref"]
                    .as_str()
                    .and_then(|name| name.rsplit('/').next());
                let referred = name.map_or(&Value::Null, |name| &defs[name]);
                let described =
                    [property, referred].map(|schema| schema["description"].is_string());
                assert!(described.contains(&true), "{path}.{key}");
            }
        }
        for (key, inside) in object {
            let path = format!("{path}.{key}");
            for inside in inside.as_array().unwrap_or(&vec![inside.clone()]) {
                look(inside, defs, &path, objects);
            }
        }
    }
    let schema = schema();
    let mut objects = 0;
    look(&schema, &schema["$defs"], "", &mut objects);
    assert!(objects > 15, "{objects}");
}

/// A primitive of the schema that is in no file would be a type that no reader has to know.
#[test]
fn every_primitive_of_the_schema_is_there() {
    let (schema, protocol) = (schema(), protocol());
    let names = |values: &Value| -> BTreeSet<String> {
        let values = values.as_array().unwrap();
        let names = values
            .iter()
            .map(|value| value.get("name").unwrap_or(value));
        names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names(&schema["$defs"]["primitive_name"]["enum"]),
        names(&protocol["primitives"])
    );
    assert_eq!(
        names(&schema["$defs"]["family_name"]["enum"]),
        names(&protocol["families"])
    );
}

/// Puts `value` where a JSON pointer leads, or takes out what is there.
fn change(protocol: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = protocol.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(object), Some(value)) => {
            object.insert(key.to_owned(), value);
        }
        (Value::Object(object), None) => assert!(object.remove(key).is_some(), "{pointer}"),
        (Value::Array(array), Some(value)) => array[key.parse::<usize>().unwrap()] = value,
        (parent, _) => panic!("{pointer}: {parent}"),
    }
}

#[test]
fn what_is_wrong_does_not_fit() {
    let family = "/families/0";
    let message = "/families/0/messages/0";
    let field = "/families/0/messages/0/fields/0";
    let cases: &[(&str, &str, Option<Value>)] = &[
        ("", "/more", Some(json!(1))),
        ("", "/format", Some(json!("2.0"))),
        ("", "/license", None),
        ("", "/families", Some(json!([]))),
        ("", "/families", Some(json!({}))),
        ("/framing", "/obfuscation/key_length", Some(json!("4"))),
        ("/framing", "/obfuscation/rotate_left", None),
        ("/framing", "/length", Some(json!(""))),
        ("/primitives/0", "/name", Some(json!("u128"))),
        ("/primitives/0", "/size", Some(json!(0))),
        ("/primitives/0", "/min_size", None),
        ("/enums/0", "/type", Some(json!("bool"))),
        ("/enums/0", "/values/0/value", Some(json!("0"))),
        ("/enums/0", "/values/0/value", Some(json!(0.5))),
        ("/enums/1", "/values/0/value", Some(json!(0))),
        ("/enums/0", "/values", Some(json!([]))),
        ("/records/0", "/name", Some(json!("file"))),
        ("/records/0", "/fields", Some(json!([]))),
        ("/records/0", "/fields/0/optional", Some(json!("any_left"))),
        (family, "/name", Some(json!("server"))),
        (family, "/code", Some(json!("u16"))),
        (family, "/named", None),
        (family, "/guide", Some(json!("login"))),
        (message, "/name", None),
        (message, "/name", Some(json!("login request"))),
        (message, "/code", Some(json!(-1))),
        (message, "/code", Some(json!(4_294_967_296_u64))),
        (message, "/sender", Some(json!("acceptor"))),
        (message, "/receiver", Some(json!("initiator"))),
        (message, "/status", Some(json!("new"))),
        (message, "/compressed", Some(json!(false))),
        (message, "/aliases", Some(json!([]))),
        (message, "/aliases", Some(json!(["Login", "Login"]))),
        (message, "/guide", Some(json!("guide/login.md"))),
        (message, "/doc", Some(json!(""))),
        (message, "/fields", Some(json!({}))),
        (field, "/name", Some(json!("User"))),
        (field, "/doc", None),
        (field, "/kind", Some(json!("text"))),
        (field, "/type", None),
        (field, "/type", Some(json!("string"))),
        (field, "/type", Some(json!({}))),
        (
            field,
            "/type",
            Some(json!({"list": "text", "record": "File"})),
        ),
        (field, "/type", Some(json!({"list": "File"}))),
        (field, "/type", Some(json!({"map": "text"}))),
        (field, "/type", Some(json!({"either": ["text"]}))),
        (
            field,
            "/type",
            Some(json!({"either": ["text", "u8", "u16"]})),
        ),
        (field, "/if", Some(json!({"field": "success"}))),
        (field, "/if", Some(json!({"field": "success", "is": 1}))),
        (field, "/optional", Some(json!(true))),
        (field, "/unit", Some(json!("seconds"))),
        ("/file/0", "/code", Some(json!(0))),
        ("/file/0", "/guide", None),
        ("/connections/0", "/initiator", Some(json!("file"))),
        ("/connections/0", "/kind", Some(json!("PF"))),
        ("/connections/0", "/obfuscated", Some(json!(false))),
    ];
    let (validator, protocol) = (validator(), protocol());
    for (place, key, value) in cases {
        let mut protocol = protocol.clone();
        change(&mut protocol, &format!("{place}{key}"), value.clone());
        assert!(!validator.is_valid(&protocol), "{place}{key} = {value:?}");
    }
}

/// A family with codes of one byte has no room for larger ones.
#[test]
fn a_code_that_its_family_has_no_room_for_does_not_fit() {
    let (validator, mut protocol) = (validator(), protocol());
    let families = protocol["families"].as_array_mut().unwrap();
    let narrow = families.iter_mut().find(|family| family["code"] == "u8");
    narrow.unwrap()["messages"][0]["code"] = json!(256);
    assert!(!validator.is_valid(&protocol));
}

/// The cases above must fail for what they change, not because a place in them is wrong.
#[test]
fn a_change_that_is_right_fits() {
    let cases = [
        ("/version", json!("2.0.1")),
        ("/enums/0/values/0/value", json!(7)),
        ("/enums/1/values/0/value", json!("X")),
        ("/families/0/messages/0/status", json!("obsolete")),
        ("/families/0/messages/0/compressed", json!(true)),
        (
            "/families/0/messages/0/fields/0/optional",
            json!("enough_left"),
        ),
        ("/families/0/messages/0/fields/0/unit", json!("days")),
        (
            "/families/0/messages/0/fields/0/type",
            json!({"either": [{"list": {"list": "ip"}}, {"record": "File"}]}),
        ),
        ("/families/0/messages/0/fields", json!([])),
    ];
    let (validator, protocol) = (validator(), protocol());
    for (pointer, value) in cases {
        let mut protocol = protocol.clone();
        change(&mut protocol, pointer, Some(value));
        assert!(validator.is_valid(&protocol), "{pointer}");
    }
}
