//! Made-up frames of messages that nobody has recorded.

use std::collections::BTreeMap;

use bytes::Bytes;
use slsk_wire::schema::{FieldSchema, RecordSchema, Shape};
use slsk_wire::{Family, FamilyId, Input, Message, MessageVisitor, visit_all};

/// A frame of the message with this code, always the same.
///
/// # Panics
/// When what is made up here is no body of the message.
pub(super) fn frame(family: FamilyId, code: u32) -> Vec<u8> {
    let mut encodes = Encodes {
        wanted: (family, code),
        frame: None,
    };
    visit_all(&mut encodes);
    encodes
        .frame
        .unwrap_or_else(|| panic!("{family} has no message {code}"))
}

/// Makes up the body of a record.
pub(super) fn body(record: &RecordSchema) -> Vec<u8> {
    let mut out = Vec::new();
    write_record(record, &mut out);
    out
}

struct Encodes {
    wanted: (FamilyId, u32),
    frame: Option<Vec<u8>>,
}

impl MessageVisitor for Encodes {
    fn visit<F: Family + From<M>, M: Message>(&mut self) {
        if self.wanted != (F::ID, M::CODE) {
            return;
        }
        let record = M::SCHEMA.record;
        let body = Bytes::from(body(record));
        let (rest, message) = M::parse(Input::new(&body))
            .unwrap_or_else(|error| panic!("a made-up {}: {error:?}", record.name));
        assert!(rest.is_empty(), "a made-up {} is too long", record.name);
        let frame = F::from(message).to_frame();
        let frame = frame.unwrap_or_else(|error| panic!("a made-up {}: {error}", record.name));
        self.frame = Some(frame);
    }
}

fn write_record(record: &RecordSchema, out: &mut Vec<u8>) {
    let mut flags = BTreeMap::new();
    for field in record.fields {
        let there = field
            .condition
            .is_none_or(|condition| flags.get(condition.field) == Some(&condition.expected));
        if !there {
            continue;
        }
        if let Shape::Bool = field.shape {
            flags.insert(field.name, true);
        }
        write(field, &field.shape, out);
    }
}

/// A value for a field; `shape` may be a part of it.
fn write(field: &FieldSchema, shape: &Shape, out: &mut Vec<u8>) {
    let number = number(field.name);
    match shape {
        Shape::U8 | Shape::Bool => out.push(1),
        Shape::U16 => out.extend(number.to_le_bytes()),
        Shape::U32 | Shape::I32 | Shape::U32OrU8 => out.extend(u32::from(number).to_le_bytes()),
        Shape::U64 => out.extend(u64::from(number).to_le_bytes()),
        Shape::Ip => out.extend([1, 0, 0, 127]),
        Shape::Text | Shape::Secret => write_text(&words(field.name), out),
        Shape::Blob => write_text("\u{1}\u{2}\u{3}", out),
        Shape::Rest => out.extend([1, 2, 3]),
        Shape::CodePadding => {}
        Shape::Either(first, _) => write(field, first, out),
        Shape::List(element) => {
            out.extend(1_u32.to_le_bytes());
            write(field, element, out);
        }
        Shape::Record(record) => write_record(record, out),
        Shape::Enum(schema) => match schema.values.first() {
            Some(known) => write_literal(schema.shape, known.value, out),
            None => write(field, schema.shape, out),
        },
        other => panic!("what could a {other:?} be?"),
    }
}

/// A value as it stands in the source.
fn write_literal(shape: &Shape, source: &str, out: &mut Vec<u8>) {
    if let Shape::Text = shape {
        return write_text(source.trim_matches('"'), out);
    }
    let number: i64 = source
        .parse()
        .unwrap_or_else(|_| panic!("{source} is no number"));
    let width = match shape {
        Shape::U8 => 1,
        Shape::U16 => 2,
        Shape::U32 | Shape::I32 => 4,
        Shape::U64 => 8,
        other => panic!("{other:?} has no named values"),
    };
    out.extend(&number.to_le_bytes()[..width]);
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    out.extend(u32::try_from(text.len()).unwrap_or_default().to_le_bytes());
    out.extend(text.as_bytes());
}

/// A number that looks like what the field is called.
fn number(name: &str) -> u16 {
    match name {
        _ if name.ends_with("port") => 2242,
        _ if name.ends_with("token") => 4711,
        _ => 1,
    }
}

/// Words that look like what the field is called; else its name.
fn words(name: &str) -> String {
    match name {
        _ if name.starts_with("username") => "ada",
        _ if name.ends_with("room") => "jazz",
        "query" | "filename" => "mountain.flac",
        "folder" | "directory" => "music",
        _ => return name.replace('_', " "),
    }
    .to_owned()
}
