//! Puts the two byte streams of every TCP connection back together.
//!
//! Nothing is decided before the file has been read: each stream gathers the pieces nobody sent before, and at the
//! end they are put in order. A byte is readable once everything before it which the file holds has arrived, so a
//! hole that is filled late delays what follows it, and one that is never filled delays nothing. Checksums are not
//! looked at: packets captured where they are sent have none yet.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;

use super::packet::{Opening, Packet};
use super::{Connection, Content, Segment, Side};

/// All connections of a file while it is read.
#[derive(Debug)]
pub(super) struct Streams {
    /// What the packets are parts of, so that their bytes need not be copied.
    file: Bytes,
    /// Every connection so far, in the order of appearance.
    connections: Vec<Tracked>,
    /// Which of them a pair of addresses (the smaller one first) means at present.
    current: BTreeMap<(SocketAddr, SocketAddr), usize>,
    /// Packets so far.
    arrivals: u64,
}

impl Streams {
    /// Begins; every packet's payload has to be a part of `file`.
    pub(super) fn new(file: Bytes) -> Self {
        Self {
            file,
            connections: Vec::new(),
            current: BTreeMap::new(),
            arrivals: 0,
        }
    }

    /// Takes in the next packet of the file.
    pub(super) fn push(&mut self, time: Duration, packet: &Packet<'_>) {
        self.arrivals += 1;
        let stamp = Stamp {
            arrival: self.arrivals,
            time,
        };
        let payload = self.file.slice_ref(packet.payload);
        let addresses = (
            packet.source.min(packet.destination),
            packet.source.max(packet.destination),
        );
        let current = self
            .current
            .get(&addresses)
            .and_then(|&index| self.connections.get_mut(index));
        if let Some(connection) = current.filter(|connection| connection.is_of(packet)) {
            connection.push(packet, &payload, stamp);
        } else {
            let mut connection = Tracked::new(packet);
            connection.push(packet, &payload, stamp);
            self.current.insert(addresses, self.connections.len());
            self.connections.push(connection);
        }
    }

    /// The connections, without those of which neither the opening nor a byte was seen.
    pub(super) fn finish(self) -> Vec<Connection> {
        let connections = self.connections.into_iter().map(Tracked::finish);
        connections
            .filter(|connection| connection.opened || !connection.segments.is_empty())
            .collect()
    }
}

/// When a packet was captured; compared by its place in the file, which clocks cannot disturb.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Stamp {
    /// Number of the packet.
    arrival: u64,
    /// Since the Unix epoch.
    time: Duration,
}

/// A connection while it is read.
#[derive(Debug)]
struct Tracked {
    /// See [`Connection`].
    initiator: SocketAddr,
    /// See [`Connection`].
    acceptor: SocketAddr,
    /// See [`Connection`].
    opened: bool,
    /// What the initiator sends.
    up: Stream,
    /// What the acceptor sends.
    down: Stream,
}

impl Tracked {
    /// The connection of which `packet` is the first one seen.
    fn new(packet: &Packet<'_>) -> Self {
        Self {
            initiator: packet.source,
            acceptor: packet.destination,
            opened: false,
            up: Stream::default(),
            down: Stream::default(),
        }
    }

    /// Whether `packet` belongs to this connection, and not to a later one between the same ports.
    fn is_of(&self, packet: &Packet<'_>) -> bool {
        let Some(opening) = packet.opening else {
            return true;
        };
        let sender = if packet.source == self.initiator {
            &self.up
        } else {
            &self.down
        };
        match sender.start {
            Some(start) => start == packet.sequence.wrapping_add(1),
            None => {
                opening == Opening::Answer
                    || (self.up.pieces.is_empty() && self.down.pieces.is_empty())
            }
        }
    }

    /// Takes in a packet of this connection.
    fn push(&mut self, packet: &Packet<'_>, payload: &Bytes, stamp: Stamp) {
        if let Some(opening) = packet.opening
            && !self.opened
        {
            self.opened = true;
            if (opening == Opening::Request) != (packet.source == self.initiator) {
                std::mem::swap(&mut self.initiator, &mut self.acceptor);
                std::mem::swap(&mut self.up, &mut self.down);
            }
        }
        let sender = if packet.source == self.initiator {
            &mut self.up
        } else {
            &mut self.down
        };
        sender.push(packet, payload, stamp);
    }

    /// Puts both directions in one order.
    fn finish(self) -> Connection {
        let mut segments = self.up.finish(Side::Initiator);
        segments.extend(self.down.finish(Side::Acceptor));
        segments.sort_by_key(|&(arrival, _)| arrival);
        let segments = segments.into_iter().map(|(_, segment)| segment).collect();
        Connection {
            initiator: self.initiator,
            acceptor: self.acceptor,
            opened: self.opened,
            segments,
        }
    }
}

