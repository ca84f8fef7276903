//! What Kaitai Struct has no word for: texts, addresses, numbers of two widths.

use super::fields::LEFT;
use super::names::snake;
use super::types::{attribute, instance};
use super::yaml::Map;
use crate::protocol::{Enum, Value};

/// A type for each primitive that Kaitai Struct does not have.
pub(super) fn primitives() -> Map {
    let text = counted(
        "A length in bytes and the bytes: UTF-8, or Latin-1 from old clients. They are decoded only when `utf8` or \
         `latin1` is asked for, so that no text makes parsing fail.",
    );
    let secret =
        counted("A text that must not be shown or logged, such as a password or its hash.");
    Map::default()
        .with(
            "text",
            text.with("-webide-representation", "{utf8}")
                .with("instances", decodings()),
        )
        .with("secret", secret.with("instances", decodings()))
        .with("blob", counted("A length and as many bytes."))
        .with("ip", ip())
        .with("u32_or_u8", u32_or_u8())
        .with("code_padding", code_padding())
}

/// A text with named values.
pub(super) fn text_enum(named: &Enum) -> Map {
    let mut instances = decodings();
    for constant in &named.values {
        let Value::Text(text) = constant.value else {
            panic!("{} has a value that is no text", named.name);
        };
        let printable = |c: char| (c == ' ' || c.is_ascii_graphic()) && !"\"\\".contains(c);
        assert!(
            text.chars().all(printable),
            "{text:?} can't be compared in Kaitai Struct"
        );
        let is = Map::default().with("value", format!("latin1 == \"{text}\""));
        instances.put(
            format!("is_{}", snake(constant.name)),
            is.with_doc(constant.doc.clone()),
        );
    }
    let doc = format!(
        "{} A `text`; other values than those named here are no error.",
        named.doc
    );
    counted(&doc)
        .with("-webide-representation", "{latin1}")
        .with("instances", instances)
}

fn ip() -> Map {
    let octets = [24, 16, 8, 0].map(|shift| format!("((bits >> {shift}) & 255).to_s"));
    let address = instance(octets.join(" + \".\" + "));
    Map::default()
        .with_doc("An IPv4 address as a number, so that its last octet comes first.")
        .with("-webide-representation", "{address}")
        .with("seq", vec![attribute("bits", "u4").into()])
        .with(
            "instances",
            Map::default().with("address", address.with_doc("Such as 127.0.0.1.")),
        )
}

fn u32_or_u8() -> Map {
    let short = attribute("short_value", "u1").with("if", "is_short");
    let long = attribute("long_value", "u4").with("if", "not is_short");
    let is_short = instance(format!("{LEFT} == 1"));
    Map::default()
        .with_doc("Four bytes; or one, where a single byte is left of the body.")
        .with("-webide-representation", "{value}")
        .with("seq", vec![short.into(), long.into()])
        .with(
            "instances",
            Map::default()
                .with(
                    "is_short",
                    is_short.with_doc("Whether it is a single byte."),
                )
                .with(
                    "value",
                    instance("is_short ? short_value : long_value").with_doc("The number."),
                ),
        )
}

fn code_padding() -> Map {
    let zeros = Map::default().with("id", "zeros").with("size", 3_usize);
    let next = Map::default()
        .with("pos", "_io.pos")
        .with("type", "u4")
        .with("if", format!("{LEFT} >= 4"));
    let is_there = instance(format!("{LEFT} >= 4 and (next_four & 0xffffff) == 0"));
    Map::default()
        .with_doc("Three zero bytes where at least one more byte follows; otherwise nothing.")
        .with("seq", vec![zeros.with("if", "is_there").into()])
        .with(
            "instances",
            Map::default()
                .with("next_four", next.with_doc("The bytes ahead."))
                .with(
                    "is_there",
                    is_there.with_doc("Whether the zeros are there."),
                ),
        )
}

/// A type that is a length and as many bytes.
fn counted(doc: &str) -> Map {
    let length = Map::default().with("id", "len_bytes").with("type", "u4");
    let bytes = Map::default().with("id", "bytes").with("size", "len_bytes");
    Map::default()
        .with_doc(doc)
        .with("seq", vec![length.into(), bytes.into()])
}

/// The two ways in which the bytes of a text are shown.
fn decodings() -> Map {
    let decoded = |encoding: &str, doc: &str| {
        let value = format!("bytes.to_s(\"{encoding}\")");
        Map::default().with("value", value).with_doc(doc)
    };
    Map::default()
        .with(
            "utf8",
            decoded(
                "UTF-8",
                "The text. In some languages an error where the bytes are not UTF-8.",
            ),
        )
        .with(
            "latin1",
            decoded(
                "ISO-8859-1",
                "The text where the bytes are not UTF-8: a character for each byte.",
            ),
        )
}
