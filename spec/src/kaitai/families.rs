//! Frames and streams of frames, and what is sent on file connections.

use std::collections::BTreeSet;

use super::Definitions;
use super::fields;
use super::names::{constant, snake};
use super::types::{aliases, value};
use super::yaml::{Map, Node};
use crate::protocol::{Family, Message, Part, Protocol};

/// The type of a frame of a family.
pub(super) fn frame_name(family: &str) -> String {
    format!("{family}_frame")
}

/// The type of all that one side sends on a connection of a family.
pub(super) fn stream_name(family: &str) -> String {
    format!("{family}_stream")
}

/// The type of all that one side sends on a file connection.
pub(super) fn file_stream_name(sender: &str) -> String {
    format!("file_{sender}_stream")
}

/// Frame and stream of a family, with its messages inside of the frame.
pub(super) fn family(family: &Family, definitions: &Definitions<'_>) -> Map {
    let mut messages = Map::default();
    let mut cases = Map::default();
    for message in &family.messages {
        let name = snake(message.name);
        cases.put(format!("code::{}", constant(message.name)), name.clone());
        messages.put(name, self::message(message, definitions));
    }
    cases.put("_", "unknown_message");
    let (code, width) = match family.code {
        "u8" => ("u1", 1_usize),
        "u32" => ("u4", 4),
        other => panic!("codes of the type {other} can't be expressed in Kaitai Struct"),
    };
    let seq = vec![
        attribute("length")
            .with("type", "u4")
            .with("valid", Map::default().with("min", width))
            .with_doc("How many bytes follow: code and body.")
            .into(),
        attribute("code")
            .with("type", code)
            .with("enum", "code")
            .into(),
        attribute("body")
            .with("size", format!("length - {width}"))
            .with(
                "type",
                Map::default()
                    .with("switch-on", "code")
                    .with("cases", cases),
            )
            .into(),
    ];
    let frame = Map::default()
        .with_doc(format!("A frame. {}", family.doc))
        .with("doc-ref", guide("framing"))
        .with("-webide-representation", "{code}")
        .with("seq", seq)
        .with("types", messages)
        .with("enums", Map::default().with("code", codes(family)));
    let frames = attribute("frames")
        .with("type", frame_name(family.name))
        .with("repeat", "eos");
    let stream = Map::default()
        .with_doc(format!("Frames up to the end. {}", family.doc))
        .with("seq", vec![frames.into()]);
    Map::default()
        .with(stream_name(family.name), stream)
        .with(frame_name(family.name), frame)
}

/// The parts of a file connection, and what each side sends.
pub(super) fn file(parts: &[Part], definitions: &Definitions<'_>) -> Map {
    let mut types = Map::default();
    for sender in file_senders(parts) {
        let sent = parts.iter().filter(|part| part.sender == sender);
        let sent = sent.map(|part| {
            let name = snake(part.name);
            attribute(&name)
                .with("type", name.clone())
                .with("if", "not _io.eof")
        });
        let doc = format!(
            "What the {sender} sends on a file connection, without the frame that opens it."
        );
        types.put(
            file_stream_name(sender),
            Map::default()
                .with_doc(doc)
                .with("seq", sent.map(Node::from).collect::<Vec<_>>()),
        );
    }
    for part in parts {
        types.put(
            snake(part.name),
            Map::default()
                .with_doc(part.doc.clone())
                .with("doc-ref", guide(part.guide))
                .with_all(aliases(part.aliases))
                .with("-sender", part.sender)
                .with_all(fields::record(&part.fields, definitions)),
        );
    }
    types
}

/// Who sends anything on a file connection, the first one first.
pub(super) fn file_senders(parts: &[Part]) -> Vec<&'static str> {
    let mut senders: Vec<&'static str> = Vec::new();
    for part in parts {
        if !senders.contains(&part.sender) {
            senders.push(part.sender);
        }
    }
    senders
}

/// What stands for a message whose layout is not known.
pub(super) fn unknown() -> Map {
    let payload = attribute("payload").with("size-eos", true);
    let unknown = Map::default()
        .with_doc("The body of a message whose code has no known layout.")
        .with("seq", vec![payload.into()]);
    Map::default().with("unknown_message", unknown)
}

/// A message has its own name only inside of its family; a name that stands for something else too would be hidden.
pub(super) fn check_names(protocol: &Protocol, types: &Map) {
    for family in &protocol.families {
        for message in &family.messages {
            let name = snake(message.name);
            assert!(
                !types.has(&name),
                "`{name}` is a message and something else"
            );
        }
    }
}

fn message(message: &Message, definitions: &Definitions<'_>) -> Map {
    let head = Map::default()
        .with_doc(message.doc.clone())
        .with_some("doc-ref", message.guide.map(guide))
        .with_all(aliases(message.aliases))
        .with("-sender", message.sender)
        .with("-status", message.status);
    let fields = fields::message(&message.fields, definitions);
    if !message.compressed {
        return head.with_all(fields);
    }
    let inflated = attribute("inflated")
        .with("size-eos", true)
        .with("process", "zlib")
        .with("type", "content")
        .with_doc("The body, which is one zlib stream. What follows that is lost.");
    head.with("seq", vec![inflated.into()])
        .with("types", Map::default().with("content", fields))
}

/// The codes of a family, those without a known layout too.
fn codes(family: &Family) -> Map {
    let known = family.messages.iter();
    let known = known.map(|message| (message.code, message.name, &message.doc));
    let others = family.named.iter();
    let others = others.map(|named| (named.code, named.name, &named.doc));
    let mut all: Vec<_> = known.chain(others).collect();
    all.sort_by_key(|(code, ..)| *code);
    let distinct: BTreeSet<String> = all.iter().map(|(_, name, _)| constant(name)).collect();
    assert_eq!(
        distinct.len(),
        all.len(),
        "two codes of {} have one name",
        family.name
    );
    let mut codes = Map::default();
    for (code, name, doc) in all {
        codes.put(code.to_string(), value(name, doc));
    }
    codes
}

fn attribute(id: &str) -> Map {
    Map::default().with("id", id)
}

fn guide(page: &str) -> String {
    format!("spec/guide/{page}.md")
}
