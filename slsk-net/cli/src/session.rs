//! What the connections of a capture say: frames and file transfers in the order of time.
//!
//! Each connection is told apart by what is in it ([`classify`]), then cut into events ([`follow`]); the
//! events of all connections are merged.

mod classify;
mod follow;
mod names;
mod plan;
mod requests;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use slsk_wire::{FamilyId, Frame, FrameError, Text};

use crate::capture::{Capture, Connection, Side};
use names::Names;
use plan::Plan;
use requests::Requests;

/// A capture, understood as far as possible.
#[derive(Debug)]
pub(crate) struct Session {
    /// The connections that carry bytes, in the order of their first event.
    pub(crate) connections: Vec<Dialogue>,
    /// Everything that was said, in the order of time.
    pub(crate) events: Vec<Event>,
}

/// What a connection is.
#[derive(Debug)]
pub(crate) struct Dialogue {
    /// What it is for.
    pub(crate) kind: Kind,
    /// Whoever opened it.
    pub(crate) initiator: Party,
    /// The other end.
    pub(crate) acceptor: Party,
}

impl Dialogue {
    /// One end.
    pub(crate) fn party(&self, side: Side) -> &Party {
        match side {
            Side::Initiator => &self.initiator,
            Side::Acceptor => &self.acceptor,
        }
    }
}

/// An end of a connection.
#[derive(Debug)]
pub(crate) struct Party {
    /// Its address.
    pub(crate) address: SocketAddr,
    /// Who it is, as far as the capture tells. Nobody has checked the names that peers give themselves.
    pub(crate) name: Name,
}

/// Who is at an end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// A server.
    Server,
    /// A user.
    User(Text),
    /// Nobody said it.
    Unknown,
}

/// The kinds of connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Between a client and its server.
    Server,
    /// Type P: messages between peers.
    Peer,
    /// Type D: the distributed network.
    Distributed,
    /// Type F: one file.
    File,
    /// Not enough was said to tell.
    Unknown,
}

impl Kind {
    /// The name in JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Peer => "peer",
            Self::Distributed => "distributed",
            Self::File => "file",
            Self::Unknown => "unknown",
        }
    }
}

/// Something that one end sent.
#[derive(Debug)]
pub(crate) struct Event {
    /// When its last byte was there, since the Unix epoch.
    pub(crate) time: Duration,
    /// Index of the connection.
    pub(crate) connection: usize,
    /// Who sent it.
    pub(crate) from: Side,
    /// What it is.
    pub(crate) what: What,
}

/// What an [`Event`] is.
#[derive(Debug)]
pub(crate) enum What {
    /// A frame, not decoded yet.
    Frame {
        /// How to decode it.
        family: FamilyId,
        /// Code and body, revealed.
        frame: Frame,
        /// Whether it was obfuscated.
        obfuscated: bool,
    },
    /// The beginning of a file connection, from the uploader.
    Ticket(u32),
    /// Where the file begins, from the downloader.
    Offset(u64),
    /// All that was sent of a file.
    Data {
        /// How many bytes were sent.
        length: u64,
        /// How many of them the capture does not hold.
        missing: u64,
        /// When the first of them came, since the Unix epoch.
        began: Duration,
    },
    /// Bytes that are no message.
    Fault {
        /// Why not.
        fault: Fault,
        /// How many bytes.
        length: u64,
        /// The first of them. They may hold a password.
        head: Bytes,
    },
}

/// Why bytes are no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// The connection or the capture ends within a frame.
    #[error(transparent)]
    Incomplete(FrameError),
    /// The connection or the capture ends within a ticket or an offset.
    #[error("the beginning of a file connection is cut short")]
    IncompleteFile,
    /// The bytes can't be cut into frames.
    #[error(transparent)]
    NoFrame(FrameError),
    /// The capture does not hold them, and what follows can't be cut into frames.
    #[error("the capture lacks bytes here")]
    Gap,
    /// They follow bytes that the capture does not hold.
    #[error("bytes behind a gap, where frames can't be found")]
    AfterGap,
    /// The connection is of no known kind.
    #[error("not understood: neither a login nor a connection between peers")]
    Unrecognized,
    /// The connection between peers has a kind that nobody knows, or no kind that could be found out.
    #[error("not understood: a connection between peers of an unknown kind")]
    UnknownKind,
    /// A downloader has nothing to say after the offset.
    #[error("bytes of a downloader behind the offset")]
    AfterOffset,
}

