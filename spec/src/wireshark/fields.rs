//! The names and types of the fields that packets can be filtered by.
//!
//! A field is `slsk.GROUP.NAME`, where a group has all messages of one kind of connection. One name has one type:
//! numbers of several widths share the widest one. Where a name stands for things that can't share a type, the kind
//! that most declarations mean keeps it, and the others get their kind behind it, as in `users_record`.

use std::collections::BTreeMap;

use crate::protocol::{Field, Protocol, Type, Value};

/// What a field is to Wireshark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The code of a message, which every group has.
    Code,
    Text,
    Number,
    Bool,
    Address,
    Bytes,
    Record,
}

impl Kind {
    /// What stands behind a name that another kind has taken.
    const fn suffix(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Text => "text",
            Self::Number => "number",
            Self::Bool => "bool",
            Self::Address => "address",
            Self::Bytes => "bytes",
            Self::Record => "record",
        }
    }
}

/// Everything that is said about a field.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The name on the wire.
    pub(super) name: &'static str,
    /// What it is.
    pub(super) kind: Kind,
    /// The width in bytes and whether there are values below 0.
    pub(super) width: usize,
    pub(super) signed: bool,
    /// The names of values.
    pub(super) values: BTreeMap<i64, Vec<&'static str>>,
    /// What the first declaration says.
    pub(super) doc: String,
    uses: usize,
}

/// All fields, by group and name.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    protocol: &'a Protocol,
    entries: BTreeMap<(&'static str, &'static str, Kind), Entry>,
    /// Lists of this name in this group, whose number of elements is a field too.
    lists: BTreeMap<(&'static str, &'static str), String>,
}

/// The group of a family.
pub(super) fn group(family: &str) -> &'static str {
    match family {
        "server_request" | "server_response" => "server",
        "peer_init" => "init",
        "peer" => "peer",
        "distributed" => "distributed",
        "file" => "file",
        other => panic!("the family {other} has no group of fields"),
    }
}

impl<'a> Fields<'a> {
    pub(super) fn new(protocol: &'a Protocol) -> Self {
        let mut all = Self {
            protocol,
            entries: BTreeMap::new(),
            lists: BTreeMap::new(),
        };
        for family in &protocol.families {
            let group = group(family.name);
            let code = Entry {
                name: "code",
                kind: Kind::Code,
                width: 4,
                signed: false,
                values: BTreeMap::new(),
                doc: "The code of the message.".into(),
                uses: usize::MAX,
            };
            all.entries.insert((group, "code", Kind::Code), code);
            for message in &family.messages {
                all.fields(group, &message.fields);
            }
        }
        for part in &protocol.file {
            all.fields(group("file"), &part.fields);
        }
        all
    }

    fn fields(&mut self, group: &'static str, fields: &[Field]) {
        for field in fields {
            self.add(group, field, &field.kind);
        }
    }

    fn add(&mut self, group: &'static str, field: &Field, kind: &Type) {
        match kind {
            Type::List(element) => {
                let doc = field.doc.clone();
                self.lists.entry((group, field.name)).or_insert(doc);
                self.add(group, field, element);
            }
            Type::Either(both) => both.iter().for_each(|one| self.add(group, field, one)),
            Type::Record(name) => {
                self.put(group, field, Kind::Record, 0, false);
                let protocol = self.protocol;
                self.fields(group, &protocol.record(name).fields);
            }
            Type::Enum(name) => {
                let protocol = self.protocol;
                let values = protocol.named_values(name);
                self.add(group, field, &values.kind);
                let (underlying, ..) = primitive(&values.kind);
                let entry = self.entries.get_mut(&(group, field.name, underlying));
                let entry = entry.expect("the field that was added");
                for value in &values.values {
                    if let Value::Number(number) = value.value {
                        let names = entry.values.entry(number).or_default();
                        if !names.contains(&value.name) {
                            names.push(value.name);
                        }
                    }
                }
            }
            Type::Primitive(_) => {
                let (kind, width, signed) = primitive(kind);
                self.put(group, field, kind, width, signed);
            }
        }
    }

    fn put(&mut self, group: &'static str, field: &Field, kind: Kind, width: usize, signed: bool) {
        let entry = self
            .entries
            .entry((group, field.name, kind))
            .or_insert_with(|| Entry {
                name: field.name,
                kind,
                width,
                signed,
                values: BTreeMap::new(),
                doc: field.doc.clone(),
                uses: 0,
            });
        entry.uses = entry.uses.saturating_add(1);
        if signed != entry.signed {
            // All but the widest fit into the widest with a sign.
            let unsigned = if signed { entry.width } else { width };
            assert!(
                unsigned <= 4,
                "{}: numbers without a common type",
                field.name
            );
            (entry.width, entry.signed) = (8, true);
        }
        entry.width = entry.width.max(width);
    }

    /// The name of a field behind `slsk.`.
    pub(super) fn path(&self, group: &'static str, name: &'static str, kind: Kind) -> String {
        let all = self
            .entries
            .range((group, name, Kind::Code)..=(group, name, Kind::Record));
        // The first of equals.
        let owner = all.rev().max_by_key(|(_, entry)| entry.uses);
        if owner.is_some_and(|((.., owner), _)| *owner == kind) {
            format!("{group}.{name}")
        } else {
            format!("{group}.{name}_{}", kind.suffix())
        }
    }

    /// Whether numbers of this name are wider than on the wire, with values below 0.
    pub(super) fn is_wide(&self, group: &'static str, name: &'static str, kind: Kind) -> bool {
        let entry = self.entries.get(&(group, name, kind));
        entry.is_some_and(|entry| entry.signed && entry.width == 8)
    }

    /// All fields with what they are called behind `slsk.`.
    pub(super) fn entries(&self) -> impl Iterator<Item = (String, &Entry)> {
        self.entries
            .iter()
            .map(|(&(group, name, kind), entry)| (self.path(group, name, kind), entry))
    }

    /// The fields for the number of elements of lists, with what the lists are.
    pub(super) fn counts(&self) -> impl Iterator<Item = (String, &'static str, &str)> {
        self.lists
            .iter()
            .map(|((group, name), doc)| (count(group, name), *name, doc.as_str()))
    }
}

/// The name of the field for the number of elements of a list.
pub(super) fn count(group: &str, name: &str) -> String {
    format!("{group}.{name}.count")
}

/// What a primitive is, its width, and whether it has values below 0.
pub(super) fn primitive(kind: &Type) -> (Kind, usize, bool) {
    let Type::Primitive(name) = kind else {
        panic!("{kind:?} is no primitive");
    };
    match *name {
        "u8" => (Kind::Number, 1, false),
        "u16" => (Kind::Number, 2, false),
        "u32" | "u32_or_u8" => (Kind::Number, 4, false),
        "u64" => (Kind::Number, 8, false),
        "i32" => (Kind::Number, 4, true),
        "bool" | "code_padding" => (Kind::Bool, 1, false),
        "ip" => (Kind::Address, 4, false),
        "text" | "secret" => (Kind::Text, 0, false),
        "bytes" | "rest" => (Kind::Bytes, 0, false),
        other => panic!("the dissector can't show a {other}"),
    }
}
