//! The page of types: primitives, lists, numbers and texts with named values, records.

use super::{Book, aliases, diagram, table, text};
use crate::protocol::{Enum, Field, Record, Type, Value};

const PAGE: &str = "types.md";

pub(super) fn page(book: &Book) -> String {
    let mut out =
        "# Types\n\nWhat the fields of messages are. Numbers are little-endian.\n\n".to_owned();
    out += "[How to read this page](README.md#how-to-read-a-page) · [all messages](README.md#messages)\n";
    out += "\n## Primitives\n";
    for primitive in &book.protocol.primitives {
        put!(out, "\n### {}\n\n{}\n\n", primitive.name, primitive.doc);
        let size = match primitive.size {
            Some(1) => "1 byte".to_owned(),
            Some(size) => format!("{size} bytes"),
            None => "size varies".to_owned(),
        };
        put!(out, "{size} · in JSON: {}\n", primitive.json);
    }
    out +=
        "\n## Compounds\n\n### list\n\nA u32 count, then as many elements, one after the other.\n";
    out += "\n### either\n\nOf two types the first, unless the second takes exactly the rest of the frame and the \
            first does not.\n";
    out += "\n## Named values\n\nOther values are no error: keep them.\n";
    for named in &book.protocol.enums {
        out += "\n";
        out += &self::named(book, named);
    }
    out += "\n## Records\n\nGroups of fields that several messages share. Offsets count from where the record begins.\n";
    for record in &book.protocol.records {
        out += "\n";
        out += &self::record(book, record);
    }
    out
}

fn named(book: &Book, named: &Enum) -> String {
    let mut out = format!(
        "### {}\n\n{}\n\n",
        named.name,
        book.links.in_doc(&named.doc, PAGE)
    );
    put!(
        out,
        "{}{}\n\n",
        table::type_link(&named.kind, PAGE),
        used(book, named.name)
    );
    let rows = named.values.iter().map(|constant| {
        let value = match constant.value {
            Value::Number(number) => number.to_string(),
            Value::Text(text) => format!("`{text}`"),
        };
        let doc = book.links.in_doc(&constant.doc, PAGE);
        [value, constant.name.to_owned(), doc]
    });
    out + &text::table(&["value", "name", "meaning"], rows)
}

fn record(book: &Book, record: &Record) -> String {
    let mut out = format!(
        "### {}\n\n{}\n\n",
        record.name,
        book.links.in_doc(&record.doc, PAGE)
    );
    let aliases = aliases(record.aliases).map(|aliases| format!(" · {aliases}"));
    put!(
        out,
        "record{}{}\n\n",
        aliases.unwrap_or_default(),
        used(book, record.name)
    );
    out += &table::fields(book, &record.fields, PAGE);
    out += "\n";
    out + &diagram::bare(&book.protocol, &record.fields)
}

/// In which messages and records a type is.
fn used(book: &Book, name: &str) -> String {
    let mut users = Vec::new();
    for record in &book.protocol.records {
        if has(&record.fields, name) {
            users.push(format!("[{0}](#{1})", record.name, text::slug(record.name)));
        }
    }
    for family in &book.protocol.families {
        for message in &family.messages {
            if has(&message.fields, name) {
                let (page, anchor) = (text::page(family.name), text::anchor(message));
                users.push(format!("[{}]({page}#{anchor})", message.name));
            }
        }
    }
    if users.is_empty() {
        return String::new();
    }
    format!(" · in {}", users.join(", "))
}

fn has(fields: &[Field], name: &str) -> bool {
    fn names(kind: &Type, name: &str) -> bool {
        match kind {
            Type::Primitive(_) => false,
            Type::Record(other) | Type::Enum(other) => *other == name,
            Type::List(element) => names(element, name),
            Type::Either(both) => both.iter().any(|kind| names(kind, name)),
        }
    }
    fields.iter().any(|field| names(&field.kind, name))
}
