//! `slsk spec`: the specification in the terminal.

mod find;
mod page;

use std::io::{self, Write};

use serde::Serialize;
use slsk_spec::protocol::{self, Message, Part, Protocol};

use crate::json::write_json;
use find::{Found, find};

/// How many characters of a query an error repeats.
const SHOWN: usize = 60;

/// Why nothing was shown, or not all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SpecError {
    /// Nothing has this name or code.
    #[error("no message is called {:?}; {advice}", shortened(query))]
    Unknown {
        /// What was asked for.
        query: String,
        /// What may have been meant.
        advice: String,
    },
    /// The output fails; a reader that has left is of this kind too.
    #[error("cannot be shown: {0}; free space or write elsewhere")]
    Write(#[from] io::Error),
}

/// As much of a query as an error should repeat.
fn shortened(query: &str) -> String {
    let mut shown: String = query.chars().take(SHOWN).collect();
    if shown.len() < query.len() {
        shown += "..";
    }
    shown
}

/// Writes the page of each message that is meant, or a list of all.
///
/// # Errors
/// When nothing is meant, or the output fails.
pub(crate) fn show(query: Option<&str>, mut output: impl Write) -> Result<(), SpecError> {
    let protocol = Protocol::new();
    let Some(query) = query else {
        return Ok(write!(output, "{}", page::contents(&protocol))?);
    };
    if let Some(family) = protocol.families.iter().find(|family| family.name == query) {
        return Ok(write!(output, "{}", page::family(family))?);
    }
    for (number, found) in all(&protocol, query)?.iter().enumerate() {
        if number > 0 {
            writeln!(output)?;
        }
        write!(output, "{}", page::of(&protocol, found))?;
    }
    Ok(())
}

/// Writes `protocol.json`, or an object a line for each message that is meant.
///
/// # Errors
/// As [`show`].
pub(crate) fn show_json(query: Option<&str>, mut output: impl Write) -> Result<(), SpecError> {
    let Some(query) = query else {
        return Ok(output.write_all(protocol::json().as_bytes())?);
    };
    let protocol = Protocol::new();
    for found in all(&protocol, query)? {
        write_json(&mut output, &Line::from(&found))?;
        writeln!(output)?;
    }
    Ok(())
}

fn all<'a>(protocol: &'a Protocol, query: &str) -> Result<Vec<Found<'a>>, SpecError> {
    let found = find(protocol, query);
    if found.is_empty() {
        return Err(SpecError::Unknown {
            query: query.to_owned(),
            advice: find::advice(protocol, query),
        });
    }
    Ok(found)
}

/// A line of `slsk spec --json NAME`.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    family: Option<&'a str>,
    #[serde(flatten)]
    what: What<'a>,
}

/// What a line is about, in the form of `protocol.json`.
#[derive(Serialize)]
#[serde(untagged)]
enum What<'a> {
    Message(&'a Message),
    Named(&'a protocol::Named),
    Part(&'a Part),
    Record(&'a protocol::Record),
    Enum(&'a protocol::Enum),
}

impl<'a> From<&Found<'a>> for Line<'a> {
    fn from(found: &Found<'a>) -> Self {
        let (family, what) = match *found {
            Found::Message(family, message) => (Some(family.name), What::Message(message)),
            Found::Named(family, named) => (Some(family.name), What::Named(named)),
            Found::Part(part) => (Some("file"), What::Part(part)),
            Found::Record(record) => (None, What::Record(record)),
            Found::Enum(named) => (None, What::Enum(named)),
        };
        Self { family, what }
    }
}

#[cfg(test)]
mod tests;
