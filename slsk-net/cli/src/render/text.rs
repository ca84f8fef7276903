//! Values as text that is safe in a terminal.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

use slsk_wire::schema::Shape;
use slsk_wire::walk::Value;

/// A value as people read it: texts quoted, with everything escaped that is not printable.
pub(super) struct Shown<'a> {
    /// What is there.
    pub(super) value: Value<'a>,
    /// What it is on the wire, which may have names for values.
    pub(super) shape: &'static Shape,
    /// How many characters of a text or bytes of a byte string are shown.
    pub(super) most: usize,
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.value {
            Value::Number(number) => write!(f, "{number}")?,
            Value::Signed(number) => write!(f, "{number}")?,
            Value::Bool(0) => f.write_str("false")?,
            Value::Bool(1) => f.write_str("true")?,
            Value::Bool(other) => write!(f, "true ({other})")?,
            Value::Ip(ip) => write!(f, "{ip}")?,
            Value::Text(bytes) => write!(f, "{}", Quoted(bytes, self.most))?,
            Value::Secret => f.write_str("<hidden>")?,
            Value::Bytes(bytes) => write!(f, "{}", Bytes(bytes, self.most))?,
        }
        match known(self.shape, self.value) {
            Some(name) => write!(f, " {name}"),
            None => Ok(()),
        }
    }
}

/// The name of a number that has one; a text speaks for itself.
fn known(shape: &Shape, value: Value<'_>) -> Option<&'static str> {
    let Shape::Enum(schema) = shape else {
        return None;
    };
    let number = match value {
        Value::Number(number) => i128::from(number),
        Value::Signed(number) => i128::from(number),
        _ => return None,
    };
    let values = schema.values.iter();
    values
        .filter(|known| known.value.parse() == Ok(number))
        .map(|known| known.name)
        .next()
}

/// A text in quotes: UTF-8, else Latin-1. Cut off after so many characters.
pub(crate) struct Quoted<'a>(pub(crate) &'a [u8], pub(crate) usize);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(bytes, most) = *self;
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect::<String>()),
        };
        match text.char_indices().nth(most) {
            None => write!(f, "{text:?}"),
            Some((end, _)) => write!(f, "{:?}… ({} bytes)", &text[..end], bytes.len()),
        }
    }
}

/// A byte string: hex where it is short, else its length.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8], pub(crate) usize);

impl Display for Bytes<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(bytes, most) = *self;
        let head = &bytes[..bytes.len().min(most)];
        let more = if head.len() < bytes.len() { "…" } else { "" };
        write!(f, "<{}", Count(bytes.len() as u64, "byte"))?;
        if !head.is_empty() {
            write!(f, ": {}{more}", const_hex::display(head))?;
        }
        f.write_str(">")
    }
}

/// A number with its noun.
pub(crate) struct Count(pub(crate) u64, pub(crate) &'static str);

impl Display for Count {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let plural = if self.0 == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.0, self.1)
    }
}
