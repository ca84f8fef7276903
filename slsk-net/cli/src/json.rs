//! The JSON that `slsk decode --frames`, `slsk encode --frames` and `slsk decode --json` share.

use std::io::{self, Write};

use const_hex::FromHexError;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::ser::{Formatter, Serializer as JsonSerializer};
use slsk_wire::{AnyMessage, DecodeError, Decoded, EncodeError, Frame, FrameError};

use crate::render::harmful;

/// A decoded message; `slsk encode --frames` takes it as it is.
#[derive(Serialize)]
pub(crate) struct Message<'a> {
    family: &'static str,
    code: u32,
    name: &'static str,
    fields: Fields<'a>,
    /// What follows an unknown code.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Hex<&'a [u8]>>,
    trailing: Hex<&'a [u8]>,
}

impl<'a> Message<'a> {
    /// The message that `frame` was decoded to.
    pub(crate) fn new(frame: &'a Frame, decoded: &'a Decoded<AnyMessage>) -> Self {
        let message = &decoded.message;
        let known = message.schema().is_some();
        Self {
            family: message.family().name(),
            code: message.code(),
            name: message.name(),
            fields: Fields(known.then_some(message)),
            payload: (!known).then_some(Hex(&frame.body)),
            trailing: Hex(&decoded.trailing),
        }
    }
}

/// The fields of a message in wire order; none for an unknown one.
struct Fields<'a>(Option<&'a AnyMessage>);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(message) => message.serialize(serializer),
            None => serializer.serialize_map(Some(0))?.end(),
        }
    }
}

/// Bytes as a string of hex digits, written without a copy in memory.
pub(crate) struct Hex<T>(pub(crate) T);

impl<T: AsRef<[u8]>> Serialize for Hex<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&const_hex::display(self.0.as_ref()))
    }
}

/// The bytes that hex digits stand for, without the prefix `0x` that [`const_hex`] would take.
pub(crate) fn unhex(digits: &str) -> Result<Vec<u8>, FromHexError> {
    if digits.starts_with("0x") {
        return Err(FromHexError::InvalidHexCharacter { c: 'x', index: 1 });
    }
    const_hex::decode(digits)
}

/// Writes a value in one line that is safe in a terminal.
pub(crate) fn write_json(output: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut JsonSerializer::with_formatter(output, Harmless))?;
    Ok(())
}

/// Escapes besides what JSON forbids whatever a terminal may obey.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        output: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| harmful(*c)) {
            output.write_all(&rest.as_bytes()[..at])?;
            // None of them has more than four digits.
            write!(output, "\\u{:04x}", u32::from(c))?;
            rest = &rest[at + c.len_utf8()..];
        }
        output.write_all(rest.as_bytes())
    }
}

/// Something that could not be decoded or encoded.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    /// A word that programs can compare.
    pub(crate) kind: &'static str,
    /// A sentence for people.
    pub(crate) message: String,
    /// The field, such as `results[3].name`, or empty.
    pub(crate) path: String,
    /// Where it is, in bytes from the start of the body.
    pub(crate) offset: Option<usize>,
}

impl Problem {
    /// A problem that has no place in a message.
    pub(crate) fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            path: String::new(),
            offset: None,
        }
    }
}

impl From<FrameError> for Problem {
    fn from(error: FrameError) -> Self {
        Self::new(error.name(), error.to_string())
    }
}

impl From<DecodeError> for Problem {
    fn from(error: DecodeError) -> Self {
        Self {
            kind: error.kind.name(),
            message: error.to_string(),
            path: error.path.to_string(),
            offset: Some(error.offset),
        }
    }
}

impl From<EncodeError> for Problem {
    fn from(error: EncodeError) -> Self {
        Self {
            path: error.path.to_string(),
            ..Self::new(error.kind.name(), error.to_string())
        }
    }
}

/// What serde says, without its line number, which is always 1.
pub(crate) fn without_line(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((problem, _)) => problem.to_owned(),
        None => text,
    }
}
