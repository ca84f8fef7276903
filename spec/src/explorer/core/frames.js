// Cutting bytes into frames, obfuscation, and finding out to which family bytes belong.

/** Bytes that can't be cut into frames. */
class FrameFault extends Error {
  constructor(kind, said) {
    super(said);
    this.kind = kind;
  }
}

/** Obfuscates or reveals `data`, which begins at the length field of a frame; the result is a copy. */
function applyKey(obfuscation, key, data) {
  const revealed = new Uint8Array(data.length);
  const { rotate_left: bits, word_length: word } = obfuscation;
  let state = (key[0] | (key[1] << 8) | (key[2] << 16) | (key[3] << 24)) >>> 0;
  for (let at = 0; at < data.length; at += 1) {
    if (at % word === 0) state = ((state << bits) | (state >>> (32 - bits))) >>> 0;
    revealed[at] = data[at] ^ ((state >>> (8 * (at % word))) & 0xff);
  }
  return revealed;
}

/** Takes bytes in any chunks and yields frames. */
class Framer {
  constructor(decoder) {
    this.decoder = decoder;
    this.obfuscation = decoder.protocol.framing.obfuscation;
    this.queue = new Queue();
  }

  push(bytes) {
    this.queue.push(bytes);
  }

  /**
   * The next frame, or null while it is not whole: `{ frame, wire }`, where `frame` is revealed and `wire` as it
   * came. Throws a `FrameFault` where none can be.
   */
  next(familyName, obfuscated) {
    const keyLength = obfuscated ? this.obfuscation.key_length : 0;
    const start = this.queue.peek();
    if (start.length < keyLength) return null;
    let head = start.subarray(keyLength, keyLength + 8);
    if (obfuscated) head = applyKey(this.obfuscation, start, head);
    const size = this.measure(familyName, head).whole;
    if (size === undefined || start.length < keyLength + size) return null;
    const wire = this.queue.take(keyLength + size);
    const frame = obfuscated ? applyKey(this.obfuscation, wire, wire.subarray(keyLength)) : wire;
    return { frame, wire };
  }

  /** What the first bytes tell: `whole`, the size with the length field; or `needs`, the least there must be. */
  measure(familyName, head) {
    const family = this.decoder.family(familyName);
    if (head.length < 4) return { needs: 4 + family.width };
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const length = view.getUint32(0, true);
    if (length < family.width) {
      throw new FrameFault("frame_too_short", `a ${familyName} frame of ${length} bytes has no room for its code`);
    }
    const fits = (limit) => {
      if (length <= limit) return;
      const said = `a ${familyName} frame of ${length} bytes is over the limit of ${limit}`;
      throw new FrameFault("frame_too_long", said);
    };
    fits(family.limits.longest);
    if (head.length < 4 + family.width) return { needs: 4 + length };
    fits(this.decoder.longest(family, family.width === 1 ? view.getUint8(4) : view.getUint32(4, true)));
    return { whole: 4 + length };
  }
}

/**
 * All frames at the start of `bytes`: `{ start, end, frame }`, at most `most`. `fault` says why the rest from `end`
 * on is none.
 */
function cutFrames(decoder, bytes, familyName, obfuscated, most = Infinity) {
  const framer = new Framer(decoder);
  framer.push(bytes);
  const frames = [];
  let at = 0;
  try {
    while (at < bytes.length && frames.length < most) {
      const next = framer.next(familyName, obfuscated);
      if (!next) {
        const said = `a ${familyName} frame is cut short: ${bytes.length - at} bytes are there`;
        return { frames, end: at, fault: new FrameFault("frame_incomplete", said) };
      }
      frames.push({ start: at, end: at + next.wire.length, frame: next.frame, wire: next.wire });
      at += next.wire.length;
    }
  } catch (fault) {
    if (!(fault instanceof FrameFault)) throw fault;
    return { frames, end: at, fault };
  }
  return { frames, end: at, fault: null };
}

/** How many frames, values and inflated bytes are looked at to tell how well a family fits. */
const LOOK = { frames: 50, values: 400, inflated: 64 << 20 };

/**
 * The ways to read `bytes`, the best first: `{ family, obfuscated, score, frames, clear }`. Those that fit at all have
 * a score above 0.
 */
function rankFamilies(decoder, bytes) {
  const ways = [];
  for (const family of decoder.families.keys()) {
    for (const obfuscated of [false, true]) {
      const cut = readWay(decoder, bytes, family, obfuscated, LOOK.frames);
      ways.push({ family, obfuscated, ...scoreOf(decoder, family, cut, bytes.length), frames: cut.frames.length });
    }
  }
  return ways.sort((one, other) => other.score - one.score);
}

function scoreOf(decoder, family, cut, length) {
  let sum = 0;
  let clear = 0;
  let covered = 0;
  let seen = 0;
  let inflated = 0;
  for (const { frame, start, end, family: own } of cut.frames) {
    if (!frame) {
      // A part of a file connection is anything.
      covered += end - start;
      continue;
    }
    const decoded = decoder.decode(own ?? family, frame);
    const quality = qualityOf(decoded);
    seen += 1;
    sum += quality;
    clear += quality > 0.5 ? 1 : 0;
    covered += quality > 0 ? end - start : 0;
    inflated += decoded.base === null ? decoded.body.bytes.length : 0;
    if (inflated > LOOK.inflated) break;
  }
  if (seen === 0) return { score: 0, clear };
  const all = inflated <= LOOK.inflated && cut.frames.length < LOOK.frames;
  return { score: (sum / seen) * (all ? covered / length : 1), clear };
}

/** How much sense a frame makes, from 0 to 1. */
function qualityOf(decoded) {
  if (decoded.problem) return 0;
  if (!decoded.message) return decoded.knownAs ? 0.05 : 0.01;
  const seen = { good: 1, bad: 0, left: LOOK.values };
  plausible(decoded.message.shape, decoded.body, 0, decoded.body.bytes.length, seen);
  const status = { used: 1, deprecated: 0.97, obsolete: 0.95, unverified: 0.93 }[decoded.message.status] ?? 0.9;
  const trailing = decoded.trailing.length > 0 ? 0.3 : 1;
  return (seen.good / (seen.good + 3 * seen.bad)) * status * trailing;
}

/** Counts values that look right, and those that look like something else. */
function plausible(shape, body, start, end, seen) {
  if (seen.left <= 0) return;
  seen.left -= 1;
  const judge = (fine) => {
    seen[fine ? "good" : "bad"] += 1;
  };
  if (shape.either) plausible(shape.chosen(body, start), body, start, end, seen);
  else if (shape.children) {
    shape.children(
      body,
      start,
      (_, inner, from, to) => to !== null && plausible(inner, body, from, to, seen),
      0,
      Math.min(20, seen.left),
    );
  } else if (shape.enum) judge(shape.constant(shape.json(body, start, end)) !== undefined);
  else if (shape.name === "bool") judge(body.bytes[start] <= 1);
  else if (shape.name === "text" || shape.name === "secret") {
    const text = utf8(body.bytes.subarray(start + 4, Math.min(end, start + 1028)));
    judge(end > start + 1028 || (text !== null && !/[\0-\x08\x0e-\x1f]/.test(text)));
  } else judge(true);
}
