//! Values as people read them.

use std::borrow::Cow;

use slsk_wire::schema::Shape;
use slsk_wire::walk::Value;

/// Characters of a text that are shown.
const TEXT: usize = 60;

/// A value; `bytes` are what it was read from.
pub(super) fn shown(value: Value<'_>, shape: &Shape, bytes: &[u8]) -> String {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::Signed(number) => number.to_string(),
        Value::Bool(0) => "false".to_owned(),
        Value::Bool(1) => "true".to_owned(),
        Value::Bool(other) => format!("true ({other})"),
        Value::Ip(ip) => ip.to_string(),
        Value::Text(text) => quoted(text),
        // The passwords of recordings are made up, and so are those of samples.
        Value::Secret => quoted(bytes.get(4..).unwrap_or_default()),
        Value::Bytes(bytes) => count(bytes.len(), "byte"),
    };
    match known(shape, value) {
        Some(name) => format!("{text} = {name}"),
        None => text,
    }
}

/// A number with its noun.
pub(super) fn count(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// A text in quotes: UTF-8, else Latin-1. Backslashes are in every path, and no one escapes another.
fn quoted(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    };
    match text.char_indices().nth(TEXT) {
        None => format!("\"{}\"", escaped(&text)),
        Some((end, _)) => format!("\"{}\"…", escaped(&text[..end])),
    }
}

/// With names for characters that can't be seen.
fn escaped(text: &str) -> String {
    text.escape_debug().to_string().replace(r"\\", r"\")
}

/// The name of a value that has one.
fn known(shape: &Shape, value: Value<'_>) -> Option<&'static str> {
    let Shape::Enum(schema) = shape else {
        return None;
    };
    let is = |source: &str| match value {
        Value::Number(number) => source.parse() == Ok(number),
        Value::Signed(number) => source.parse() == Ok(number),
        Value::Text(text) => source.trim_matches('"').as_bytes() == text,
        _ => false,
    };
    let mut values = schema.values.iter();
    values.find(|known| is(known.value)).map(|known| known.name)
}
