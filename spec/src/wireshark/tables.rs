//! The tables: fields, enums, records, messages and limits, written in Lua.

use std::fmt::Write;

use slsk_wire::FamilyId;

use super::fields::{Entry, Fields, Kind, count, group, primitive};
use crate::limits;
use crate::protocol::{Family, Field, Message, Optional, Protocol, Record, Type, Value};

/// The messages that tell what a connection is for, and what the dissector reads in them.
const LANDMARKS: [(&str, &str, &str, &[&str]); 5] = [
    ("login", "server_request", "LoginRequest", &[]),
    ("pierce", "peer_init", "PierceFirewall", &["token"]),
    ("init", "peer_init", "PeerInit", &["username", "kind"]),
    (
        "asks",
        "server_request",
        "ConnectToPeer",
        &["token", "kind"],
    ),
    (
        "asked",
        "server_response",
        "IncomingConnectToPeer",
        &["token", "kind", "ip", "port", "obfuscated_port"],
    ),
];

/// All of them.
pub(super) fn tables(protocol: &Protocol, fields: &Fields<'_>) -> String {
    let mut out = String::new();
    out += "-- The fields to filter by, by their name behind `slsk.`.\nlocal FIELDS = {\n";
    for (path, entry) in fields.entries() {
        line(
            &mut out,
            1,
            &format!("[{}] = {},", quote(&path), field(&path, entry)),
        );
    }
    for (path, name, doc) in fields.counts() {
        let abbreviation = quote(&format!("slsk.{path}"));
        let (name, doc) = (quote(name), quote(doc));
        line(
            &mut out,
            1,
            &format!(
                "[{}] = ProtoField.uint32({abbreviation}, {name}, base.DEC, nil, nil, {doc}),",
                quote(&path)
            ),
        );
    }
    out += "}\n\n-- Texts with a meaning.\nlocal TEXTS = {\n";
    for named in protocol
        .enums
        .iter()
        .filter(|named| named.kind == Type::Primitive("text"))
    {
        let values = named.values.iter().filter_map(|value| match value.value {
            Value::Text(text) => Some(format!("[{}] = {}", quote(text), quote(value.name))),
            Value::Number(_) => None,
        });
        let values: Vec<_> = values.collect();
        line(
            &mut out,
            1,
            &format!("{} = {{ {} }},", named.name, values.join(", ")),
        );
    }
    out += "}\n\n-- What messages share, by group and name.\nlocal RECORDS = {}\n";
    let context = |group| Context {
        protocol,
        fields,
        group,
    };
    for group in ["server", "init", "peer", "distributed", "file"] {
        context(group).records(&mut out);
    }
    out += "\n-- The connections, by what `PeerInit` calls them.\nlocal CONNECTIONS = {\n";
    for connection in &protocol.connections {
        if let Some(kind) = connection.kind {
            line(
                &mut out,
                1,
                &format!("[{}] = {},", quote(kind), quote(connection.name)),
            );
        }
    }
    out += "}\n\n-- The messages, by family and code.\nlocal FAMILIES = {\n";
    for family in &protocol.families {
        context(group(family.name)).family(family, &mut out);
    }
    out += "}\n\n-- What is sent on a file connection behind the init frame.\nlocal FILE = {\n";
    for part in &protocol.file {
        let fields = context("file").fields(&part.fields);
        line(
            &mut out,
            1,
            &format!(
                "{} = {{ sender = {}, fields = {{ {fields} }} }},",
                part.name,
                quote(part.sender)
            ),
        );
    }
    out += "}\n\n-- The codes of the messages that tell what a connection is for.\nlocal LANDMARKS = {\n";
    for (key, family, name, read) in LANDMARKS {
        let family = protocol.families.iter().find(|found| found.name == family);
        let message = family.and_then(|family| family.messages.iter().find(|m| m.name == name));
        let message = message
            .unwrap_or_else(|| panic!("{name} is gone, by which connections are told apart"));
        for field in read {
            let there = message.fields.iter().any(|found| found.name == *field);
            assert!(there, "{name} has no field {field}");
        }
        line(&mut out, 1, &format!("{key} = {},", message.code));
    }
    out + "}"
}

/// A field as Wireshark has to know it.
fn field(path: &str, entry: &Entry) -> String {
    let kind = match (entry.kind, entry.signed, entry.width) {
        (Kind::Number, false, 1) => "uint8",
        (Kind::Number, false, 2) => "uint16",
        (Kind::Code, ..) | (Kind::Number, false, ..=4) => "uint32",
        (Kind::Number, false, _) => "uint64",
        (Kind::Number, true, ..=4) => "int32",
        (Kind::Number, true, _) => "int64",
        (Kind::Text, ..) => "string",
        (Kind::Bool, ..) => "bool",
        (Kind::Address, ..) => "ipv4",
        (Kind::Bytes, ..) => "bytes",
        (Kind::Record, ..) => "none",
    };
    let values = if entry.values.is_empty() {
        "nil".into()
    } else {
        let value = |(number, names): (&i64, &Vec<&str>)| {
            format!("[{number}] = {}", quote(&names.join(" or ")))
        };
        let values: Vec<_> = entry.values.iter().map(value).collect();
        format!("{{ {} }}", values.join(", "))
    };
    let (abbreviation, name, doc) = (
        quote(&format!("slsk.{path}")),
        quote(entry.name),
        quote(&entry.doc),
    );
    match kind {
        "uint8" | "uint16" | "uint32" | "uint64" | "int32" | "int64" => {
            format!("ProtoField.{kind}({abbreviation}, {name}, base.DEC, {values}, nil, {doc})")
        }
        "string" => format!("ProtoField.string({abbreviation}, {name}, base.UNICODE, {doc})"),
        "bool" => format!("ProtoField.bool({abbreviation}, {name}, base.NONE, nil, nil, {doc})"),
        "bytes" => format!("ProtoField.bytes({abbreviation}, {name}, base.NONE, {doc})"),
        _ => format!("ProtoField.{kind}({abbreviation}, {name}, {doc})"),
    }
}

