//! What `slsk spec` prints: a page for a message, a list of all.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, ContentArrangement, Table};
use slsk_spec::protocol::{
    Enum, Family, Field, Optional, Protocol, Record, Type, Value, first_sentence,
};

use super::find::Found;
use crate::render::TABLE;

/// The page of one thing, with the records and values that it uses.
pub(super) fn of(protocol: &Protocol, found: &Found<'_>) -> String {
    let mut page = Page {
        protocol,
        text: String::new(),
        used: Vec::new(),
    };
    match *found {
        Found::Message(family, message) => {
            let title = format!("{} ({}), {}", message.name, message.code, family.name);
            page.heading(&title, &message.doc);
            page.fact("from", &[message.sender, " to ", message.receiver].concat());
            page.fact("status", message.status);
            page.fact(
                "code",
                &format!("{0} or 0x{0:x}, a {1}", message.code, family.code),
            );
            if message.compressed {
                page.fact("body", "one zlib stream; offsets count inflated bytes");
            }
            page.aliases(message.aliases);
            if let Some(guide) = message.guide {
                page.fact("guide", &format!("spec/guide/{guide}.md"));
            }
            page.fields(&message.fields, "The body is empty.");
        }
        Found::Named(family, named) => {
            page.heading(
                &format!("{} ({}), {}", named.name, named.code, family.name),
                &named.doc,
            );
            page.fact("status", named.status);
            page.text += "\nNobody knows its fields: skip its frames.\n";
        }
        Found::Part(part) => {
            page.heading(&format!("{}, file connection", part.name), &part.doc);
            page.fact("from", &[part.sender, " to ", part.receiver].concat());
            page.aliases(part.aliases);
            page.fact("guide", &format!("spec/guide/{}.md", part.guide));
            page.fields(&part.fields, "");
        }
        Found::Record(record) => page.record(record),
        Found::Enum(named) => page.named(named),
    }
    page.finish()
}

/// A list of all messages.
pub(super) fn contents(protocol: &Protocol) -> String {
    let mut text = String::new();
    for family in &protocol.families {
        let _ = writeln!(text, "{}", self::family(family));
    }
    let mut table = table(&["", "file", "", "Meaning"]);
    for part in &protocol.file {
        table.add_row(["", part.name, "", &first_sentence(&part.doc)]);
    }
    let _ = writeln!(text, "{table}\n");
    text + "`slsk spec NAME` or `slsk spec CODE` shows one: its fields, and where they are.\n"
}

/// A list of the messages of a family.
pub(super) fn family(family: &Family) -> String {
    let mut table = table(&["Code", family.name, "Status", "Meaning"]);
    for message in &family.messages {
        table.add_row([
            &message.code.to_string(),
            message.name,
            message.status,
            &first_sentence(&message.doc),
        ]);
    }
    for named in &family.named {
        let meaning = first_sentence(&named.doc);
        table.add_row([&named.code.to_string(), named.name, "no layout", &meaning]);
    }
    align(&mut table);
    format!("{table}\n")
}

/// A page that is being written.
struct Page<'a> {
    protocol: &'a Protocol,
    text: String,
    /// The records and enums that were met, in this order.
    used: Vec<&'a str>,
}

impl<'a> Page<'a> {
    fn heading(&mut self, title: &str, doc: &str) {
        let _ = writeln!(self.text, "{title}\n\n{doc}\n");
    }

    fn fact(&mut self, name: &str, value: &str) {
        let _ = writeln!(self.text, "  {name:<8}{value}");
    }

    fn aliases(&mut self, aliases: &[&str]) {
        if !aliases.is_empty() {
            self.fact("also", &aliases.join(", "));
        }
    }

    fn fields(&mut self, fields: &'a [Field], none: &str) {
        self.text.push('\n');
        if fields.is_empty() {
            self.text += none;
            self.text.push('\n');
            return;
        }
        let mut offset = Some(0);
        let mut table = table(&["Offset", "Field", "Type", "There", "Meaning"]);
        for field in fields {
            table.add_row([
                offset.map_or_else(String::new, |offset| offset.to_string()),
                field.name.to_owned(),
                self.type_with_unit(field),
                there(field),
                field.doc.clone(),
            ]);
            let fixed = field.condition.is_none() && field.optional.is_none();
            let size = self.protocol.size(&field.kind).filter(|_| fixed);
            offset = offset.zip(size).map(|(offset, size)| offset + size);
        }
        align(&mut table);
        let _ = writeln!(self.text, "{table}");
    }

    fn record(&mut self, record: &'a Record) {
        let title = format!("{}, a record", record.name);
        let _ = write!(self.text, "{title}\n\n{}\n", record.doc);
        self.fields(&record.fields, "");
    }

    fn named(&mut self, named: &'a Enum) {
        let kind = self.type_name(&named.kind);
        self.heading(&format!("{}, values of a {kind}", named.name), &named.doc);
        let mut table = table(&["Value", "Name", "Meaning"]);
        for constant in &named.values {
            let value = match constant.value {
                Value::Number(number) => number.to_string(),
                Value::Text(text) => text.to_owned(),
            };
            table.add_row([&value, constant.name, &constant.doc]);
        }
        let _ = writeln!(self.text, "{table}");
    }

    /// Adds the pages of all that was met.
    fn finish(mut self) -> String {
        let mut done = 0;
        while let Some(name) = self.used.get(done).copied() {
            done += 1;
            let protocol = self.protocol;
            self.text.push('\n');
            if let Some(record) = protocol.records.iter().find(|record| record.name == name) {
                self.record(record);
            } else if let Some(named) = protocol.enums.iter().find(|named| named.name == name) {
                self.named(named);
            }
        }
        self.text
    }

    fn type_with_unit(&mut self, field: &'a Field) -> String {
        let name = self.type_name(&field.kind);
        field
            .unit
            .map_or(name.clone(), |unit| format!("{name}, {unit}"))
    }

    /// What a type is called; the records and enums in it are shown later.
    fn type_name(&mut self, kind: &'a Type) -> String {
        match kind {
            Type::Primitive(name) => (*name).to_owned(),
            Type::Record(name) | Type::Enum(name) => {
                if !self.used.contains(name) {
                    self.used.push(name);
                }
                (*name).to_owned()
            }
            Type::List(element) => format!("list of {}", self.type_name(element)),
            Type::Either(both) => {
                let [first, second] = &**both;
                format!("{}, or {}", self.type_name(first), self.type_name(second))
            }
        }
    }
}

/// When a field is there; nothing for one that always is.
fn there(field: &Field) -> String {
    let condition = field.condition.as_ref().map(|condition| {
        let not = if condition.is { "" } else { "not " };
        format!("if {not}{}", condition.field)
    });
    let optional = field.optional.map(|optional| match optional {
        Optional::AnyLeft => "if any byte is left",
        Optional::EnoughLeft => "if enough bytes are left",
    });
    match (condition, optional) {
        (Some(condition), Some(optional)) => format!("{condition}, {optional}"),
        (condition, optional) => condition
            .or(optional.map(str::to_owned))
            .unwrap_or_default(),
    }
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(TABLE)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    table
}

/// Numbers in the first column stand below each other.
fn align(table: &mut Table) {
    if let Some(column) = table.column_mut(0) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}
