//! One JSON object for each event.

use std::net::SocketAddr;
use std::time::Duration;

use serde::Serialize;
use serde::ser::Serializer;
use slsk_wire::{AnyMessage, DecodeError, Decoded, FamilyId, Frame, Text};

use crate::json::{Hex, Message, Problem};
use crate::session::{Dialogue, Event, Fault, Name, What};

/// A line of `slsk decode --json`.
#[derive(Serialize)]
pub(crate) struct Row<'a> {
    /// Seconds since the Unix epoch.
    #[serde(serialize_with = "seconds")]
    time: Duration,
    /// Numbered from 1, in the order of their first event.
    connection: usize,
    /// `server`, `peer`, `distributed`, `file` or `unknown`.
    kind: &'static str,
    from: SocketAddr,
    to: SocketAddr,
    from_user: Option<&'a Text>,
    to_user: Option<&'a Text>,
    #[serde(flatten)]
    said: Said<'a>,
}

/// What was said.
#[derive(Serialize)]
#[serde(untagged)]
enum Said<'a> {
    /// A decoded frame.
    Message {
        obfuscated: bool,
        #[serde(flatten)]
        message: Message<'a>,
    },
    /// A part of a file connection.
    File {
        family: &'static str,
        name: &'static str,
        fields: FileFields,
    },
    /// A frame that is not what its code promises.
    Undecodable {
        obfuscated: bool,
        family: &'static str,
        code: u32,
        name: &'static str,
        error: Problem,
        hex: Hex<Vec<u8>>,
    },
    /// Bytes that are no frame.
    Fault {
        error: Problem,
        length: u64,
        hex: Hex<&'a [u8]>,
    },
}

/// The fields of the parts of a file connection.
#[derive(Serialize)]
#[serde(untagged)]
enum FileFields {
    Ticket {
        token: u32,
    },
    Offset {
        offset: u64,
    },
    Data {
        length: u64,
        missing: u64,
        #[serde(serialize_with = "seconds")]
        began: Duration,
    },
}

impl<'a> Row<'a> {
    /// The line for a message.
    pub(crate) fn message(
        event: &'a Event,
        dialogue: &'a Dialogue,
        frame: &'a Frame,
        obfuscated: bool,
        decoded: &'a Decoded<AnyMessage>,
    ) -> Self {
        let message = Message::new(frame, decoded);
        let said = Said::Message {
            obfuscated,
            message,
        };
        Self::new(event, dialogue, said)
    }

    /// The line for a frame that is not what its code promises. It can be decoded again from its hex.
    pub(crate) fn undecodable(
        event: &'a Event,
        dialogue: &'a Dialogue,
        (family, frame): (FamilyId, &Frame),
        obfuscated: bool,
        error: DecodeError,
    ) -> Self {
        let said = Said::Undecodable {
            obfuscated,
            family: family.name(),
            code: frame.code,
            name: error.message,
            error: error.into(),
            hex: Hex(whole(family, frame)),
        };
        Self::new(event, dialogue, said)
    }

    /// The line for anything that is no frame; `None` for a frame.
    pub(crate) fn other(event: &'a Event, dialogue: &'a Dialogue) -> Option<Self> {
        let file = |name, fields| Said::File {
            family: "file",
            name,
            fields,
        };
        let said = match &event.what {
            What::Frame { .. } => return None,
            What::Ticket(token) => file("FileTicket", FileFields::Ticket { token: *token }),
            What::Offset(offset) => file("FileOffset", FileFields::Offset { offset: *offset }),
            What::Data {
                length,
                missing,
                began,
            } => {
                let (length, missing, began) = (*length, *missing, *began);
                let fields = FileFields::Data {
                    length,
                    missing,
                    began,
                };
                file("FileData", fields)
            }
            What::Fault {
                fault,
                length,
                head,
            } => Said::Fault {
                error: problem(fault),
                length: *length,
                hex: Hex(head),
            },
        };
        Some(Self::new(event, dialogue, said))
    }

    fn new(event: &Event, dialogue: &'a Dialogue, said: Said<'a>) -> Self {
        let (from, to) = (
            dialogue.party(event.from),
            dialogue.party(event.from.other()),
        );
        Self {
            time: event.time,
            connection: event.connection + 1,
            kind: dialogue.kind.name(),
            from: from.address,
            to: to.address,
            from_user: user(&from.name),
            to_user: user(&to.name),
            said,
        }
    }
}

fn user(name: &Name) -> Option<&Text> {
    match name {
        Name::User(name) => Some(name),
        Name::Server | Name::Unknown => None,
    }
}

fn problem(fault: &Fault) -> Problem {
    Problem::new(fault.name(), fault.to_string())
}

/// The frame with its length and code.
fn whole(family: FamilyId, frame: &Frame) -> Vec<u8> {
    let width = family.code_width();
    let length = u32::try_from(width + frame.body.len()).unwrap_or(u32::MAX);
    [
        &length.to_le_bytes(),
        &frame.code.to_le_bytes()[..width],
        &frame.body,
    ]
    .concat()
}

/// Microseconds are what a float of today's seconds can hold.
fn seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64())
}
