// Puts the two byte streams of every TCP connection back together.
//
// Each stream gathers what was sent, and at the end it is put in order; of bytes that were sent again the first ones
// count. A byte is readable once everything before it that the file holds has arrived. A hole that is never filled becomes a count of missing
// bytes. Checksums are not looked at.

/** Packets between two looks at the clock. */
const BREATH = 2000;

/** Reassembles a capture: `{ connections, damage }`, where `damage` is the first fault or null. */
async function reassemble(file, breathe) {
  const streams = new Streams();
  let damage = null;
  try {
    for (const stored of walkPackets(file)) {
      try {
        const packet = dissect(stored);
        if (packet) streams.push(stored.time, packet);
      } catch (fault) {
        if (!(fault instanceof CaptureFault)) throw fault;
        damage ??= fault.message;
      }
      if (streams.arrivals % BREATH === 0) await breathe();
    }
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
    const to = addressText(packet.destination);
    const key = packet.from < to ? `${packet.from} ${to}` : `${to} ${packet.from}`;
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
    this.opener = packet.from;
    this.opened = false;
    this.up = new Stream();
    this.down = new Stream();
  }

  sender(packet) {
    return packet.from === this.opener ? this.up : this.down;
  }

  /** Whether `packet` belongs to this connection, and not to a later one between the same ports. */
  isOf(packet) {
    if (!packet.opening) return true;
    const { start } = this.sender(packet);
    if (start !== null) return start === (packet.sequence + 1) >>> 0;
    return packet.opening === "answer" || (this.up.parts.length === 0 && this.down.parts.length === 0);
  }

  push(packet, stamp) {
    if (packet.opening && !this.opened) {
      this.opened = true;
      if ((packet.opening === "request") !== (packet.from === this.opener)) {
        this.opener = addressText(this.acceptor);
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
    this.parts = [];
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
    if (end === begin) return;
    this.parts.push({ begin, end, bytes: payload.subarray(Math.min(early, payload.length)), stamp });
  }

  finish(from) {
    const segments = [];
    let readable = { arrival: 0, time: 0n };
    const later = (stamp) => (stamp.arrival > readable.arrival ? stamp : readable);
    const missing = (stamp, length) => segments.push({ ...stamp, from, bytes: null, length });
    let reached = 0;
    for (const { at, stamp, length, bytes } of piecesOf(this.parts)) {
      readable = later(stamp);
      if (at > reached) missing(readable, at - reached);
      reached = at + length;
      segments.push({ ...readable, from, bytes, length });
    }
    if (this.closed && this.closed.end > reached) missing(later(this.closed.stamp), this.closed.end - reached);
    return segments;
  }
}

/**
 * Cuts parts that may overlap into pieces that do not, in order; each byte comes from the part that arrived first.
 * A piece without bytes was sent and not stored.
 */
function piecesOf(parts) {
  const sorted = parts.toSorted((one, other) => one.begin - other.begin || one.stamp.arrival - other.stamp.arrival);
  const pieces = [];
  const open = new Heap((part) => part.stamp.arrival);
  const add = (part, from, to) => {
    const { begin, bytes, stamp } = part;
    const stored = begin + bytes.length;
    if (from < stored) {
      const piece = bytes.subarray(from - begin, Math.min(to, stored) - begin);
      pieces.push({ at: from, stamp, length: piece.length, bytes: piece });
    }
    if (to > stored) {
      const cut = Math.max(from, stored);
      pieces.push({ at: cut, stamp, length: to - cut, bytes: null });
    }
  };
  let run = null;
  const close = () => {
    if (run) add(run.part, run.from, run.to);
    run = null;
  };
  let at = 0;
  for (let next = 0; next < sorted.length || open.size > 0;) {
    while (open.size > 0 && open.first.end <= at) open.take();
    if (open.size === 0) {
      if (next === sorted.length) break;
      at = Math.max(at, sorted[next].begin);
    }
    while (next < sorted.length && sorted[next].begin <= at) {
      open.put(sorted[next]);
      next += 1;
    }
    while (open.size > 0 && open.first.end <= at) open.take();
    if (open.size === 0) continue;
    const part = open.first;
    const to = next < sorted.length ? Math.min(part.end, sorted[next].begin) : part.end;
    if (run?.part === part && run.to === at) run.to = to;
    else {
      close();
      run = { part, from: at, to };
    }
    at = to;
  }
  close();
  return pieces;
}

/** Things of which the least comes first. */
class Heap {
  constructor(key) {
    this.key = key;
    this.list = [];
  }

  get size() {
    return this.list.length;
  }

  get first() {
    return this.list[0];
  }

  put(thing) {
    const { list, key } = this;
    let at = list.length;
    list.push(thing);
    while (at > 0 && key(list[(at - 1) >> 1]) > key(thing)) {
      list[at] = list[(at - 1) >> 1];
      at = (at - 1) >> 1;
    }
    list[at] = thing;
  }

  take() {
    const { list, key } = this;
    const last = list.pop();
    if (list.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= list.length) break;
      if (child + 1 < list.length && key(list[child + 1]) < key(list[child])) child += 1;
      if (key(list[child]) >= key(last)) break;
      list[at] = list[child];
      at = child;
    }
    list[at] = last;
  }
}
