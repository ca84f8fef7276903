//! Descriptions of families, messages and fields, generated from the declarations.

use crate::family::FamilyId;

/// A family and its messages.
#[derive(Clone, Copy, Debug)]
pub struct FamilySchema {
    /// Which family.
    pub id: FamilyId,
    /// The name of the Rust enum.
    pub name: &'static str,
    /// What they are for.
    pub doc: &'static str,
    /// The width of a code, in bytes.
    pub code_width: usize,
    /// The messages, in declaration order.
    pub messages: &'static [&'static MessageSchema],
    /// Codes that have a name and no known layout. Their frames are unknown messages.
    pub named: &'static [NamedCode],
}

impl FamilySchema {
    /// The message with this code.
    #[must_use]
    pub fn by_code(&self, code: u32) -> Option<&'static MessageSchema> {
        self.messages.iter().copied().find(|m| m.code == code)
    }

    /// The name of a code, of unknown layout too.
    #[must_use]
    pub fn name_of(&self, code: u32) -> Option<&'static str> {
        let named = || self.named.iter().find(|named| named.code == code);
        match self.by_code(code) {
            Some(message) => Some(message.record.name),
            None => named().map(|named| named.name),
        }
    }

    /// Who sends this message of the family.
    #[must_use]
    pub fn sender(&self, message: &MessageSchema) -> Sender {
        message.sender.unwrap_or(self.id.sender())
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
    /// Whether it is in use.
    pub status: MessageStatus,
    /// Who sends it, where that is not told by the family.
    pub sender: Option<Sender>,
    /// Name, documentation and fields.
    pub record: &'static RecordSchema,
}

/// Whether a message is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageStatus {
    /// Seen in today's traffic.
    Used,
    /// Still sent by some living client: read it, don't send it.
    Deprecated,
    /// Nobody sends it, or nobody listens.
    Obsolete,
    /// Known from one source, never seen.
    Unverified,
}

impl MessageStatus {
    /// The word for it, such as `used`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Deprecated => "deprecated",
            Self::Obsolete => "obsolete",
            Self::Unverified => "unverified",
        }
    }
}

/// Who sends a message; the other side of the connection receives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sender {
    /// A client, to its server.
    Client,
    /// A server, to its client.
    Server,
    /// The side that has opened the connection.
    Initiator,
    /// Who wants to know something.
    Requester,
    /// Who was asked.
    Responder,
    /// Who has the file.
    Uploader,
    /// Who wants the file.
    Downloader,
    /// The side of the distributed network that passes searches on.
    Parent,
    /// The side of the distributed network that gets searches.
    Child,
    /// Either side.
    Either,
}

impl Sender {
    /// The word for it, such as `client`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::Initiator => "initiator",
            Self::Requester => "requester",
            Self::Responder => "responder",
            Self::Uploader => "uploader",
            Self::Downloader => "downloader",
            Self::Parent => "parent",
            Self::Child => "child",
            Self::Either => "either",
        }
    }

    /// The other side.
    #[must_use]
    pub const fn receiver(self) -> &'static str {
        match self {
            Self::Client => "server",
            Self::Server => "client",
            Self::Initiator => "acceptor",
            Self::Requester => "responder",
            Self::Responder => "requester",
            Self::Uploader => "downloader",
            Self::Downloader => "uploader",
            Self::Parent => "child",
            Self::Child => "parent",
            Self::Either => "either",
        }
    }
}

/// A code with a name and no known layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedCode {
    /// The code.
    pub code: u32,
    /// Its name.
    pub name: &'static str,
    /// What is known about it.
    pub doc: &'static str,
    /// Whether it is in use.
    pub status: MessageStatus,
}

/// What one side sends on a file connection, outside of any frame.
#[derive(Clone, Copy, Debug)]
pub struct ExchangeSchema {
    /// Who sends it.
    pub sender: Sender,
    /// The page of the guide that explains it.
    pub guide: &'static str,
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
    /// What its number counts, if anything.
    pub unit: Option<Unit>,
}

impl FieldSchema {
    /// A field that is always there.
    #[must_use]
    pub const fn required(name: &'static str, doc: &'static str, shape: Shape) -> Self {
        Self {
            name,
            doc,
            shape,
            condition: None,
            optional: false,
            lenient: false,
            unit: None,
        }
    }
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Bytes a second.
    BytesPerSecond,
    /// Seconds.
    Seconds,
    /// Seconds since the beginning of 1970, in UTC.
    UnixTime,
    /// Days.
    Days,
}

impl Unit {
    /// The word for it, such as `bytes/s`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::BytesPerSecond => "bytes/s",
            Self::Seconds => "s",
            Self::UnixTime => "s since 1970",
            Self::Days => "days",
        }
    }
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
    /// Four bytes; or one, where a single byte is left of the frame.
    U32OrU8,
    /// The first, unless the second takes exactly the rest of the frame and the first does not.
    Either(&'static Shape, &'static Shape),
    /// Three zero bytes where a fourth byte follows; otherwise nothing.
    CodePadding,
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
