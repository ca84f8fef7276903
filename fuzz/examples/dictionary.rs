//! Prints what inputs are made of, for libFuzzer: `cargo run --example dictionary > slsk.dict`.
//!
//! Codes and named values come from the schemas; the rest stands here.

use std::collections::BTreeSet;
use std::fmt::Write;

use slsk_wire::FamilyId;
use slsk_wire::schema::{EnumSchema, RecordSchema, Shape};

/// Edges of numbers and counts, and numbers with a meaning.
const NUMBERS: [u32; 9] = [
    0,
    1,
    49,
    0xFF,
    0xFFFF,
    0x7FFF_FFFF,
    0x8000_0000,
    0xFFFF_FFFE,
    0xFFFF_FFFF,
];

/// Beginnings of zlib streams, an empty stream, blocks.
const ZLIB: [&[u8]; 6] = [
    b"\x78\x01",
    b"\x78\x9c",
    b"\x78\xda",
    b"\x78\x9c\x03\0\0\0\0\x01",
    b"\x01\0\0\xff\xff",
    b"\0\0\0\xff\xff",
];

/// What capture files are made of: magic numbers, headers of IP and TCP, blocks of pcapng.
const CAPTURE: [&[u8]; 17] = [
    b"\xd4\xc3\xb2\xa1\x02\0\x04\0",
    b"\x4d\x3c\xb2\xa1\x02\0\x04\0",
    b"\xa1\xb2\xc3\xd4\0\x02\0\x04",
    b"\x34\xcd\xb2\xa1\x02\0\x04\0",
    b"\x0a\x0d\x0d\x0a",
    b"\x4d\x3c\x2b\x1a\x01\0\0\0",
    b"\x1a\x2b\x3c\x4d\0\x01\0\0",
    b"\x01\0\0\0\x14\0\0\0",
    b"\x02\0\0\0",
    b"\x03\0\0\0",
    b"\x06\0\0\0",
    b"\x08\0\x45\0",
    b"\x86\xdd\x60\0",
    b"\x81\0",
    b"\x50\x02\xff\xff",
    b"\x50\x12\xff\xff",
    b"\x50\x19\xff\xff",
];

/// What lines of JSON are made of.
const JSON: [&str; 26] = [
    r#""family":"#,
    r#""code":"#,
    r#""name":"#,
    r#""fields":{"#,
    r#""payload":""#,
    r#""hex":""#,
    r#"{"$hex":"00"}"#,
    r#""Unknown""#,
    r#""conn_id":"#,
    r#""t":"#,
    r#""t_last":"#,
    r#""dir":"client->server""#,
    r#""dir":"server->client""#,
    r#""dir":"initiator->acceptor""#,
    r#""dir":"acceptor->initiator""#,
    r#""src":"127.0.0.1:1""#,
    r#""dst":"127.0.0.1:2""#,
    r#""frame":""#,
    r#""data_len":"#,
    "null",
    "true",
    "1e400",
    "4294967295",
    "18446744073709551615",
    r"\u202e",
    r"\ud800",
];

fn main() {
    let mut entries = BTreeSet::new();
    for family in FamilyId::ALL {
        entries.insert(format!("\"{family}\"").into_bytes());
        for message in family.schema().messages {
            entries.insert(message.code.to_le_bytes()[..family.code_width()].to_vec());
            entries.insert(format!("\"{}\"", message.record.name).into_bytes());
            values(message.record, &mut entries);
        }
    }
    entries.extend(NUMBERS.map(|number| number.to_le_bytes().to_vec()));
    entries.extend(NUMBERS.map(|number| const_hex::encode(number.to_le_bytes()).into_bytes()));
    entries.extend(ZLIB.iter().chain(&CAPTURE).map(|bytes| bytes.to_vec()));
    entries.extend(JSON.map(|text| text.as_bytes().to_vec()));
    println!("# Made by `cargo run --example dictionary`.");
    for entry in entries {
        println!("{}", quoted(&entry));
    }
}

/// The named values of all enums in a record, as they stand on the wire.
fn values(record: &RecordSchema, entries: &mut BTreeSet<Vec<u8>>) {
    for field in record.fields {
        let mut shape = &field.shape;
        while let Shape::List(element) = shape {
            shape = element;
        }
        match shape {
            Shape::Record(record) => values(record, entries),
            Shape::Enum(schema) => named(schema, entries),
            _ => {}
        }
    }
}

fn named(schema: &EnumSchema, entries: &mut BTreeSet<Vec<u8>>) {
    for value in schema.values {
        let text = value.value.trim_matches('"');
        entries.insert(if let Ok(number) = text.parse::<i64>() {
            number.to_le_bytes()[..4].to_vec()
        } else {
            let length = u32::try_from(text.len()).expect("a short text");
            [&length.to_le_bytes(), text.as_bytes()].concat()
        });
    }
}

/// An entry as libFuzzer reads it.
fn quoted(entry: &[u8]) -> String {
    let mut quoted = String::from("\"");
    for byte in entry {
        match byte {
            b'"' | b'\\' => {
                quoted.push('\\');
                quoted.push(char::from(*byte));
            }
            b' '..=b'~' => quoted.push(char::from(*byte)),
            _ => write!(quoted, "\\x{byte:02X}").expect("memory"),
        }
    }
    quoted.push('"');
    quoted
}
