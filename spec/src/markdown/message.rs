//! The section of a message: what it is for, its fields, a drawing and an example.

use std::str::FromStr;

use slsk_wire::FamilyId;
use slsk_wire::file::EXCHANGES;

use super::{Book, aliases, diagram, example, sample, table, text, way};
use crate::protocol::{Family, Field, Message, Part};

/// The section of a message of a family.
pub(super) fn section(book: &Book, family: &Family, message: &Message) -> String {
    let page = text::page(family.name);
    let mut facts = vec![
        way(message.sender, message.receiver),
        message.status.to_owned(),
    ];
    if message.compressed {
        facts.push("compressed".to_owned());
    }
    facts.extend(aliases(message.aliases));
    facts.extend(message.guide.map(guide));
    let mut out = format!("## {}\n\n", text::heading(message));
    out += &about(book, &message.doc, &facts, &page);
    out += &fields(book, &message.fields, &page);
    let code = (family.code, message.code);
    out += &diagram::frame(&book.protocol, code, message.compressed, &message.fields);
    out += "\n";
    let id = FamilyId::from_str(family.name).unwrap_or_else(|error| panic!("{error}"));
    let (source, bytes) = match book.captures.of_message(id, message.code) {
        Some(captured) => (captured.source(), captured.bytes.clone()),
        None => (made_up(), sample::frame(id, message.code)),
    };
    out + &source + "\n\n" + &example::of_frame(id, &bytes)
}

/// The section of a part of what is sent on a file connection.
pub(super) fn part(book: &Book, part: &Part) -> String {
    let mut facts = vec![way(part.sender, part.receiver)];
    facts.extend(aliases(part.aliases));
    facts.push(guide(part.guide));
    let mut out = format!("## {}\n\n", part.name);
    out += &about(book, &part.doc, &facts, "file.md");
    out += &fields(book, &part.fields, "file.md");
    out += &diagram::bare(&book.protocol, &part.fields);
    out += "\n";
    let mut records = EXCHANGES.iter().map(|exchange| exchange.record);
    let record = records.find(|record| record.name == part.name);
    let record = record.unwrap_or_else(|| panic!("no schema of {}", part.name));
    let (source, bytes, of) = match book.captures.of_part(part.name) {
        Some(captured) => (captured.source(), captured.bytes.clone(), captured.of),
        None => (made_up(), sample::body(record), None),
    };
    out + &source + "\n\n" + &example::of_part(record, &bytes, of)
}

fn about(book: &Book, doc: &str, facts: &[String], page: &str) -> String {
    format!(
        "{}\n\n{}\n\n",
        book.links.in_doc(doc, page),
        facts.join(" · ")
    )
}

fn fields(book: &Book, fields: &[Field], page: &str) -> String {
    if fields.is_empty() {
        "It has no fields.\n\n".to_owned()
    } else {
        table::fields(book, fields, page) + "\n"
    }
}

fn guide(name: &str) -> String {
    format!("guide: [{name}](../guide/{name}.md)")
}

fn made_up() -> String {
    "Made up, not captured.".to_owned()
}
