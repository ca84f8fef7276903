//! One virtual connection.

use std::path::PathBuf;
use std::time::Instant;

use bytes::Bytes;
use slsk_net::machine::{CloseReason, ConnId, Inbound};
use slsk_wire::Limits;

/// A connection; its ends are numbered 0 (who dialled) and 1.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) ends: [End; 2],
    /// How many bytes it carries, in both directions together, before it fails.
    pub(super) bytes_left: Option<u64>,
    /// Whether it fails without telling anybody.
    pub(super) fails_silently: bool,
    /// Whether it has failed: nothing gets through any more.
    pub(super) failed: bool,
    /// Whether both ends are machines and nobody tampers with what goes between them.
    pub(super) honest: bool,
}

#[derive(Debug)]
pub(super) struct End {
    pub(super) node: usize,
    pub(super) conn: ConnId,
    pub(super) state: EndState,
    /// Parses what comes; strangers take the bytes as they are.
    pub(super) inbound: Option<Box<Inbound>>,
    /// Whether what it sends is obfuscated.
    pub(super) obfuscated: bool,
    /// Whether anything has ever come.
    pub(super) has_received: bool,
    /// How the other side has ended it, while nobody reads that far.
    pub(super) ended: Option<CloseReason>,
    pub(super) sending: Option<Sending>,
    pub(super) receiving: Option<Receiving>,
    /// When the last bytes sent from here arrive: a stream does not overtake itself.
    pub(super) arrival: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EndState {
    /// The dialler has not heard yet.
    Dialling,
    Open,
    Closed,
    /// The host has started anew and knows nothing of it.
    Unknown,
}

#[derive(Debug)]
pub(super) struct Sending {
    pub(super) rest: Bytes,
    pub(super) sent: u64,
}

#[derive(Debug)]
pub(super) struct Receiving {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    pub(super) bytes: Vec<u8>,
    /// How many bytes the machine knows of.
    pub(super) reported: u64,
}

impl Line {
    /// Whether nobody holds it any more.
    pub(super) fn is_over(&self) -> bool {
        let over = |end: &End| matches!(end.state, EndState::Closed | EndState::Unknown);
        self.ends.iter().all(over)
    }
}

impl End {
    pub(super) fn new(node: usize, conn: ConnId, state: EndState, now: Instant) -> Self {
        Self {
            node,
            conn,
            state,
            inbound: None,
            obfuscated: false,
            has_received: false,
            ended: None,
            sending: None,
            receiving: None,
            arrival: now,
        }
    }

    /// Parses what comes.
    pub(super) fn parse(&mut self, obfuscated: bool) {
        let mut inbound = Box::new(Inbound::new(Limits::default()));
        inbound.set_obfuscated(obfuscated);
        self.inbound = Some(inbound);
        self.obfuscated = obfuscated;
    }

    pub(super) fn is_open(&self) -> bool {
        self.state == EndState::Open
    }
}
