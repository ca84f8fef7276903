//! That the declarations say all that the specification needs.

use std::path::Path;

use std::collections::BTreeSet;

use slsk_wire::FamilyId;
use slsk_wire::schema::{RecordSchema, Shape};

fn check_record(record: &RecordSchema, path: &str) {
    let path = format!("{path}{}", record.name);
    assert!(!record.doc.is_empty(), "{path} has no doc");
    let mut bools = BTreeSet::new();
    let mut names = BTreeSet::new();
    for field in record.fields {
        let path = format!("{path}.{}", field.name);
        assert!(!field.doc.is_empty(), "{path} has no doc");
        assert!(names.insert(field.name), "{path} is there twice");
        if let Some(condition) = field.condition {
            assert!(bools.contains(condition.field), "{path}: {condition:?}");
        }
        if matches!(field.shape, Shape::Bool) && field.condition.is_none() && !field.optional {
            bools.insert(field.name);
        }
        assert!(field.optional || !field.lenient, "{path} is only lenient");
        check_shape(&field.shape, &path);
    }
}

fn check_shape(shape: &Shape, path: &str) {
    match shape {
        Shape::List(element) => check_shape(element, path),
        Shape::Either(first, second) => {
            check_shape(first, path);
            check_shape(second, path);
        }
        Shape::Record(record) => check_record(record, &format!("{path}: ")),
        Shape::Enum(open) => {
            let mut values = BTreeSet::new();
            assert!(!open.doc.is_empty(), "{path}: {} has no doc", open.name);
            assert!(
                !open.values.is_empty(),
                "{path}: {} has no values",
                open.name
            );
            for value in open.values {
                assert!(values.insert(value.value), "{path}: {} twice", value.value);
                assert!(!value.doc.is_empty(), "{path}: {} has no doc", value.name);
            }
            assert!(
                matches!(
                    open.shape,
                    Shape::U8 | Shape::U32 | Shape::I32 | Shape::Text
                ),
                "{path}"
            );
        }
        _ => {}
    }
}

#[test]
fn everything_is_explained() {
    for family in FamilyId::ALL {
        let schema = family.schema();
        assert_eq!(schema.id, family);
        assert!(!schema.doc.is_empty(), "{family} has no doc");
        for message in schema.messages {
            check_record(message.record, &format!("{family}: "));
            let name = message.record.name;
            let page = message.guide.unwrap_or("none");
            let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/guide");
            assert!(
                guide.join(page).with_extension("md").is_file(),
                "{family}: {name} is explained in {page}, which does not exist"
            );
        }
    }
}

#[test]
fn names_and_codes_find_their_message() {
    for family in FamilyId::ALL {
        let schema = family.schema();
        for message in schema.messages {
            let by_code = schema.by_code(message.code).expect("the code is known");
            let by_name = schema
                .by_name(message.record.name)
                .expect("the name is known");
            assert!(std::ptr::eq(*message, by_code) && std::ptr::eq(*message, by_name));
        }
        assert!(schema.by_code(0xFFFF_FFFF).is_none());
        assert!(schema.by_name("Nobody").is_none());
        assert_eq!(family.name().parse(), Ok(family));
    }
    let error = "peers".parse::<FamilyId>().expect_err("no family");
    assert_eq!(
        error.to_string(),
        "no family \"peers\": it is server_request, server_response, peer_init, peer or distributed"
    );
}
