//! `protocol.json`: everything that the schemas say, for programs in other languages.
//!
//! `protocol.schema.json` describes it, and `spec/tests/slsk.py` is a whole codec that reads nothing else.

mod facts;
mod plain;
mod types;

use serde::Serialize;
use slsk_wire::FamilyId;
use slsk_wire::file::EXCHANGES;
use slsk_wire::schema::{FamilySchema, FieldSchema, MessageSchema, Sender};

pub use facts::{Connection, Framing, Notation, Obfuscation, Primitive};
pub use plain::{first_sentence, plain};
use types::Types;
pub use types::{Constant, Enum, Record, Type, Value};

/// The version of the form of `protocol.json`: a change that breaks a reader raises the first number.
pub const FORMAT: &str = "1.0";

/// The whole specification.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Protocol {
    /// What the file looks like.
    #[serde(rename = "$schema")]
    pub schema: &'static str,
    /// The version of its form.
    pub format: &'static str,
    /// The version of the types that it was generated from.
    pub version: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// Under which terms it may be used.
    pub license: &'static str,
    /// How frames are cut, compressed and obfuscated.
    pub framing: Framing,
    /// What the keys of types and fields mean.
    pub notation: Vec<Notation>,
    /// What a field can be.
    pub primitives: Vec<Primitive>,
    /// Numbers and texts with named values.
    pub enums: Vec<Enum>,
    /// Groups of fields that several messages share.
    pub records: Vec<Record>,
    /// Kinds of messages.
    pub families: Vec<Family>,
    /// What is sent on a file connection behind the init frame, in this order.
    pub file: Vec<Part>,
    /// Which families are on which connection.
    pub connections: Vec<Connection>,
}

/// The messages that one side sends on one kind of connection.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Family {
    /// Its name, such as `server_request`.
    pub name: &'static str,
    /// What its messages are for.
    pub doc: String,
    /// The type of its codes: `u8` or `u32`.
    pub code: &'static str,
    /// Its messages, by code.
    pub messages: Vec<Message>,
    /// Codes that have a name and no known layout.
    pub named: Vec<Named>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// Its code, unique in the family.
    pub code: u32,
    /// Its name, unique in the family.
    pub name: &'static str,
    /// What it is for.
    pub doc: String,
    /// Who sends it.
    pub sender: &'static str,
    /// Who gets it.
    pub receiver: &'static str,
    /// `used`, `deprecated`, `obsolete` or `unverified`.
    pub status: &'static str,
    /// Whether the body is one zlib stream.
    #[serde(skip_serializing_if = "is_false")]
    pub compressed: bool,
    /// The page of the guide about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guide: Option<&'static str>,
    /// What other implementations call it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub aliases: &'static [&'static str],
    /// Its fields in wire order.
    pub fields: Vec<Field>,
}

/// A code with a name and no known layout.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Named {
    /// The code.
    pub code: u32,
    /// Its name.
    pub name: &'static str,
    /// What is known about it.
    pub doc: String,
    /// As that of a message.
    pub status: &'static str,
}

/// A field of a message or record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// Its name, unique in the message.
    pub name: &'static str,
    /// What is on the wire.
    #[serde(rename = "type")]
    pub kind: Type,
    /// It is there only when an earlier field has this value.
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// Whether it may be missing at the end of the frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<Optional>,
    /// What the number counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'static str>,
    /// What it means.
    pub doc: String,
}

/// When a field is there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Condition {
    /// An earlier bool.
    pub field: &'static str,
    /// What it has to be.
    pub is: bool,
}

/// When a field that may be missing at the end of the frame is there. All optional fields behind one that is
/// missing are missing too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Optional {
    /// When any byte is left; too few for it are an error.
    AnyLeft,
    /// When there are enough bytes for it; fewer belong to no field.
    EnoughLeft,
}

/// A part of what is sent on a file connection.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub doc: String,
    /// Who sends it.
    pub sender: &'static str,
    /// Who gets it.
    pub receiver: &'static str,
    /// The page of the guide about it.
    pub guide: &'static str,
    /// What other implementations call it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub aliases: &'static [&'static str],
    /// Its fields.
    pub fields: Vec<Field>,
}

