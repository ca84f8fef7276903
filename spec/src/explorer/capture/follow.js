// Cuts one connection into events, by a plan: frames, the parts of a file connection, and bytes that are neither.

/** How many bytes of a fault are kept. */
const SHOWN = 256;
const TICKET = 4;
const OFFSET = 8;

/** Faults for which the capture is to blame, rather than the sender. */
const CUT = ["frame_incomplete", "file_incomplete", "gap"];

const FAULTS = {
  file_incomplete: "the beginning of a file connection is cut short",
  gap: "the capture lacks bytes here",
  after_gap: "bytes behind a gap, where frames can't be found",
  unrecognized: "not understood: neither a login nor a connection between peers",
  unknown_kind: "not understood: a connection between peers of an unknown kind",
  after_offset: "bytes of a downloader behind the offset",
};

const faultOf = (kind) => ({ kind, message: FAULTS[kind] });

/** Everything that was said on a connection, in the order of time. */
function follow(decoder, connection, plan) {
  const events = [];
  const channels = {
    initiator: new Channel(decoder, plan, "initiator", events),
    acceptor: new Channel(decoder, plan, "acceptor", events),
  };
  // Times in a file may go back; the order of what was said may not.
  let time = 0n;
  for (const segment of connection.segments) {
    if (segment.time > time) time = segment.time;
    const channel = channels[segment.from];
    if (segment.bytes) channel.data(time, segment.bytes);
    else channel.gap(time, segment.length);
  }
  channels.initiator.end();
  channels.acceptor.end();
  return sortByTime(events);
}

function sortByTime(events) {
  return events.sort((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0));
}

/** What one side sends after each other; the last stage stays. */
function stagesOf(plan, side) {
  const stages = [];
  if (plan.init && side === "initiator")
    stages.push({ is: "one", family: "peer_init", obfuscated: plan.init.obfuscated });
  const each = (family, obfuscated = false) => stages.push({ is: "each", family, obfuscated });
  switch (plan.kind) {
    case "server":
      each(plan.client === side ? "server_request" : "server_response");
      break;
    case "peer":
      each("peer", plan.obfuscated);
      break;
    case "distributed":
      each("distributed");
      break;
    case "file":
      if (plan.first === side) stages.push({ is: "ticket" });
      if (plan.uploader === side) stages.push({ is: "data" });
      else stages.push({ is: "offset" }, { is: "lost", fault: faultOf("after_offset") });
      break;
    default:
      stages.push({ is: "lost", fault: faultOf(plan.fault) });
  }
  return stages;
}

/** One side of a connection. */
class Channel {
  constructor(decoder, plan, side, events) {
    this.side = side;
    this.stages = stagesOf(plan, side);
    this.framer = new Framer(decoder);
    this.events = events;
    this.run = null;
    this.time = 0n;
  }

  get counts() {
    return ["data", "lost"].includes(this.stages[0].is);
  }

  data(time, bytes) {
    this.time = time;
    if (this.counts) {
      this.count(bytes, 0);
      return;
    }
    this.framer.push(bytes);
    while (this.step());
  }

  /** Reads one thing; whether there may be more. */
  step() {
    const stage = this.stages[0];
    const { queue } = this.framer;
    switch (stage.is) {
      case "one":
      case "each":
        return this.frame(stage);
      case "ticket":
      case "offset": {
        const bytes = queue.take(stage.is === "ticket" ? TICKET : OFFSET);
        if (!bytes) return false;
        this.stages.shift();
        const { view } = bodyOf(bytes);
        const fields =
          stage.is === "ticket" ? { token: view.getUint32(0, true) } : { offset: exact(view.getBigUint64(0, true)) };
        this.say({ is: "file", name: stage.is === "ticket" ? "FileTicket" : "FileOffset", fields, bytes });
        return true;
      }
      case "skip": {
        const here = Math.min(stage.left, queue.length);
        queue.take(here);
        stage.left -= here;
        if (stage.left === 0) this.stages.shift();
        return stage.left === 0;
      }
      default:
        this.count(queue.take(queue.length), 0);
        return false;
    }
  }

