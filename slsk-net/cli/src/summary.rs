//! The last line of `slsk decode`: how much there was, and how much of it was understood.

use std::fmt::{self, Display, Formatter};

use slsk_wire::{AnyMessage, Decoded, Frame};

use crate::render::Count;
use crate::session::{Fault, Kind, Session, What};

/// Counts what is shown.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    connections: Vec<(Kind, u64)>,
    /// Decoded frames, tickets and offsets.
    messages: u64,
    /// Those of them whose code is in no table.
    unknown: u64,
    /// What was sent of files.
    file_bytes: u64,
    /// Frames and the like that are cut short.
    incomplete: u64,
    /// Bytes that were sent and are not in the capture.
    missing: u64,
    /// Bytes that are there and make no sense, behind the last known field of a message too.
    not_understood: u64,
}

impl Summary {
    /// The connections of a session, with nothing said on them so far.
    pub(crate) fn new(session: &Session) -> Self {
        let kinds = [
            Kind::Server,
            Kind::Peer,
            Kind::Distributed,
            Kind::File,
            Kind::Unknown,
        ];
        let count = |kind| {
            let of_kind = session.connections.iter().filter(|c| c.kind == kind);
            (kind, of_kind.count() as u64)
        };
        Self {
            connections: kinds.map(count).to_vec(),
            ..Self::default()
        }
    }

    /// Counts a message.
    pub(crate) fn message(&mut self, decoded: &Decoded<AnyMessage>) {
        self.messages += 1;
        self.unknown += u64::from(decoded.message.schema().is_none());
        self.not_understood += decoded.trailing.len() as u64;
    }

    /// Counts a frame that is not what its code promises.
    pub(crate) fn undecodable(&mut self, frame: &Frame) {
        self.not_understood += frame.body.len() as u64;
    }

    /// Counts anything that is no frame.
    pub(crate) fn other(&mut self, what: &What) {
        match what {
            What::Frame { .. } => {}
            What::Ticket(_) | What::Offset(_) => self.messages += 1,
            What::Data {
                length, missing, ..
            } => {
                self.file_bytes += length;
                self.missing += missing;
            }
            What::Fault {
                fault: Fault::Gap,
                length,
                ..
            } => self.missing += length,
            What::Fault { fault, .. } if fault.is_cut() => self.incomplete += 1,
            What::Fault { length, .. } => self.not_understood += length,
        }
    }
}

impl Display for Summary {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let total = self.connections.iter().map(|(_, count)| count).sum();
        write!(f, "{}", Count(total, "connection"))?;
        let present = self.connections.iter().filter(|(_, count)| *count > 0);
        for (index, (kind, count)) in present.enumerate() {
            let before = if index == 0 { " (" } else { ", " };
            write!(f, "{before}{count} {}", kind.name())?;
        }
        let close = if total > 0 { ")" } else { "" };
        write!(
            f,
            "{close}, {}, {} of unknown code, {} of files",
            Count(self.messages, "message"),
            self.unknown,
            Count(self.file_bytes, "byte"),
        )?;
        if self.incomplete > 0 {
            write!(f, ", {} incomplete", self.incomplete)?;
        }
        if self.missing > 0 {
            let missing = Count(self.missing, "byte");
            write!(f, ", {missing} not in the capture")?;
        }
        write!(f, ", {} not understood", Count(self.not_understood, "byte"))
    }
}
