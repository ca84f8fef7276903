//! What holds for all messages and stands on no single declaration: frames, primitives, connections.

use std::net::Ipv4Addr;

use serde::Serialize;
use slsk_wire::{Blob, Depth, Rest, Secret, Text, Wire};

/// How bytes become frames and bodies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Framing {
    /// The order of the bytes of every number: `little`.
    pub byte_order: &'static str,
    /// How a frame begins.
    pub length: &'static str,
    /// What follows the length.
    pub code: &'static str,
    /// What follows the code.
    pub body: &'static str,
    /// What is left when all fields are read.
    pub trailing: &'static str,
    /// What happens to a body before it is sent, if the message says `compressed`.
    pub compression: &'static str,
    /// What happens to a frame before it is sent, on some connections.
    pub obfuscation: Obfuscation,
}

/// How a frame is obfuscated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Obfuscation {
    /// How it is done.
    pub doc: &'static str,
    /// Bytes in front of the frame.
    pub key_length: usize,
    /// By how many bits the key is rotated before each word.
    pub rotate_left: u32,
    /// How many bytes each state of the key is good for.
    pub word_length: usize,
}

/// What a key of a type or field means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notation {
    /// The key, such as `list`.
    pub key: &'static str,
    /// What it says about the bytes.
    pub doc: &'static str,
}

/// What a field can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Primitive {
    /// Its name.
    pub name: &'static str,
    /// Its size in bytes, where it is always the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<usize>,
    /// The least number of bytes that it takes. The count of a list is checked against it.
    pub min_size: usize,
    /// What is on the wire. Numbers are little-endian.
    pub doc: &'static str,
    /// How `slsk decode --json` shows it.
    pub json: &'static str,
}

/// A kind of connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Connection {
    /// Its name, such as `peer`.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// The type that `PeerInit` and `ConnectToPeer` give it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// The family of the first frame, from the side that has opened the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opening: Option<&'static str>,
    /// The family of the (other) frames from the side that has opened it; none on a file connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiator: Option<&'static str>,
    /// The family of the frames from the other side; none on a file connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acceptor: Option<&'static str>,
    /// Which frames are obfuscated on a connection to an obfuscated port: `all`, `opening` or `none`.
    pub obfuscated: &'static str,
}

pub(super) fn framing() -> Framing {
    Framing {
        byte_order: "little",
        length: "A u32: how many bytes follow, code and body.",
        code: "The code of the message: a u8 or a u32, as the family says.",
        body: "The fields of the message, one after the other, without padding.",
        trailing: "Bytes behind the last known field are no error. Keep them apart and go on.",
        compression: "The body is one zlib stream (RFC 1950), any level. Length and code are not compressed. \
                      Bytes behind the stream are trailing bytes.",
        obfuscation: Obfuscation {
            doc: "Each frame by itself: a random key, then the frame with its length field. The key is a u32; \
                  before each word of the frame it is rotated, and the word XORed with its little-endian bytes. A \
                  short last word takes the first of them. The length does not count the key.",
            key_length: slsk_wire::obfuscation::KEY_LENGTH,
            rotate_left: 1,
            word_length: 4,
        },
    }
}

pub(super) fn notation() -> Vec<Notation> {
    let notation = |key, doc| Notation { key, doc };
    vec![
        notation(
            "list",
            "A u32 count, then so many values of the type. A count is a lie where the bytes that are left are fewer \
             than count times the least size of the type: refuse it before any memory is taken.",
        ),
        notation(
            "record",
            "The fields of the record with this name, one after the other, without a length or a mark.",
        ),
        notation(
            "enum",
            "A value of the enum's own type. Those with a name are listed; any other is kept as it is.",
        ),
        notation(
            "either",
            "One of two types: the first, unless the second takes exactly the bytes that are left of the frame and \
             the first does not.",
        ),
        notation(
            "if",
            "The field is there only when the named bool, an earlier field of the same record, is as `is` says.",
        ),
        notation(
            "optional",
            "The field may be missing at the end of the frame, and then all optional fields behind it are missing. \
             `any_left`: it is there when any byte is left, and too few bytes for it are an error. `enough_left`: it \
             is there when its `min_size` is left, and fewer bytes belong to no field.",
        ),
    ]
}

pub(super) fn primitives() -> Vec<Primitive> {
    const TEXT: &str = "A string where the bytes are UTF-8, else {\"$hex\": \"..\"}.";
    const HEX: &str = "{\"$hex\": \"..\"}.";
    vec![
        fixed::<u8>("u8", "One byte.", "A number."),
        fixed::<u16>("u16", "Two bytes.", "A number."),
        fixed::<u32>("u32", "Four bytes.", "A number."),
        fixed::<u64>("u64", "Eight bytes.", "A number."),
        fixed::<i32>("i32", "Four bytes, two's complement.", "A number."),
        fixed::<bool>(
            "bool",
            "One byte: 0 is false, all else is true; write 0 or 1.",
            "true or false.",
        ),
        fixed::<Ipv4Addr>(
            "ip",
            "An IPv4 address as a u32, so that the last octet comes first.",
            "A string such as \"127.0.0.1\".",
        ),
        open::<Text>(
            "text",
            "A u32 length in bytes, then the bytes: UTF-8, or Latin-1 from old clients. Send it back as it came.",
            TEXT,
        ),
        open::<Secret>(
            "secret",
            "A text that must not be shown or logged, such as a password.",
            TEXT,
        ),
        open::<Blob>("bytes", "A u32 length, then the bytes.", HEX),
        open::<Rest>("rest", "All bytes up to the end of the frame.", HEX),
        open::<Depth>(
            "u32_or_u8",
            "A u32; or a u8 where a single byte is left of the frame.",
            "A number, or {\"$u8\": 5} for a single byte.",
        ),
        Primitive {
            name: "code_padding",
            size: None,
            min_size: 0,
            doc: "Three zero bytes where they are followed by at least one more byte; otherwise nothing.",
            json: "Whether they are there: true or false.",
        },
    ]
}

/// A primitive whose size depends on its value.
fn open<T: Wire>(name: &'static str, doc: &'static str, json: &'static str) -> Primitive {
    Primitive {
        name,
        size: None,
        min_size: T::MIN_LEN,
        doc,
        json,
    }
}

/// A primitive that always has the same size.
fn fixed<T: Wire>(name: &'static str, doc: &'static str, json: &'static str) -> Primitive {
    Primitive {
        size: Some(T::MIN_LEN),
        ..open::<T>(name, doc, json)
    }
}

pub(super) fn connections() -> Vec<Connection> {
    let between_peers = |name, kind, family, obfuscated, doc| Connection {
        name,
        doc,
        kind: Some(kind),
        opening: Some("peer_init"),
        initiator: family,
        acceptor: family,
        obfuscated,
    };
    vec![
        Connection {
            name: "server",
            doc: "From a client to its server.",
            kind: None,
            opening: None,
            initiator: Some("server_request"),
            acceptor: Some("server_response"),
            obfuscated: "none",
        },
        between_peers(
            "peer",
            "P",
            Some("peer"),
            "all",
            "Messages between two clients: shares, search results, transfers.",
        ),
        between_peers(
            "distributed",
            "D",
            Some("distributed"),
            "opening",
            "Between a child, which opens it, and its parent in the distributed network, which spreads searches.",
        ),
        between_peers(
            "file",
            "F",
            None,
            "opening",
            "One file. No frames behind the opening: see `file`.",
        ),
    ]
}
