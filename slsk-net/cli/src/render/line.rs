//! One line for each event.

use std::convert::Infallible;
use std::fmt::{self, Display, Formatter, Write};
use std::time::Duration;

use slsk_wire::schema::RecordSchema;
use slsk_wire::walk::{Inside, Label, Step, Value, walk};
use slsk_wire::{AnyMessage, DecodeError, Decoded};

use super::text::{Bytes, Count, Quoted, Shown};
use crate::session::{Dialogue, Event, Fault, Name, Party, What};

/// Lists with more elements are told by their number.
const LIST: u32 = 3;
/// Characters of a text.
const TEXT: usize = 100;
/// Bytes of a byte string.
const BYTES: usize = 16;

/// When, on which connection, from whom to whom.
pub(crate) struct Head<'a> {
    /// What was said.
    pub(crate) event: &'a Event,
    /// On which connection.
    pub(crate) dialogue: &'a Dialogue,
    /// What times count from.
    pub(crate) start: Duration,
    /// Whether to name addresses beside users.
    pub(crate) addresses: bool,
}

impl Display for Head<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Event {
            time,
            connection,
            from,
            ..
        } = self.event;
        let time = time.saturating_sub(self.start).as_secs_f64();
        write!(f, "{time:>11.6} #{:<3} ", connection + 1)?;
        self.party(self.dialogue.party(*from), f)?;
        f.write_str(" > ")?;
        self.party(self.dialogue.party(from.other()), f)
    }
}

impl Head<'_> {
    fn party(&self, party: &Party, f: &mut Formatter<'_>) -> fmt::Result {
        let Party { address, name } = party;
        match name {
            Name::Unknown => return write!(f, "{address}"),
            Name::Server => f.write_str("server")?,
            Name::User(name) => match name.as_utf8() {
                Some(plain) if is_plain(plain) => f.write_str(plain)?,
                _ => write!(f, "{}", Quoted(name.as_bytes(), TEXT))?,
            },
        }
        if self.addresses {
            write!(f, " ({address})")?;
        }
        Ok(())
    }
}

/// Whether a name can't be taken for anything else in a line.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !name.is_empty() && name != "server" && name.bytes().all(plain)
}

/// A decoded message with its fields.
pub(crate) fn message(decoded: &Decoded<AnyMessage>, obfuscated: bool) -> String {
    let mut line = title(&decoded.message, obfuscated);
    if let Some(schema) = decoded.message.schema() {
        fields(schema.record, &decoded.body, &mut line);
    } else {
        let length = Count(decoded.body.len() as u64, "byte");
        let _ = write!(line, " <{length}>");
    }
    if !decoded.trailing.is_empty() {
        let most = super::unexplained(decoded.message.family(), BYTES);
        let _ = write!(line, " trailing={}", Bytes(&decoded.trailing, most));
    }
    line
}

/// Family, name and code; behind the code its name, where that is all that is known.
pub(crate) fn title(message: &AnyMessage, obfuscated: bool) -> String {
    let mark = if obfuscated { " (obfuscated)" } else { "" };
    let (family, name, code) = (message.family(), message.name(), message.code());
    let known_as = match message.schema() {
        Some(_) => None,
        None => family.schema().name_of(code),
    };
    match known_as {
        Some(known_as) => format!("{family}/{name}({code}, {known_as}){mark}"),
        None => format!("{family}/{name}({code}){mark}"),
    }
}

/// A frame that is not what its code promises.
pub(crate) fn undecodable(error: &DecodeError, family: impl Display, code: u32) -> String {
    format!("{family}/{}({code}) not decoded: {error}", error.message)
}

/// Anything that is no frame.
pub(crate) fn other(what: &What) -> Option<String> {
    Some(match what {
        What::Frame { .. } => return None,
        What::Ticket(token) => format!("file/FileTicket token={token}"),
        What::Offset(offset) => format!("file/FileOffset offset={offset}"),
        What::Data {
            length, missing, ..
        } => {
            let missing = match missing {
                0 => String::new(),
                missing => format!(" ({missing} not in the capture)"),
            };
            format!("file/FileData <{}>{missing}", Count(*length, "byte"))
        }
        What::Fault { fault, length, .. } => {
            let length = Count(*length, "byte");
            match fault {
                Fault::Gap => format!("gap: {length} not in the capture"),
                fault if fault.is_cut() => format!("incomplete: {fault}"),
                fault => format!("not understood: {length}: {fault}"),
            }
        }
    })
}

/// Appends the fields that are there.
fn fields(record: &'static RecordSchema, body: &[u8], line: &mut String) {
    let mut writer = Writer {
        line,
        hidden: 0,
        open: Vec::new(),
        first: false,
    };
    let walked = walk(record, body, &mut |step| {
        writer.step(&step);
        Ok::<_, Infallible>(())
    });
    if let Err(error) = walked {
        let _ = write!(line, " ({error})");
    }
}

/// Appends steps to a line.
struct Writer<'a> {
    line: &'a mut String,
    /// How deep we are in a list that is not shown.
    hidden: usize,
    /// What closes the things that are open.
    open: Vec<char>,
    /// Whether nothing stands in the innermost yet.
    first: bool,
}

impl Writer<'_> {
    // Writing to a string does not fail.
    fn step(&mut self, step: &Step<'_>) {
        match step {
            Step::Leave if self.hidden > 0 => self.hidden -= 1,
            Step::Leave => {
                self.line.extend(self.open.pop());
                self.first = false;
            }
            Step::Enter { .. } if self.hidden > 0 => self.hidden += 1,
            Step::Value { .. } if self.hidden > 0 => {}
            Step::Value {
                label,
                shape,
                value,
                ..
            } => {
                self.label(*label);
                let most = match value {
                    Value::Bytes(_) => BYTES,
                    _ => TEXT,
                };
                let shown = Shown {
                    value: *value,
                    shape,
                    most,
                };
                let _ = write!(self.line, "{shown}");
            }
            Step::Enter { label, inside, .. } => {
                self.label(*label);
                match inside {
                    Inside::List { count, .. } if *count > LIST => {
                        let _ = write!(self.line, "[… {count} items]");
                        self.hidden = 1;
                    }
                    Inside::List { .. } => self.enter('[', ']'),
                    Inside::Record(_) => self.enter('{', '}'),
                }
            }
        }
    }

    fn enter(&mut self, opening: char, closing: char) {
        self.line.push(opening);
        self.open.push(closing);
        self.first = true;
    }

    fn label(&mut self, label: Label) {
        if !self.first {
            if let Label::Index(_) = label {
                self.line.push(',');
            }
            self.line.push(' ');
        }
        self.first = false;
        if let Label::Field(name) = label {
            let _ = write!(self.line, "{name}=");
        }
    }
}

#[cfg(test)]
mod tests;
