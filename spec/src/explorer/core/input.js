// Bytes as people paste them: hex digits with any spacing, dumps with offsets and text columns, escaped strings, and
// lines of `slsk decode`.

/** More than this is not taken from a paste, in characters. */
const PASTE_LIMIT = 64 << 20;
/** A dump may leave out lines that repeat; more than this it may not become, in bytes. */
const DUMP_LIMIT = 16 << 20;

/**
 * Reads pasted text: `{ bytes, family, problem }`. `family` is set where the text names one, `problem` where it is
 * no bytes.
 */
function parseInput(text) {
  const trimmed = text.trim();
  const fail = (problem) => ({ bytes: null, family: null, problem });
  if (trimmed === "") return fail(null);
  if (trimmed.length > PASTE_LIMIT) return fail("More than 64 MiB of text: choose a file instead.");
  if (trimmed.startsWith("{") && trimmed.includes('"hex"')) return parseJsonLine(trimmed, fail);
  const escaped = /^b?(["'])([^]*)\1[;,)]?$/.exec(trimmed);
  if (escaped && escaped[2].includes("\\x")) return parseEscaped(escaped[2]);
  const array = parseArray(trimmed, fail);
  if (array) return array;
  const dump = parseDump(trimmed);
  if (dump) return { bytes: dump, family: null, problem: null };
  return parseDigits(trimmed, fail);
}

/** Whether a search looks like bytes rather than like a name or a code. */
function looksLikeBytes(text) {
  const digits = text.replace(/0x|[\s:,-]/gi, "");
  return digits.length >= 10 && /^[0-9a-f]+$/i.test(digits) && digits.length % 2 === 0;
}

function parseJsonLine(text, fail) {
  try {
    const { family, hex } = JSON.parse(text.split("\n")[0]);
    return { ...parseDigits(String(hex), fail), family: typeof family === "string" ? family : null };
  } catch {
    return fail("This begins like JSON and is none.");
  }
}

function parseEscaped(text) {
  const bytes = [];
  const encoder = new TextEncoder();
  const simple = { n: 10, r: 13, t: 9, 0: 0, "\\": 92, '"': 34, "'": 39, a: 7, b: 8, f: 12, v: 11 };
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== "\\") {
      bytes.push(...encoder.encode(text[at]));
      continue;
    }
    const hex = /^x([0-9a-f]{2})/i.exec(text.slice(at + 1, at + 4));
    if (hex) {
      bytes.push(parseInt(hex[1], 16));
      at += 3;
    } else {
      bytes.push(simple[text[at + 1]] ?? text.charCodeAt(at + 1) & 0xff);
      at += 1;
    }
  }
  return { bytes: Uint8Array.from(bytes), family: null, problem: null };
}

/**
 * Numbers between commas, as in C and Python; null for anything else. Numbers without `0x` are decimal, but not where
 * all have two digits and some are written as nobody writes decimals, as in `[0d, 00]`.
 */
