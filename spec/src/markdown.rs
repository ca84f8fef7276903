//! Markdown for people: a page for each family of messages, one for types, and an index of all.

#[macro_use]
mod text;

mod captures;
mod diagram;
mod example;
mod index;
mod layout;
mod message;
mod sample;
mod table;
mod types;

use captures::Captures;
use text::Links;

use crate::protocol::{Family, Protocol};

/// What all pages are made from.
struct Book {
    protocol: Protocol,
    links: Links,
    captures: Captures,
}

/// The pages, each with its name and content. `others` are the names of the generated files that are none.
///
/// # Panics
/// When a declaration has something that a page can't show, or a recording can't be read.
#[must_use]
pub fn pages(others: &[&str]) -> Vec<(String, String)> {
    let protocol = Protocol::new();
    let book = Book {
        links: Links::new(&protocol),
        captures: Captures::read(),
        protocol,
    };
    let mut pages = vec![("README.md".to_owned(), index::page(&book, others))];
    for family in &book.protocol.families {
        pages.push((text::page(family.name), family_page(&book, family)));
    }
    pages.push((text::page("file"), file_page(&book)));
    pages.push((text::page("types"), types::page(&book)));
    pages
}

/// What stands at the end of each introduction.
const READING: &str = "[How to read this page](README.md#how-to-read-a-page) · \
                       [all messages](README.md#messages) · [types](types.md)\n";

fn family_page(book: &Book, family: &Family) -> String {
    let page = text::page(family.name);
    let mut out = format!("# {}\n\n", text::title(family.name));
    put!(out, "{} ", book.links.in_doc(&family.doc, &page));
    put!(out, "Each frame has a code of type `{}`.\n\n", family.code);
    out += READING;
    out += "\n";
    let rows = family.messages.iter().map(|message| {
        let doc = book.links.in_doc(&message.doc, &page);
        let name = format!("[`{0}`](#{1})", message.name, text::anchor(message));
        [message.code.to_string(), name, text::first_sentence(&doc)]
    });
    out += &text::table(&["code", "message", "what it is for"], rows);
    for message in &family.messages {
        out += "\n";
        out += &message::section(book, family, message);
    }
    if !family.named.is_empty() {
        out += "\n## Codes without a known layout\n\n";
        out += "They have a name in some program. Skip their frames.\n\n";
        let rows = family.named.iter().map(|named| {
            let doc = book.links.in_doc(&named.doc, &page);
            let name = format!("`{}`", named.name);
            [named.code.to_string(), name, named.status.to_owned(), doc]
        });
        out += &text::table(&["code", "name", "status", "what the name says"], rows);
    }
    out
}

fn file_page(book: &Book) -> String {
    let mut out = format!("# {}\n\n", text::title("file"));
    let connection = book.protocol.connections.iter().find(|c| c.name == "file");
    if let Some(connection) = connection {
        put!(out, "{} ", text::first_sentence(connection.doc));
    }
    out += "What follows the opening frame has no lengths and no codes; these parts come in this order.\n\n";
    out += READING;
    for part in &book.protocol.file {
        out += "\n";
        out += &message::part(book, part);
    }
    out
}

/// Who sends something to whom.
fn way(sender: &str, receiver: &str) -> String {
    if sender == receiver {
        format!("{sender} side")
    } else {
        format!("{sender} → {receiver}")
    }
}

/// What other implementations call something.
fn aliases(names: &[&str]) -> Option<String> {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| format!("also called {}", names.join(", ")))
}

#[cfg(test)]
mod tests;
