//! Shows the events of a session: a line each, a tree each, or JSON.

pub(crate) mod json;
pub(crate) mod line;
mod text;
pub(crate) mod tree;

use std::path::Path;

use comfy_table::{ContentLineStyle, LineStyle, TableStyle};
use slsk_wire::FamilyId;

pub(crate) use text::Count;

/// What tables look like: a line below the header, and nothing else.
pub(crate) const TABLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::new(' ', ' ', ' '))
    .header_separator(LineStyle::new(' ', '─', ' ', ' '))
    .content_lines(ContentLineStyle::new(' ', ' ', ' '));

/// A file's name, safe in a terminal.
pub(crate) fn name(path: &Path) -> String {
    printable(&path.to_string_lossy())
}

/// A text of a stranger's, safe in a terminal: without control characters and without those that turn the
/// direction of writing.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if harmful(c) { '\u{fffd}' } else { c })
        .collect()
}

/// Whether a terminal may obey a character rather than show it.
pub(crate) fn harmful(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// How many bytes are shown of what no field explains: none of what goes between a client and its server,
/// as it may be a password.
fn unexplained(family: FamilyId, most: usize) -> usize {
    match family {
        FamilyId::ServerRequest | FamilyId::ServerResponse => 0,
        FamilyId::PeerInit | FamilyId::Peer | FamilyId::Distributed => most,
    }
}
