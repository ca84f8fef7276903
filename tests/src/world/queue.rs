//! What will happen, in the order of time.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::time::Instant;

use slsk_net::machine::{CloseReason, Command, ConnId, Input, Route};

/// What will happen; what happens at the same time keeps the order in which it was planned.
#[derive(Debug, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Planned>,
    planned: u64,
}

#[derive(Debug)]
struct Planned {
    time: Instant,
    number: u64,
    happening: Happening,
}

#[derive(Debug)]
pub(super) enum Happening {
    /// A node has asked to be woken; it may have changed its mind.
    Alarm { node: usize },
    /// A dial comes to where it goes.
    Knock {
        node: usize,
        life: u32,
        conn: ConnId,
        route: Route,
    },
    /// The dialler hears that it is through.
    Connected { line: usize },
    /// The dialler hears that it is not.
    Failed {
        node: usize,
        life: u32,
        conn: ConnId,
        problem: &'static str,
    },
    /// Bytes come to one end.
    Bytes {
        line: usize,
        to: usize,
        bytes: Vec<u8>,
    },
    /// One end hears that the connection is over.
    Hangup {
        line: usize,
        to: usize,
        reason: CloseReason,
    },
    /// One end looks at what has come already.
    Pump { line: usize, at: usize },
    /// One end writes more of a file.
    FilePart { line: usize, from: usize },
    /// The line fails.
    Break { line: usize, silently: bool },
    /// What a client has had done elsewhere is done.
    Done {
        node: usize,
        life: u32,
        input: Box<Input<Command>>,
    },
}

impl Queue {
    pub(super) fn push(&mut self, time: Instant, happening: Happening) {
        self.planned += 1;
        self.heap.push(Planned {
            time,
            number: self.planned,
            happening,
        });
    }

    pub(super) fn pop(&mut self) -> Option<(Instant, Happening)> {
        let Planned {
            time, happening, ..
        } = self.heap.pop()?;
        Some((time, happening))
    }

    pub(super) fn next_time(&self) -> Option<Instant> {
        self.heap.peek().map(|planned| planned.time)
    }
}

/// The earliest one is the greatest: it is the first in the heap.
impl Ord for Planned {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.time, other.number).cmp(&(self.time, self.number))
    }
}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Planned {}
