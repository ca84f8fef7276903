// Puts the two byte streams of every TCP connection back together.
//
// Each stream gathers the pieces that nobody sent before, and at the end they are put in order. A byte is readable
// once everything before it that the file holds has arrived. A hole that is never filled becomes a count of missing
// bytes. Checksums are not looked at.

/** Reassembles a capture: `{ connections, damage }`, where `damage` is the first fault or null. */
function reassemble(file) {
  const streams = new Streams();
  let damage = null;
  try {
    walkPackets(file, (stored) => {
      try {
        const packet = dissect(stored);
        if (packet) streams.push(stored.time, packet);
      } catch (fault) {
        if (!(fault instanceof CaptureFault)) throw fault;
        damage ??= fault.message;
      }
    });
  } catch (fault) {
    if (!(fault instanceof CaptureFault)) throw fault;
    damage = fault.message;
  }
  return { connections: streams.finish(), damage };
}

/** All connections of a file while it is read. */
class Streams {
  constructor() {
    this.connections = [];
    this.current = new Map();
    this.arrivals = 0;
  }

  push(time, packet) {
    this.arrivals += 1;
    const stamp = { arrival: this.arrivals, time };
    packet.from = addressText(packet.source);
    const key = [packet.from, addressText(packet.destination)].sort().join(" ");
    let connection = this.current.get(key);
    if (!connection?.isOf(packet)) {
      connection = new Tracked(packet);
      this.current.set(key, connection);
      this.connections.push(connection);
    }
    connection.push(packet, stamp);
  }

  /** The connections, without those of which neither the opening nor a byte was seen. */
  finish() {
    return this.connections.map((one) => one.finish()).filter((one) => one.opened || one.segments.length > 0);
  }
}

/** A connection while it is read; `up` is what its initiator sends. */
class Tracked {
  constructor(packet) {
    this.initiator = packet.source;
    this.acceptor = packet.destination;
    this.opened = false;
    this.up = new Stream();
    this.down = new Stream();
  }

  sender(packet) {
    return packet.from === addressText(this.initiator) ? this.up : this.down;
  }

  /** Whether `packet` belongs to this connection, and not to a later one between the same ports. */
  isOf(packet) {
    if (!packet.opening) return true;
    const { start } = this.sender(packet);
    if (start !== null) return start === (packet.sequence + 1) >>> 0;
    return packet.opening === "answer" || (this.up.pieces.length === 0 && this.down.pieces.length === 0);
  }

  push(packet, stamp) {
    if (packet.opening && !this.opened) {
      this.opened = true;
      if ((packet.opening === "request") !== (packet.from === addressText(this.initiator))) {
        [this.initiator, this.acceptor] = [this.acceptor, this.initiator];
        [this.up, this.down] = [this.down, this.up];
      }
    }
    this.sender(packet).push(packet, stamp);
  }

  /** Both directions in one order: segments `{ time, from, bytes }` or `{ time, from, missing }`. */
  finish() {
    const segments = [...this.up.finish("initiator"), ...this.down.finish("acceptor")];
    segments.sort((one, other) => one.arrival - other.arrival);
    return { initiator: this.initiator, acceptor: this.acceptor, opened: this.opened, segments };
  }
}

/** One direction of a connection. */
class Stream {
  constructor() {
    this.start = null;
    this.endSequence = 0;
    this.end = 0;
    this.closed = null;
    this.pieces = [];
    this.filled = [];
  }

  push({ sequence: first, opening, payload, length: packetLength, fin }, stamp) {
    const sequence = (first + (opening ? 1 : 0)) >>> 0;
    if (opening || (this.start === null && packetLength > 0)) {
      // Without the opening, a lone byte is more likely to be a probe that repeats the last byte than to be data.
      const start = (sequence + (!opening && packetLength === 1 ? 1 : 0)) >>> 0;
      if (this.start === null) this.endSequence = start;
      this.start = start;
    }
    if (this.start === null) return;
    // Sequence numbers are near the furthest one, in front of it or behind it.
    const distance = (sequence - this.endSequence) | 0;
    const begin = Math.max(0, this.end + distance);
    const early = Math.max(0, -(this.end + distance));
    if (packetLength < early) return;
    const end = begin + packetLength - early;
    if (end > this.end) {
      this.end = end;
      this.endSequence = (sequence + packetLength) >>> 0;
    }
    if (fin && !this.closed) this.closed = { end, stamp };
    const bytes = payload.subarray(Math.min(early, payload.length));
    const stored = begin + bytes.length;
    for (const [from, to] of this.fill(begin, end)) {
      if (from < stored) {
        const piece = bytes.subarray(from - begin, Math.min(to, stored) - begin);
        this.pieces.push({ at: from, stamp, length: piece.length, bytes: piece });
      }
      if (to > stored) {
        const cut = Math.max(from, stored);
        this.pieces.push({ at: cut, stamp, length: to - cut, bytes: null });
      }
    }
  }

  /** Marks a range as filled; the parts of it that were not, in order. */
  fill(start, end) {
    if (start >= end) return [];
    const { filled } = this;
    let low = 0;
    let high = filled.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (filled[middle][1] < start) low = middle + 1;
      else high = middle;
    }
    const gaps = [];
    let next = low;
    let from = start;
    const merged = [start, end];
    for (; next < filled.length && filled[next][0] <= end; next += 1) {
      const [oldStart, oldEnd] = filled[next];
      if (oldStart > from) gaps.push([from, oldStart]);
      from = Math.max(from, oldEnd);
      merged[0] = Math.min(merged[0], oldStart);
      merged[1] = Math.max(merged[1], oldEnd);
    }
    if (from < end) gaps.push([from, end]);
    filled.splice(low, next - low, merged);
    return gaps;
  }

  finish(from) {
    this.pieces.sort((one, other) => one.at - other.at);
    const segments = [];
    let readable = { arrival: 0, time: 0n };
    const later = (stamp) => (stamp.arrival > readable.arrival ? stamp : readable);
    const missing = (stamp, length) => segments.push({ ...stamp, from, bytes: null, length });
    let reached = 0;
    for (const { at, stamp, length, bytes } of this.pieces) {
      readable = later(stamp);
      if (at > reached) missing(readable, at - reached);
      reached = at + length;
      segments.push({ ...readable, from, bytes, length });
    }
    if (this.closed && this.closed.end > reached) missing(later(this.closed.stamp), this.closed.end - reached);
    return segments;
  }
}