function parseArray(text, fail) {
  const bracketed = /^[^[\]{}]*(?:\[\w*\][^[\]{}]*)?[[{]([^[\]{}]*)[\]}]\s*\)*\s*;?$/.exec(text);
  const inner = (bracketed?.[1] ?? text).replace(/\/\*[^*]*\*\/|(?:\/\/|#)[^\n]*/g, "");
  const items = inner.split(",").map((item) => item.trim());
  if (items.at(-1) === "") items.pop();
  if (items.length === 0 || (!bracketed && items.length < 2)) return null;
  const values = items.map((item) => (/^(0x[0-9a-f]+|0|[1-9]\d*)$/i.test(item) ? Number(item) : NaN));
  if (values.includes(NaN) || (!bracketed && items.every((item) => item.length === 2))) return null;
  const wrong = values.findIndex((value) => value > 255);
  if (wrong >= 0) {
    // Outside of brackets these may be groups of hex digits.
    return bracketed ? fail(`${items[wrong].slice(0, 20)} is no byte: each number is at most 255.`) : null;
  }
  return { bytes: Uint8Array.from(values), family: null, problem: null };
}

const FORMS =
  'Taken are hex digits with any spacing, dumps with offsets (xxd, hexdump, od, Wireshark), arrays such as {0x0d, 0, 0} or [13, 0, 0], strings such as b"\\x0d\\0", and lines for slsk decode --frames.';

function parseDigits(text, fail) {
  const digits = text.replace(/\\x|0x|[\s:,;|\-_[\](){}<>"'`]/gi, "");
  const wrong = /[^0-9a-f]/i.exec(digits);
  if (wrong) return fail(`“${[...digits.slice(wrong.index)][0]}” is no hex digit. ${FORMS}`);
  if (digits.length % 2) return fail(`An odd number of hex digits (${digits.length}): one is missing or too many. ${FORMS}`);
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = parseInt(digits.substr(index * 2, 2), 16);
  return { bytes, family: null, problem: null };
}

const DUMP_LINE = /^\s*(?:0x)?([0-9a-f]{3,16})(:?)(\s+|$)(.*)$/i;

/** The bytes of a dump with an offset in front of each line (xxd, hexdump, od, Wireshark), or null for anything else. */
function parseDump(text) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const parsed = [];
  for (const line of lines) {
    // `hexdump` writes an asterisk for lines like the one before.
    if (line.trim() === "*") {
      parsed.push(null);
      continue;
    }
    const match = DUMP_LINE.exec(line);
    if (!match) return null;
    parsed.push({
      digits: match[1],
      offset: parseInt(match[1], 16),
      colon: match[2] === ":",
      gap: match[3].length,
      rest: match[4],
    });
  }
  const first = parsed[0];
  if (!first) return null;
  if (parsed.length === 1 && !first.colon && !(first.digits.length >= 4 && first.gap >= 2)) return null;
  return dumpBytes(parsed);
}

function dumpBytes(parsed) {
  const bytes = [];
  const base = parsed[0].offset;
  let before = null;
  // `hexdump` without options writes words, with their bytes swapped.
  const words = parsed.every((line) => !line || (line.digits.length === 7 && /^([0-9a-f]{4}\s*)*$/i.test(line.rest)));
  for (let index = 0; index < parsed.length; index += 1) {
    const line = parsed[index];
    if (!line) continue;
    if (line.offset - base > DUMP_LIMIT) return null;
    if (parsed[index - 1] === null && before) {
      while (before.length > 0 && bytes.length < line.offset - base) bytes.push(...before);
    }
    if (line.offset - base !== bytes.length) {
      // The last line of `hexdump -C` is the length of all.
      return line.rest === "" && index === parsed.length - 1 && line.offset - base <= bytes.length
        ? Uint8Array.from(bytes.slice(0, line.offset - base))
        : null;
    }
    const next = parsed[index + 1];
    const most = next ? next.offset - line.offset : (before?.length ?? 16);
    const found = lineBytes(line.rest, next || before ? most : Infinity, Boolean(next), line.colon, words);
    if (!found) return null;
    bytes.push(...found);
    before = found;
  }
  return Uint8Array.from(bytes);
}

/** The bytes of a line of a dump, without its text column: `most` of them at most, or exactly so many. */
function lineBytes(rest, most, exactly, colon, words) {
  const bytes = [];
  let left = rest.split("|")[0];
  while (left !== "" && bytes.length < most) {
    const match = /^([0-9a-f]{2,16})(\s+|$|-)/i.exec(left);
    if (!match || match[1].length % 2) break;
    const pairs = match[1].match(/../g).map((pair) => parseInt(pair, 16));
    bytes.push(...(words ? pairs.reverse() : pairs));
    left = left.slice(match[0].length);
    const middle = match[2].length === 2 && bytes.length === 8 && !colon;
    if (!exactly && match[2].length > 1 && !middle) break;
  }
  if (bytes.length > most && Number.isFinite(most)) bytes.length = most;
  return exactly && bytes.length !== most ? null : bytes;
}