  frame(stage) {
    const { family, obfuscated } = stage;
    try {
      const next = this.framer.next(family, obfuscated);
      if (!next) return false;
      if (stage.is === "one") this.stages.shift();
      this.say({ is: "frame", family, obfuscated, ...next });
    } catch (fault) {
      if (!(fault instanceof FrameFault)) throw fault;
      this.lose({ kind: fault.kind, message: fault.message });
    }
    return true;
  }

  /** Takes note of bytes that the capture does not hold. */
  gap(time, count) {
    this.time = time;
    if (this.counts) {
      this.count(new Uint8Array(0), count);
      return;
    }
    const stage = this.stages[0];
    let left = stage.is === "skip" ? stage.left : this.cut();
    left = left === null || left < count ? null : left - count;
    // Where the gap ends within a frame of known length, the next frame can be found.
    if (this.stages[0].is === "skip") this.stages.shift();
    if (left === null) this.lose(faultOf("after_gap"));
    else if (left > 0) this.stages.unshift({ is: "skip", left });
    this.say({ is: "fault", fault: faultOf("gap"), length: count, head: new Uint8Array(0) });
  }

  /** Reports what is there of a frame that is not whole; how many bytes it lacks, or null where nobody knows. */
  cut() {
    const { queue } = this.framer;
    if (queue.length === 0) return null;
    const rest = queue.take(queue.length);
    const stage = this.stages[0];
    let fault = faultOf("file_incomplete");
    let lacks = null;
    if (stage.is === "one" || stage.is === "each") {
      const { have, need } = this.lacking(rest, stage);
      if (have >= 4) lacks = need - have;
      const message = `a ${stage.family} frame is cut short: ${have} bytes of ${need}`;
      fault = { kind: "frame_incomplete", message };
      if (stage.is === "one") this.stages.shift();
    }
    this.say({ is: "fault", fault, length: rest.length, head: rest.slice(0, SHOWN) });
    return lacks;
  }

  /** What a frame has and needs of which these are the first bytes. */
  lacking(rest, { family, obfuscated }) {
    const keyLength = this.framer.obfuscation.key_length;
    const keyed = obfuscated && rest.length >= keyLength;
    const revealed = keyed ? applyKey(this.framer.obfuscation, rest, rest.subarray(keyLength)) : rest;
    const have = revealed.length;
    try {
      const { whole, needs } = this.framer.measure(family, revealed.subarray(0, 8));
      return { have, need: whole ?? needs };
    } catch (fault) {
      if (!(fault instanceof FrameFault)) throw fault;
      return { have, need: have };
    }
  }

  /** Reports what is left at the end of the connection. */
  end() {
    if (!this.counts) this.cut();
    if (!this.run) return;
    const { began, ended, length, missing, head } = this.run;
    const stage = this.stages[0];
    this.time = ended;
    if (stage.is === "lost") {
      this.say({ is: "fault", fault: stage.fault, length: length - missing, head: head.take(head.length) });
    } else {
      const fields = { length, missing, began: secondsOf(began) };
      this.say({ is: "file", name: "FileData", fields, bytes: head.take(head.length) });
    }
  }

  say(what) {
    this.events.push({ time: this.time, connection: 0, from: this.side, ...what });
  }

  /** Gives up reading; what is there, and what comes, is counted. */
  lose(fault) {
    this.stages = [{ is: "lost", fault }];
  }

  count(bytes, missing) {
    if (bytes.length === 0 && missing === 0) return;
    this.run ??= { began: this.time, length: 0, missing: 0, head: new Queue() };
    this.run.ended = this.time;
    this.run.length += bytes.length + missing;
    this.run.missing += missing;
    this.run.head.push(bytes.subarray(0, Math.max(0, SHOWN - this.run.head.length)));
  }
}
