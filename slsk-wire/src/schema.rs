//! Descriptions of families, messages and fields, generated from the declarations.

use crate::family::FamilyId;

/// A family and its messages.
#[derive(Clone, Copy, Debug)]
pub struct FamilySchema {
    /// Which family.
    pub id: FamilyId,
    /// The name of the Rust enum.
    pub name: &'static str,
    /// Who sends these messages.
    pub doc: &'static str,
    /// The width of a code, in bytes.
    pub code_width: usize,
    /// The messages, in declaration order.
    pub messages: &'static [&'static MessageSchema],
}

impl FamilySchema {
    /// The message with this code.
    #[must_use]
    pub fn by_code(&self, code: u32) -> Option<&'static MessageSchema> {
        self.messages.iter().copied().find(|m| m.code == code)
    }

    /// The message with this name.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&'static MessageSchema> {
        self.messages
            .iter()
            .copied()
            .find(|m| m.record.name == name)
    }
}

/// A message: a code and the record behind it.
#[derive(Clone, Copy, Debug)]
pub struct MessageSchema {
    /// The code.
    pub code: u32,
    /// Whether the body is one zlib stream.
    pub compressed: bool,
    /// The page of the guide that explains it.
    pub guide: Option<&'static str>,
    /// Name, documentation and fields.
    pub record: &'static RecordSchema,
}

/// Fields in wire order.
#[derive(Clone, Copy, Debug)]
pub struct RecordSchema {
    /// The name of the Rust struct.
    pub name: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// What other implementations call it.
    pub aliases: &'static [&'static str],
    /// The fields.
    pub fields: &'static [FieldSchema],
}

/// A field of a record.
#[derive(Clone, Copy, Debug)]
pub struct FieldSchema {
    /// The name.
    pub name: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// What is on the wire.
    pub shape: Shape,
    /// When it is there, if not always.
    pub condition: Option<Condition>,
    /// Whether it may be missing at the end of the frame.
    pub optional: bool,
    /// Whether a rest too short for it counts as missing too.
    pub lenient: bool,
}

/// The field is on the wire only when `field` is `expected`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// An earlier field of type bool.
    pub field: &'static str,
    /// The value it must have.
    pub expected: bool,
}

/// What a value looks like on the wire. Numbers are little-endian.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Shape {
    /// One byte.
    U8,
    /// Two bytes.
    U16,
    /// Four bytes.
    U32,
    /// Eight bytes.
    U64,
    /// Four bytes, two's complement.
    I32,
    /// One byte; 0 is false, all else true, and we write 1.
    Bool,
    /// An IPv4 address, last octet first.
    Ip,
    /// A `u32` length and as many bytes, UTF-8 or Latin-1.
    Text,
    /// A text that must not be shown, such as a password.
    Secret,
    /// A `u32` length and as many bytes.
    Blob,
    /// All the rest of the frame.
    Rest,
    /// A `u32` count and as many elements.
    List(&'static Shape),
    /// Fields in order.
    Record(&'static RecordSchema),
    /// A number or text with names for known values; others are kept.
    Enum(&'static EnumSchema),
}

impl Shape {
    /// The record inside.
    ///
    /// # Panics
    /// For any other shape. Only derived code calls this, at compile time.
    #[doc(hidden)]
    #[must_use]
    pub const fn record(&self) -> &'static RecordSchema {
        match self {
            Self::Record(record) => record,
            _ => panic!("not a record"),
        }
    }
}

/// Known values of a number or text.
#[derive(Clone, Copy, Debug)]
pub struct EnumSchema {
    /// The name of the Rust enum.
    pub name: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// What is on the wire.
    pub shape: &'static Shape,
    /// The values that have a name.
    pub values: &'static [ValueSchema],
}

/// A known value.
#[derive(Clone, Copy, Debug)]
pub struct ValueSchema {
    /// The name of the Rust variant.
    pub name: &'static str,
    /// The value as it is written in the source.
    pub value: &'static str,
    /// What it means.
    pub doc: &'static str,
}
