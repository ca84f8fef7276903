// The packets of a capture file: pcap of either byte order and time unit, and pcapng.

const NANOS = 1_000_000_000n;

/** A file that is no capture, or a damaged one. */
class CaptureFault extends Error {}

/**
 * Yields every packet as `{ time, link, data, wireLength }`; `time` in nanoseconds since 1970. Throws a
 * `CaptureFault` at the first fault, behind the packets before it.
 */
function* walkPackets(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length === 0) throw new CaptureFault("empty file");
  if (startsWith(file, 0, [0x0a, 0x0d, 0x0d, 0x0a])) {
    yield* walkPcapng(file, view);
    return;
  }
  const magics = { 0xa1b2c3d4: 1000n, 0xa1b23c4d: 1n, 0xa1b2cd34: 1000n };
  if (file.length >= 4) {
    for (const little of [true, false]) {
      const magic = view.getUint32(0, little);
      const unit = magics[magic];
      const longer = magic === 0xa1b2cd34;
      // The longer record header is known of little-endian files only.
      if (unit && (little || !longer)) {
        yield* walkPcap(file, view, { little, unit, longer });
        return;
      }
    }
  }
  throw new CaptureFault("not a capture: expected pcap or pcapng; if it is compressed, unpack it first");
}

function* walkPcap(file, view, { little, unit, longer }) {
  const HEADER = 24;
  const record = longer ? 24 : 16;
  if (file.length < HEADER) throw new CaptureFault("truncated: the file ends inside its header");
  const link = view.getUint32(20, little) & 0xffff;
  let number = 0;
  for (let at = HEADER; at < file.length;) {
    number += 1;
    const left = file.length - at;
    const stored = left < record ? 0 : view.getUint32(at + 8, little);
    if (left < record + stored) {
      throw new CaptureFault(`truncated: the file ends inside packet ${number}, which begins at byte ${at}`);
    }
    yield {
      time: BigInt(view.getUint32(at, little)) * NANOS + BigInt(view.getUint32(at + 4, little)) * unit,
      link,
      data: file.subarray(at + record, at + record + stored),
      wireLength: view.getUint32(at + 12, little),
    };
    at += record + stored;
  }
}

const BLOCK = { section: 0x0a0d0d0a, interface: 1, obsolete: 2, simple: 3, enhanced: 6 };

function* walkPcapng(file, view) {
  const section = { little: true, interfaces: [], time: 0n };
  for (let at = 0; at < file.length;) {
    const left = file.length - at;
    const fault = (said) => new CaptureFault(`damaged: the block at byte ${at} ${said}`);
    if (left < 12) throw new CaptureFault(`truncated: the file ends inside a block, which begins at byte ${at}`);
    if (view.getUint32(at, true) === BLOCK.section) {
      section.little = view.getUint32(at + 8, true) === 0x1a2b3c4d;
      if (!section.little && view.getUint32(at + 8, false) !== 0x1a2b3c4d) throw fault("is not understood");
    }
    const { little } = section;
    const kind = view.getUint32(at, little);
    const length = view.getUint32(at + 4, little);
    if (length < 12) throw fault("claims less than its own length");
    if (length > left) throw new CaptureFault(`truncated: the file ends inside a block, which begins at byte ${at}`);
    if (length % 4 !== 0 || view.getUint32(at + length - 4, little) !== length) throw fault("is not understood");
    const body = file.subarray(at + 8, at + length - 4);
    const packet = readBlock(section, kind, bodyOf(body), fault);
    if (packet) yield packet;
    at += length;
  }
}

/** Takes in a block; the packet, where it is one. */
function readBlock(section, kind, { bytes, view }, fault) {
  const { little } = section;
  const number = (at) => {
    if (at + 4 > bytes.length) throw fault("is too short");
    return view.getUint32(at, little);
  };
  const packet = (id, high, low, captured, wireLength, from) => {
    const face = section.interfaces[id];
    if (!face) throw fault("belongs to no interface");
    if (captured > bytes.length - from) throw fault("claims more bytes than it has");
    section.time = timeOf(face, (BigInt(high) << 32n) | BigInt(low));
    return { time: section.time, link: face.link, data: bytes.subarray(from, from + captured), wireLength };
  };
  switch (kind) {
    case BLOCK.section:
      section.interfaces = [];
      break;
    case BLOCK.interface:
      number(4);
      section.interfaces.push(interfaceOf(bytes, view, little));
      break;
    case BLOCK.enhanced:
      return packet(number(0), number(4), number(8), number(12), number(16), 20);
    case BLOCK.obsolete:
      return packet(little ? number(0) & 0xffff : number(0) >>> 16, number(4), number(8), number(12), number(16), 20);
    case BLOCK.simple: {
      const face = section.interfaces[0];
      if (!face) throw fault("belongs to no interface");
      const wireLength = number(0);
      const most = Math.min(wireLength, face.snapLength || Infinity);
      return { time: section.time, link: face.link, data: bytes.subarray(4, 4 + most), wireLength };
    }
    default:
  }
  return null;
}

function interfaceOf(bytes, view, little) {
  const face = {
    link: view.getUint16(0, little),
    snapLength: view.getUint32(4, little),
    ticks: 1_000_000n,
    offset: 0n,
  };
  for (let at = 8; at + 4 <= bytes.length;) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === 0 || at + 4 + length > bytes.length) break;
    if (code === 9 && length >= 1) {
      const resolution = bytes[at + 4];
      face.ticks = (resolution & 0x80 ? 2n : 10n) ** BigInt(resolution & 0x7f);
    } else if (code === 14 && length >= 8) face.offset = view.getBigInt64(at + 4, little);
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return face;
}

function timeOf(face, count) {
  const nanos = (count * NANOS) / face.ticks;
  const limit = (1n << 64n) - 1n;
  const seconds = nanos / NANOS + face.offset;
  const bounded = seconds < 0n ? 0n : seconds > limit ? limit : seconds;
  return bounded * NANOS + (nanos % NANOS);
}

/** Nanoseconds as seconds, as `slsk decode --json` writes them. */
function secondsOf(time) {
  return Number(time / NANOS) + Number(time % NANOS) / 1e9;
}
