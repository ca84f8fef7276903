//! The types of fields, and the records and enums that they name.

use std::collections::BTreeMap;

use serde::Serialize;
use slsk_wire::schema::{EnumSchema, RecordSchema, Shape};

use super::{Field, fields, plain};

/// What a field is on the wire: the name of a primitive, or an object with one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// A `u32` count and as many elements.
    List(Box<Self>),
    /// The fields of a record, in order.
    Record(&'static str),
    /// A number or text with named values.
    Enum(&'static str),
    /// The first, unless the second takes exactly the rest of the frame and the first does not.
    Either(Box<[Self; 2]>),
    /// A primitive.
    #[serde(untagged)]
    Primitive(&'static str),
}

/// A group of fields with a name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub doc: String,
    /// What other implementations call it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub aliases: &'static [&'static str],
    /// Its fields in wire order.
    pub fields: Vec<Field>,
}

/// A number or text with named values. Other values are no error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Enum {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub doc: String,
    /// What is on the wire.
    #[serde(rename = "type")]
    pub kind: Type,
    /// The values that have a name.
    pub values: Vec<Constant>,
}

/// A value with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Constant {
    /// Its name.
    pub name: &'static str,
    /// What is on the wire.
    pub value: Value,
    /// What it means.
    pub doc: String,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A number.
    Number(i64),
    /// A text.
    Text(&'static str),
}

/// The records and enums that were met on the way, by name.
#[derive(Debug, Default)]
pub(super) struct Types {
    enums: BTreeMap<&'static str, Enum>,
    records: BTreeMap<&'static str, Record>,
}

impl Types {
    /// The type of a shape; what it names is kept.
    ///
    /// # Panics
    /// For a shape that this crate does not know: `slsk-wire` has a new one, which has to be added here.
    pub(super) fn of(&mut self, shape: &Shape) -> Type {
        Type::Primitive(match shape {
            Shape::U8 => "u8",
            Shape::U16 => "u16",
            Shape::U32 => "u32",
            Shape::U64 => "u64",
            Shape::I32 => "i32",
            Shape::Bool => "bool",
            Shape::Ip => "ip",
            Shape::Text => "text",
            Shape::Secret => "secret",
            Shape::Blob => "bytes",
            Shape::Rest => "rest",
            Shape::U32OrU8 => "u32_or_u8",
            Shape::CodePadding => "code_padding",
            Shape::List(element) => return Type::List(self.of(element).into()),
            Shape::Either(first, second) => {
                return Type::Either([self.of(first), self.of(second)].into());
            }
            Shape::Record(schema) => return self.record(schema),
            Shape::Enum(schema) => return self.named(schema),
            shape => panic!("{shape:?} has no name in the specification"),
        })
    }

    /// The enums and the records, by name.
    pub(super) fn into_parts(self) -> (Vec<Enum>, Vec<Record>) {
        (
            self.enums.into_values().collect(),
            self.records.into_values().collect(),
        )
    }

    fn record(&mut self, schema: &RecordSchema) -> Type {
        let record = Record {
            name: schema.name,
            doc: plain(schema.doc),
            aliases: schema.aliases,
            fields: fields(schema.fields, self),
        };
        self.records.insert(schema.name, record);
        Type::Record(schema.name)
    }

    fn named(&mut self, schema: &EnumSchema) -> Type {
        let kind = self.of(schema.shape);
        let values = schema.values.iter().map(|value| Constant {
            name: value.name,
            value: literal(value.value),
            doc: plain(value.doc),
        });
        let named = Enum {
            name: schema.name,
            doc: plain(schema.doc),
            kind,
            values: values.collect(),
        };
        self.enums.insert(schema.name, named);
        Type::Enum(schema.name)
    }
}

/// The value of a literal in the source: a number, or a text in quotes.
fn literal(source: &'static str) -> Value {
    source
        .parse()
        .map_or_else(|_| Value::Text(source.trim_matches('"')), Value::Number)
}