impl Fault {
    /// A stable word for JSON.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Incomplete(error) | Self::NoFrame(error) => error.name(),
            Self::IncompleteFile => "file_incomplete",
            Self::Gap => "gap",
            Self::AfterGap => "after_gap",
            Self::Unrecognized => "unrecognized",
            Self::UnknownKind => "unknown_kind",
            Self::AfterOffset => "after_offset",
        }
    }

    /// Whether the capture is to blame, rather than the sender or us.
    pub(crate) fn is_cut(&self) -> bool {
        matches!(self, Self::Incomplete(_) | Self::IncompleteFile | Self::Gap)
    }
}

impl Session {
    /// Makes sense of a capture.
    pub(crate) fn new(capture: &Capture) -> Self {
        let all: Vec<_> = capture
            .connections
            .iter()
            .filter(|connection| !connection.segments.is_empty())
            .map(plan::oriented)
            .collect();
        // Server connections first: they tell what connections between peers are for.
        let mut requests = Requests::default();
        let mut names = Names::default();
        let mut plans: Vec<Option<Plan>> = Vec::new();
        for connection in &all {
            let plan = plan::server(connection);
            if let Some(plan) = &plan {
                let events = follow::follow(connection, plan);
                requests.learn(connection, plan, &events);
                names.learn(connection, plan, &events);
            }
            plans.push(plan);
        }
        let mut dialogues = Vec::new();
        for (connection, plan) in all.iter().zip(plans) {
            let (plan, initiator, acceptor) = match plan {
                Some(plan) => {
                    let (initiator, acceptor) = names.at_server(connection, &plan);
                    (plan, initiator, acceptor)
                }
                None => plan::peer(connection, &requests, &names),
            };
            let events = follow::follow(connection, &plan);
            let party = |address, name| Party { address, name };
            let dialogue = Dialogue {
                kind: plan.kind(),
                initiator: party(connection.initiator, initiator),
                acceptor: party(connection.acceptor, acceptor),
            };
            dialogues.push((dialogue, events));
        }
        Self::merge(dialogues)
    }

    /// Brings the events of all connections into one order, and numbers the connections by it.
    fn merge(mut dialogues: Vec<(Dialogue, Vec<Event>)>) -> Self {
        dialogues.retain(|(_, events)| !events.is_empty());
        dialogues.sort_by_key(|(_, events)| events.first().map(|event| event.time));
        let mut connections = Vec::new();
        let mut events = Vec::new();
        for (index, (dialogue, said)) in dialogues.into_iter().enumerate() {
            connections.push(dialogue);
            events.extend(said.into_iter().map(|event| Event {
                connection: index,
                ..event
            }));
        }
        events.sort_by_key(|event| event.time);
        Self {
            connections,
            events,
        }
    }

    /// Whether anything at all is Soulseek.
    pub(crate) fn is_soulseek(&self) -> bool {
        self.events
            .iter()
            .any(|event| !matches!(event.what, What::Fault { .. }))
    }
}

/// The bytes that a side sent first, up to a gap and to `most`.
fn head(connection: &Connection, side: Side, most: usize) -> Vec<u8> {
    let mut head = Vec::new();
    for segment in connection.segments.iter().filter(|s| s.from == side) {
        match &segment.content {
            crate::capture::Content::Data(bytes) if head.len() < most => {
                head.extend_from_slice(bytes);
            }
            _ => break,
        }
    }
    head.truncate(most);
    head
}
