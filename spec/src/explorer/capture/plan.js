// How to read a connection: which families and which raw parts follow each other on either side.

/** How many bytes are needed at most to tell what a connection is. */
const HEAD = 64 << 10;

/** When so much was inflated of a connection, it is known well enough, in bytes. */
const ENOUGH = 256 << 20;

const OTHER = { initiator: "acceptor", acceptor: "initiator" };

/** The bytes that a side sent first, up to a gap and to `HEAD`. */
function headOf(connection, side) {
  const head = new Queue();
  for (const segment of connection.segments) {
    if (segment.from !== side) continue;
    if (!segment.bytes || head.length >= HEAD) break;
    head.push(segment.bytes);
  }
  return head.take(Math.min(head.length, HEAD));
}

/** How a connection begins, by the first bytes of the side that opened it: a login, an init frame, or null. */
function openingOf(decoder, head) {
  const login = firstMessage(decoder, head, "server_request", false);
  if (login?.name === "LoginRequest") return { is: "login" };
  for (const obfuscated of [false, true]) {
    const init = initOf(decoder, head, obfuscated);
    if (init) return { is: "init", ...init, obfuscated };
  }
  return null;
}

/** Says what connections are; it remembers how each begins. */
class Planner {
  constructor(decoder) {
    this.decoder = decoder;
    this.openings = new Map();
  }

  opening(connection) {
    let opening = this.openings.get(connection);
    if (opening === undefined) {
      opening = openingOf(this.decoder, headOf(connection, "initiator"));
      this.openings.set(connection, opening);
    }
    return opening;
  }

  /** The connection the right way round: who opened it is a guess where the capture begins later. */
  oriented(connection) {
    const opens = (side) => openingOf(this.decoder, headOf(connection, side)) !== null;
    if (connection.opened || opens("initiator") || !opens("acceptor")) return connection;
    return {
      initiator: connection.acceptor,
      acceptor: connection.initiator,
      opened: false,
      segments: connection.segments.map((segment) => ({ ...segment, from: OTHER[segment.from] })),
    };
  }

  /** The plan for a connection to a server, or null for any other. */
  server(connection) {
    const opening = this.opening(connection);
    if (opening?.is === "login") return { init: null, kind: "server", client: "initiator" };
    if (opening) return null;
    connection.midway = this.midway(connection);
    return connection.midway?.kind === "server" ? connection.midway : null;
  }

  /** The plan for any other connection, and who initiator and acceptor are. */
  peer(connection, requests, names) {
    const initiator = names.of(connection.initiator);
    const acceptor = names.of(connection.acceptor);
    const opening = this.opening(connection);
    if (!opening) {
      const plan = connection.midway ?? { init: null, kind: "unknown", fault: "unrecognized" };
      return { plan, initiator, acceptor };
    }
    const { fields, obfuscated } = opening;
    const init = { obfuscated };
    const speaks = (kind) => this.protocol(kindOf(this.decoder, kind), connection, init);
    if (opening.name === "PeerInit") {
      const plan = speaks(fields.kind) ?? this.guess(connection, init);
      return { plan, initiator: { user: fields.username }, acceptor };
    }
    const request = requests.find(connection, fields.token);
    const plan = (request && speaks(request.kind)) ?? this.guess(connection, init);
    return { plan, initiator: request?.asked ?? initiator, acceptor: request?.asker ?? acceptor };
  }

  /** What a connection of a kind speaks after its init frame. */
  protocol(kind, connection, init) {
    if (kind === "peer") return { init, kind, obfuscated: init.obfuscated };
    if (kind === "distributed") return { init, kind };
    if (kind === "file") return this.file(connection, init);
    return null;
  }

  /** Who uploads: whoever speaks first after the init frame, because that is the ticket. */
  file(connection, init) {
    const head = headOf(connection, "initiator");
    const { frames } = cutFrames(this.decoder, head, "peer_init", init.obfuscated, 1);
    const opening = frames.length > 0 ? frames[0].end : 0;
    const sent = { initiator: 0, acceptor: 0 };
    let first = null;
    let unanswered = 0;
    for (const { from, length } of connection.segments) {
      sent[from] += length;
      if (!first && (from === "acceptor" || sent.initiator > opening)) first = from;
      if (sent.acceptor === 0) unanswered = sent.initiator;
    }
    first ??= "initiator";
    // Ticket and offset from the same side, and from the other something else than an offset, or what would be one
    // after all of it: an uploader waits for the offset.
    const both = opening + TICKET + OFFSET;
    const downloaderFirst =
      first === "initiator" &&
      sent.initiator === both &&
      (sent.acceptor !== OFFSET || unanswered === both);
    return { init, kind: "file", first, uploader: downloaderFirst ? OTHER[first] : first };
  }

  /** The plan for a connection between peers of which nobody has said the kind: what its bytes make sense as. */
  guess(connection, init) {
    const framed = [
      { init, kind: "peer", obfuscated: init.obfuscated },
      { init, kind: "distributed" },
    ];
    const best = this.best(connection, framed);
    if (best) return best;
    const file = this.file(connection, init);
    const events = follow(this.decoder, connection, file);
    const whole =
      events.some((event) => event.name === "FileTicket") && !events.some((event) => event.is === "fault");
    return whole ? file : { init, kind: "unknown", fault: "unknown_kind" };
  }

  /** The plan for a connection whose beginning the capture does not hold. */
  midway(connection) {
    return this.best(connection, [
      { init: null, kind: "server", client: "initiator" },
      { init: null, kind: "server", client: "acceptor" },
      { init: null, kind: "peer", obfuscated: false },
      { init: null, kind: "peer", obfuscated: true },
      { init: null, kind: "distributed" },
    ]);
  }

  /** The plan with which most frames make sense, the first of equals; null if none do. */
  best(connection, plans) {
    let best = null;
    let most = 0;
    for (const plan of plans) {
      const sense = this.sense(follow(this.decoder, connection, plan), plan.init !== null);
      if (sense > most) [best, most] = [plan, sense];
    }
    return best;
  }

  /** How many frames make sense, without the init frame; 0 when more do not, or anything speaks against it. */
  sense(events, init) {
    let clear = 0;
    let doubtful = 0;
    let inflated = 0;
    for (const event of events) {
      if (event.is === "frame" && !(init && event.family === "peer_init")) {
        const decoded = this.decoder.decode(event.family, event.frame);
        if (decoded.problem) return 0;
        if (decoded.message && decoded.trailing.length === 0) clear += 1;
        else doubtful += 1;
        inflated += decoded.base === null ? decoded.body.bytes.length : 0;
        if (inflated > ENOUGH) break;
      } else if (event.is === "fault" && !CUT.includes(event.fault.kind)) return 0;
    }
    return doubtful > clear ? 0 : clear;
  }
}