impl Protocol {
    /// The specification of this version.
    #[must_use]
    pub fn new() -> Self {
        let mut types = Types::default();
        let families = FamilyId::ALL.map(|id| family(id.schema(), &mut types));
        let file = EXCHANGES.map(|exchange| Part {
            name: exchange.record.name,
            doc: plain(exchange.record.doc),
            sender: exchange.sender.name(),
            receiver: exchange.sender.receiver(),
            guide: exchange.guide,
            aliases: exchange.record.aliases,
            fields: fields(exchange.record.fields, &mut types),
        });
        let (enums, records) = types.into_parts();
        Self {
            schema: "protocol.schema.json",
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION"),
            title: "The Soulseek protocol",
            license: env!("CARGO_PKG_LICENSE"),
            framing: facts::framing(),
            notation: facts::notation(),
            primitives: facts::primitives(),
            enums,
            records,
            families: families.into(),
            file: file.into(),
            connections: facts::connections(),
        }
    }
}

impl Protocol {
    /// The record with this name.
    ///
    /// # Panics
    /// When there is none. Names in fields always have one.
    #[must_use]
    pub fn record(&self, name: &str) -> &Record {
        let found = self.records.iter().find(|record| record.name == name);
        found.unwrap_or_else(|| panic!("there is no record `{name}`"))
    }

    /// The enum with this name.
    ///
    /// # Panics
    /// As [`record`](Self::record).
    #[must_use]
    pub fn named_values(&self, name: &str) -> &Enum {
        let found = self.enums.iter().find(|named| named.name == name);
        found.unwrap_or_else(|| panic!("there is no enum `{name}`"))
    }

    /// The primitive with this name.
    ///
    /// # Panics
    /// As [`record`](Self::record).
    #[must_use]
    pub fn primitive(&self, name: &str) -> &Primitive {
        let found = self
            .primitives
            .iter()
            .find(|primitive| primitive.name == name);
        found.unwrap_or_else(|| panic!("there is no primitive `{name}`"))
    }

    /// The size of a value in bytes, where it is always the same.
    ///
    /// # Panics
    /// As [`record`](Self::record).
    #[must_use]
    pub fn size(&self, kind: &Type) -> Option<usize> {
        match kind {
            Type::Primitive(name) => self.primitive(name).size,
            Type::Enum(name) => self.size(&self.named_values(name).kind),
            Type::List(_) | Type::Either(_) => None,
            Type::Record(name) => {
                let sizes = self.record(name).fields.iter().map(|field| {
                    let certain = field.condition.is_none() && field.optional.is_none();
                    certain.then(|| self.size(&field.kind)).flatten()
                });
                sizes.sum()
            }
        }
    }
}

impl Default for Protocol {
    fn default() -> Self {
        Self::new()
    }
}

/// The content of `protocol.json`.
#[must_use]
pub fn json() -> String {
    let text = serde_json::to_string_pretty(&Protocol::new());
    // Nothing in it can fail: no map has keys that are not texts, and no `Serialize` is hand-written.
    text.unwrap_or_default() + "\n"
}

fn family(schema: &FamilySchema, types: &mut Types) -> Family {
    let mut messages: Vec<Message> = schema
        .messages
        .iter()
        .map(|message| self::message(message, schema.sender(message), types))
        .collect();
    messages.sort_by_key(|message| message.code);
    let named = schema.named.iter().map(|named| Named {
        code: named.code,
        name: named.name,
        doc: plain(named.doc),
        status: named.status.name(),
    });
    Family {
        name: schema.id.name(),
        doc: plain(schema.doc),
        code: if schema.code_width == 1 { "u8" } else { "u32" },
        messages,
        named: named.collect(),
    }
}

fn message(schema: &MessageSchema, sender: Sender, types: &mut Types) -> Message {
    Message {
        code: schema.code,
        name: schema.record.name,
        doc: plain(schema.record.doc),
        sender: sender.name(),
        receiver: sender.receiver(),
        status: schema.status.name(),
        compressed: schema.compressed,
        guide: schema.guide,
        aliases: schema.record.aliases,
        fields: fields(schema.record.fields, types),
    }
}

fn fields(schemas: &[FieldSchema], types: &mut Types) -> Vec<Field> {
    let field = |schema: &FieldSchema| Field {
        name: schema.name,
        kind: types.of(&schema.shape),
        condition: schema.condition.map(|condition| Condition {
            field: condition.field,
            is: condition.expected,
        }),
        optional: schema.optional.then_some(if schema.lenient {
            Optional::EnoughLeft
        } else {
            Optional::AnyLeft
        }),
        unit: schema.unit.map(slsk_wire::schema::Unit::name),
        doc: plain(schema.doc),
    };
    schemas.iter().map(field).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests;
