//! Titles, anchors, links and tables, as GitHub shows them.

use std::collections::BTreeMap;

pub(super) use crate::protocol::first_sentence;
use crate::protocol::{Message, Protocol};
pub(super) use crate::slug::slug;

/// Appends to a text, which can't fail.
macro_rules! put {
    ($out:expr, $($text:tt)*) => {{
        use std::fmt::Write as _;
        let _ = write!($out, $($text)*);
    }};
}

/// The file with the messages of a family, or of any other name.
pub(super) fn page(name: &str) -> String {
    format!("{name}.md")
}

/// A name with words, such as `Server request` for `server_request`.
pub(super) fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// What stands above a message.
pub(super) fn heading(message: &Message) -> String {
    format!("{} ({})", message.name, message.code)
}

/// The anchor of a message on the page of its family.
pub(super) fn anchor(message: &Message) -> String {
    slug(&heading(message))
}

/// A table. Cells may have Markdown in them, but for the bars, which are escaped.
pub(super) fn table<const N: usize>(
    head: &[&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut out = line(&head.map(str::to_owned));
    out += &line(&head.map(|_| "---".to_owned()));
    for row in rows {
        out += &line(&row.map(|cell| cell.replace('|', "\\|").replace("\n\n", "<br>")));
    }
    out
}

/// Where the things are that documentation names.
#[derive(Debug)]
pub(super) struct Links {
    /// Messages and parts by name: the page, and the anchor on it.
    messages: BTreeMap<&'static str, Vec<(String, String)>>,
    /// Records and enums by name: the anchor on the page of types.
    types: BTreeMap<&'static str, String>,
}

impl Links {
    pub(super) fn new(protocol: &Protocol) -> Self {
        let mut messages: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for family in &protocol.families {
            for message in &family.messages {
                let place = (page(family.name), anchor(message));
                messages.entry(message.name).or_default().push(place);
            }
        }
        for part in &protocol.file {
            let place = (page("file"), slug(part.name));
            messages.entry(part.name).or_default().push(place);
        }
        let records = protocol.records.iter().map(|record| record.name);
        let enums = protocol.enums.iter().map(|named| named.name);
        let types = records.chain(enums).map(|name| (name, slug(name)));
        Self {
            messages,
            types: types.collect(),
        }
    }

    /// A documentation text that stands on `page`, with links where it names messages, types or the guide.
    pub(super) fn in_doc(&self, doc: &str, page: &str) -> String {
        let mut out = String::with_capacity(doc.len());
        for (index, part) in doc.split('`').enumerate() {
            if index % 2 == 0 {
                out += part;
            } else if let Some(name) = guide(part) {
                put!(out, "[{name}](../guide/{name}.md)");
            } else if let Some(target) = self.target(part, page) {
                put!(out, "[`{part}`]({target})");
            } else {
                put!(out, "`{part}`");
            }
        }
        out
    }

    /// Where a message or type is, seen from `page`; `None` where the name may mean several.
    fn target(&self, name: &str, page: &str) -> Option<String> {
        let places = self.messages.get(name).map_or(&[][..], Vec::as_slice);
        if let Some((_, anchor)) = places.iter().find(|(file, _)| file == page) {
            return Some(format!("#{anchor}"));
        }
        match (places, self.types.get(name)) {
            ([(file, anchor)], _) => Some(format!("{file}#{anchor}")),
            ([], Some(anchor)) if page == "types.md" => Some(format!("#{anchor}")),
            ([], Some(anchor)) => Some(format!("types.md#{anchor}")),
            _ => None,
        }
    }
}

/// The name of the page of the guide that a path leads to.
fn guide(path: &str) -> Option<&str> {
    path.strip_prefix("spec/guide/")?.strip_suffix(".md")
}