/// One direction of a connection.
#[derive(Debug, Default)]
struct Stream {
    /// Sequence number of its first byte, as far as seen.
    start: Option<u32>,
    /// Sequence number behind its furthest byte.
    end_sequence: u32,
    /// Position behind its furthest byte, or behind the end where packets without data follow it.
    end: u64,
    /// Where it ends, and the packet that told so.
    closed: Option<(u64, Stamp)>,
    /// Position and origin of what was sent; they do not overlap. In the order of arrival.
    pieces: Vec<(u64, Stamp, Content)>,
    /// The positions that `pieces` fill: start and end of ranges which neither overlap nor touch.
    filled: BTreeMap<u64, u64>,
}

impl Stream {
    /// Takes in a packet.
    fn push(&mut self, packet: &Packet<'_>, payload: &Bytes, stamp: Stamp) {
        let sequence = packet
            .sequence
            .wrapping_add(packet.opening.is_some().into());
        if packet.opening.is_some() || (self.start.is_none() && packet.length > 0) {
            // Without the opening, a lone byte is more likely to be a probe of a connection kept alive, which repeats
            // the last byte, than to be data.
            let start =
                sequence.wrapping_add((packet.opening.is_none() && packet.length == 1).into());
            if self.start.is_none() {
                self.end_sequence = start;
            }
            self.start = Some(start);
        }
        if self.start.is_none() {
            return;
        }
        // Sequence numbers are near the furthest one, in front of it or behind it.
        let distance = sequence.wrapping_sub(self.end_sequence).cast_signed();
        // Where it begins, and how much of it lies in front of the stream's start.
        let (begin, early) = match self.end.checked_add_signed(distance.into()) {
            Some(begin) => (begin, 0),
            None => (
                0,
                u64::from(distance.unsigned_abs()).saturating_sub(self.end),
            ),
        };
        let Some(length) = u64::from(packet.length).checked_sub(early) else {
            return;
        };
        let end = begin + length;
        if end > self.end {
            self.end = end;
            self.end_sequence = sequence.wrapping_add(packet.length);
        }
        if packet.fin && self.closed.is_none() {
            self.closed = Some((end, stamp));
        }
        let payload = from(payload, early);
        let stored = begin + payload.len() as u64;
        for gap in self.fill(begin..end) {
            if gap.start < stored {
                let bytes = from(&payload, gap.start - begin);
                let excess = usize::try_from(stored.saturating_sub(gap.end)).unwrap_or(usize::MAX);
                let bytes = bytes.slice(..bytes.len().saturating_sub(excess));
                self.pieces.push((gap.start, stamp, Content::Data(bytes)));
            }
            if gap.end > stored {
                let cut = gap.start.max(stored);
                self.pieces
                    .push((cut, stamp, Content::Missing(gap.end - cut)));
            }
        }
    }

    /// Marks a range as filled; the parts of it which were not, in order.
    fn fill(&mut self, range: Range<u64>) -> Vec<Range<u64>> {
        let mut gaps = Vec::new();
        if range.is_empty() {
            return gaps;
        }
        // The ranges never touch, so their ends are in order too.
        let near = self
            .filled
            .range(..=range.end)
            .rev()
            .take_while(|&(_, &end)| end >= range.start);
        let near: Vec<_> = near.map(|(&start, &end)| start..end).collect();
        let mut merged = range.clone();
        let mut from = range.start;
        for old in near.into_iter().rev() {
            if old.start > from {
                gaps.push(from..old.start);
            }
            from = from.max(old.end);
            merged = merged.start.min(old.start)..merged.end.max(old.end);
            self.filled.remove(&old.start);
        }
        if from < range.end {
            gaps.push(from..range.end);
        }
        self.filled.insert(merged.start, merged.end);
        gaps
    }

    /// The segments without gap, each with the number of the packet which made it readable.
    fn finish(mut self, from: Side) -> Vec<(u64, Segment)> {
        self.pieces.sort_by_key(|&(position, ..)| position);
        let mut segments = Vec::with_capacity(self.pieces.len());
        let mut readable = Stamp::default();
        let mut reached = 0;
        let mut add = |stamp: Stamp, content| {
            let time = stamp.time;
            segments.push((
                stamp.arrival,
                Segment {
                    time,
                    from,
                    content,
                },
            ));
        };
        for (position, stamp, content) in self.pieces {
            readable = readable.max(stamp);
            if position > reached {
                add(readable, Content::Missing(position - reached));
            }
            reached = position + content.len();
            add(readable, content);
        }
        if let Some((end, stamp)) = self.closed
            && end > reached
        {
            add(readable.max(stamp), Content::Missing(end - reached));
        }
        segments
    }
}

/// The bytes behind the first `count` ones.
fn from(bytes: &Bytes, count: u64) -> Bytes {
    bytes.slice(
        usize::try_from(count)
            .unwrap_or(usize::MAX)
            .min(bytes.len())..,
    )
}

#[cfg(test)]
mod tests;
