//! That the declarations say all that the specification needs.

use std::collections::{BTreeMap, BTreeSet};

use slsk_wire::FamilyId;
use slsk_wire::file::EXCHANGES;
use slsk_wire::schema::{EnumSchema, RecordSchema, Shape, Unit};

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
        }
    }
}

/// The enum in a shape or in the elements of its list.
fn enum_in(shape: &Shape) -> Option<&'static EnumSchema> {
    match shape {
        Shape::Enum(open) => Some(open),
        Shape::List(element) => enum_in(element),
        _ => None,
    }
}

#[test]
fn values_with_names_have_them_in_every_field() {
    let mut found = BTreeSet::new();
    for message in FamilyId::ALL
        .map(|family| family.schema().messages)
        .concat()
    {
        for field in message.record.fields {
            if let Some(open) = enum_in(&field.shape) {
                found.insert((message.record.name, field.name, open.name));
            }
            let named = ["kind", "status", "statuses", "direction", "reason"];
            let named = named.contains(&field.name) || field.name.ends_with("_type");
            assert_eq!(
                named || field.name == "upload_permission",
                enum_in(&field.shape).is_some(),
                "{}.{}",
                message.record.name,
                field.name
            );
        }
    }
    let expected = [
        ("ConnectToPeer", "kind", "ConnectionKind"),
        (
            "GetPeerAddressResponse",
            "obfuscation_type",
            "ObfuscationType",
        ),
        ("GetUserStatusResponse", "status", "Status"),
        ("IncomingConnectToPeer", "kind", "ConnectionKind"),
        (
            "IncomingConnectToPeer",
            "obfuscation_type",
            "ObfuscationType",
        ),
        ("JoinRoomResponse", "statuses", "Status"),
        ("LoginResponse", "reason", "LoginRefusal"),
        ("PeerInit", "kind", "ConnectionKind"),
        ("SetListenPort", "obfuscation_type", "ObfuscationType"),
        ("SetStatus", "status", "OwnStatus"),
        ("TransferRequest", "direction", "TransferDirection"),
        ("TransferResponse", "reason", "RefusalReason"),
        ("UploadDenied", "reason", "RefusalReason"),
        ("UserInfoResponse", "upload_permission", "UploadPermission"),
        ("UserJoinedRoom", "status", "Status"),
        ("UserListResponse", "statuses", "Status"),
        ("WatchUserResponse", "status", "Status"),
    ];
    assert_eq!(found, BTreeSet::from(expected));
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

/// Every record: messages, what they consist of, what is sent on file connections.
fn records() -> BTreeMap<&'static str, &'static RecordSchema> {
    type Records = BTreeMap<&'static str, &'static RecordSchema>;
    fn add(record: &'static RecordSchema, all: &mut Records) {
        all.insert(record.name, record);
        for field in record.fields {
            add_in(&field.shape, all);
        }
    }
    fn add_in(shape: &Shape, all: &mut Records) {
        match shape {
            Shape::Record(record) => add(record, all),
            Shape::List(element) => add_in(element, all),
            Shape::Either(first, second) => {
                add_in(first, all);
                add_in(second, all);
            }
            _ => {}
        }
    }
    let mut all = BTreeMap::new();
    for family in FamilyId::ALL {
        for message in family.schema().messages {
            add(message.record, &mut all);
        }
    }
    for exchange in EXCHANGES {
        add(exchange.record, &mut all);
    }
    all
}

#[test]
fn numbers_that_count_something_have_a_unit() {
    let counting = [
        ("bytes a second", Unit::BytesPerSecond),
        ("size in bytes", Unit::Bytes),
        ("seconds since 1970", Unit::UnixTime),
        ("seconds", Unit::Seconds),
        ("days", Unit::Days),
    ];
    let mut with_unit = 0;
    for record in records().values() {
        for field in record.fields {
            let number = matches!(field.shape, Shape::U16 | Shape::U32 | Shape::U64);
            let doc = field.doc.to_lowercase();
            let said = counting.iter().find(|(words, _)| doc.contains(words));
            if let (true, Some((_, unit))) = (number, said) {
                let place = format!("{}.{}", record.name, field.name);
                assert_eq!(field.unit, Some(*unit), "{place}: {doc}");
            }
            with_unit += usize::from(field.unit.is_some());
        }
    }
    assert!(with_unit > 15, "{with_unit}");
}