/// Where a message belongs.
#[derive(Clone, Copy)]
struct Context<'a> {
    protocol: &'a Protocol,
    fields: &'a Fields<'a>,
    group: &'static str,
}

impl Context<'_> {
    /// The records that the messages of the group name, those first that others name.
    fn records(&self, out: &mut String) {
        let mut done: Vec<&str> = Vec::new();
        let families = self.protocol.families.iter();
        for family in families.filter(|family| group(family.name) == self.group) {
            for message in &family.messages {
                self.records_of(&message.fields, &mut done, out);
            }
        }
    }

    fn records_of(&self, fields: &[Field], done: &mut Vec<&'static str>, out: &mut String) {
        let mut names = Vec::new();
        for field in fields {
            named(&field.kind, &mut names);
        }
        for name in names {
            if done.contains(&name) {
                continue;
            }
            let record: &Record = self.protocol.record(name);
            self.records_of(&record.fields, done, out);
            done.push(name);
            let key = quote(&format!("{}.{name}", self.group));
            let _ = writeln!(
                out,
                "RECORDS[{key}] = {{ {} }}",
                self.fields(&record.fields)
            );
        }
    }

    fn family(&self, family: &Family, out: &mut String) {
        let id: FamilyId = family.name.parse().expect("the name of a family");
        let limits = limits::of_captures();
        let width = if family.code == "u8" { 1 } else { 4 };
        // What no declared code can be is limited as an unknown one.
        let unknown = limits.frame(id, u32::MAX);
        line(
            out,
            1,
            &format!(
                "{} = {{ width = {width}, code = {}, longest = {}, unknown = {unknown}, messages = {{",
                family.name,
                quote(&format!("{}.code", self.group)),
                limits.longest_frame(id)
            ),
        );
        for message in &family.messages {
            line(out, 2, &self.message(message, id));
        }
        line(out, 1, "}, named = {");
        for named in &family.named {
            line(
                out,
                2,
                &format!("[{}] = {},", named.code, quote(named.name)),
            );
        }
        line(out, 1, "} },");
    }

    fn message(&self, message: &Message, id: FamilyId) -> String {
        let limits = limits::of_captures();
        let inflated = if message.compressed {
            format!(", inflated = {}", limits.inflated(message.code))
        } else {
            String::new()
        };
        format!(
            "[{}] = {{ name = {}, sender = {}, receiver = {}, limit = {}{inflated}, fields = {{ {} }} }},",
            message.code,
            quote(message.name),
            quote(message.sender),
            quote(message.receiver),
            limits.frame(id, message.code),
            self.fields(&message.fields)
        )
    }

    fn fields(&self, fields: &[Field]) -> String {
        let fields: Vec<String> = fields.iter().map(|field| self.field(field)).collect();
        fields.join(", ")
    }

    fn field(&self, field: &Field) -> String {
        let mut text = format!("{{ name = {}", quote(field.name));
        if let Some(condition) = &field.condition {
            let _ = write!(
                text,
                ", when = {}, is = {}",
                quote(condition.field),
                condition.is
            );
        }
        match field.optional {
            Some(Optional::AnyLeft) => text += ", optional = 1",
            Some(Optional::EnoughLeft) => text += ", optional = true",
            None => {}
        }
        if let Some(unit) = field.unit {
            let _ = write!(text, ", unit = {}", quote(unit));
        }
        let _ = write!(text, ", shape = {} }}", self.shape(field, &field.kind));
        text
    }

    fn shape(&self, field: &Field, kind: &Type) -> String {
        let path = |kind| quote(&self.fields.path(self.group, field.name, kind));
        match kind {
            Type::List(element) => format!(
                "{{ kind = \"list\", field = {}, of = {} }}",
                quote(&count(self.group, field.name)),
                self.shape(field, element)
            ),
            Type::Either(both) => {
                let [first, second] = both.each_ref().map(|one| self.shape(field, one));
                format!("{{ kind = \"either\", {first}, {second} }}")
            }
            Type::Record(name) => format!(
                "{{ kind = \"record\", field = {}, name = {}, fields = RECORDS[{}] }}",
                path(Kind::Record),
                quote(name),
                quote(&format!("{}.{name}", self.group))
            ),
            Type::Enum(name) => {
                let underlying = &self.protocol.named_values(name).kind;
                let shape = self.shape(field, underlying);
                if *underlying == Type::Primitive("text") {
                    return shape.replace(" }", &format!(", names = TEXTS.{name} }}"));
                }
                shape
            }
            Type::Primitive(name) => {
                let (kind, ..) = primitive(kind);
                let wide = if self.fields.is_wide(self.group, field.name, kind) {
                    ", wide = true"
                } else {
                    ""
                };
                format!("{{ kind = {}, field = {}{wide} }}", quote(name), path(kind))
            }
        }
    }
}

/// The records that a type names.
fn named(kind: &Type, into: &mut Vec<&'static str>) {
    match kind {
        Type::List(element) => named(element, into),
        Type::Either(both) => both.iter().for_each(|one| named(one, into)),
        Type::Record(name) => into.push(name),
        Type::Enum(_) | Type::Primitive(_) => {}
    }
}

fn line(out: &mut String, depth: usize, text: &str) {
    let _ = writeln!(out, "{:depth$}{text}", "", depth = depth * 2);
}

/// A string of Lua.
fn quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted += "\\n",
            c if c.is_control() => panic!("a control character in {text:?}"),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}
