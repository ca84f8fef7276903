// Bytes: hex digits, bounded buffers, and JSON as `slsk decode --json` writes it.

/** The bytes as hex digits. */
function toHex(bytes) {
  let digits = "";
  for (const byte of bytes) digits += byte.toString(16).padStart(2, "0");
  return digits;
}

/** A body with a view for its numbers. */
function bodyOf(bytes) {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** Whether `bytes` has at `at` what `expected` says. */
function startsWith(bytes, at, expected) {
  return at + expected.length <= bytes.length && expected.every((byte, index) => bytes[at + index] === byte);
}

const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LATIN1 = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** The text of bytes that are UTF-8, or null. */
function utf8(bytes) {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    return null;
  }
}

/** A text as people read it: UTF-8, else Latin-1. */
function readText(bytes) {
  return utf8(bytes) ?? LATIN1(bytes);
}

/** A text as JSON has it: a string where it is UTF-8, else its bytes. */
function textJson(bytes) {
  return utf8(bytes) ?? { $hex: toHex(bytes) };
}

/** A key by which texts are compared: by their bytes. */
const textKey = LATIN1;

/** JSON text of values that may hold whole numbers above 2^53. */
function toJson(value, indent = "", step = "") {
  const inner = step && indent + step;
  const open = step ? "\n" + inner : "";
  const close = step ? "\n" + indent : "";
  const colon = step ? ": " : ":";
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return "[" + open + value.map((item) => toJson(item, inner, step)).join("," + open) + close + "]";
  }
  if (value && typeof value === "object") {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    if (entries.length === 0) return "{}";
    const pair = ([name, item]) => JSON.stringify(name) + colon + toJson(item, inner, step);
    return "{" + open + entries.map(pair).join("," + open) + close + "}";
  }
  return JSON.stringify(value) ?? "null";
}

/** Bytes that come at the end and are taken from the front, without moving them each time. */
class Queue {
  constructor() {
    this.buffer = new Uint8Array(0);
    this.from = 0;
    this.to = 0;
  }

  get length() {
    return this.to - this.from;
  }

  push(bytes) {
    if (this.to + bytes.length > this.buffer.length) {
      const need = this.length + bytes.length;
      const grown = need * 2 > this.buffer.length ? new Uint8Array(need * 2) : this.buffer;
      grown.set(this.buffer.subarray(this.from, this.to));
      this.to -= this.from;
      this.from = 0;
      this.buffer = grown;
    }
    this.buffer.set(bytes, this.to);
    this.to += bytes.length;
  }

  /** What is there; gone with the next push. */
  peek() {
    return this.buffer.subarray(this.from, this.to);
  }

  /** The next `count` bytes, copied, or null while there are fewer. */
  take(count) {
    if (this.length < count) return null;
    const taken = this.buffer.slice(this.from, this.from + count);
    this.from += count;
    return taken;
  }
}
