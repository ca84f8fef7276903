// Inflates zlib streams (RFC 1950, RFC 1951).
//
// Why not the browser's DecompressionStream: it refuses what stands behind the stream and does not tell where the
// stream ends, it can't tell a damaged stream from one that is cut short, and it can't be used without waiting.

/** What went wrong: `bad_zlib`, `truncated_zlib` or `inflated_too_large`. */
class InflateFault extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const MAX_BITS = 15;

/**
 * Inflates `input` to at most `limit` bytes. `used` is how many bytes of `input` belong to the stream.
 */
function inflate(input, limit) {
  return new Inflater(input, limit).run();
}

class Inflater {
  constructor(input, limit) {
    this.input = input;
    this.limit = limit;
    this.at = 0;
    this.bits = 0;
    this.held = 0;
    this.out = new Uint8Array(Math.min(limit, Math.max(1024, input.length * 4)));
    this.length = 0;
  }

  run() {
    const method = this.take(8);
    const flags = this.take(8);
    const fine = (method & 15) === 8 && method >> 4 <= 7 && ((method << 8) | flags) % 31 === 0 && !(flags & 32);
    if (!fine) throw new InflateFault("bad_zlib");
    let last = false;
    while (!last) {
      last = this.take(1) === 1;
      const kind = this.take(2);
      if (kind === 0) this.stored();
      else if (kind === 1) this.block(FIXED.literals, FIXED.distances);
      else if (kind === 2) this.block(...this.tables());
      else throw new InflateFault("bad_zlib");
    }
    this.align();
    let sum = 0;
    for (let index = 0; index < 4; index += 1) sum = ((sum << 8) | this.take(8)) >>> 0;
    const bytes = this.out.slice(0, this.length);
    if (sum !== adler32(bytes)) throw new InflateFault("bad_zlib");
    return { bytes, used: this.at };
  }

  /** Fills up to `count` bits where there are so many. */
  fill(count) {
    while (this.held < count && this.at < this.input.length) {
      this.bits |= this.input[this.at] << this.held;
      this.at += 1;
      this.held += 8;
    }
  }

  take(count) {
    this.fill(count);
    if (this.held < count) throw new InflateFault("truncated_zlib");
    const value = this.bits & ((1 << count) - 1);
    this.bits >>>= count;
    this.held -= count;
    return value;
  }

  /** Drops bits up to the next byte, and gives back whole bytes that were read ahead. */
  align() {
    this.at -= this.held >> 3;
    this.bits = 0;
    this.held = 0;
  }

  symbol(table) {
    this.fill(MAX_BITS);
    const entry = table[this.bits & (table.length - 1)];
    const width = entry & 15;
    if (width === 0) throw new InflateFault(this.held === 0 ? "truncated_zlib" : "bad_zlib");
    if (width > this.held) throw new InflateFault("truncated_zlib");
    this.bits >>>= width;
    this.held -= width;
    return entry >> 4;
  }

  /** Makes room for `count` more bytes. */
  room(count) {
    const need = this.length + count;
    if (need > this.limit) throw new InflateFault("inflated_too_large");
    if (need <= this.out.length) return;
    const grown = new Uint8Array(Math.min(this.limit, need * 2));
    grown.set(this.out.subarray(0, this.length));
    this.out = grown;
  }

  stored() {
    this.align();
    const length = this.take(16);
    const check = this.take(16);
    if ((length ^ check) !== 0xffff) throw new InflateFault("bad_zlib");
    const here = Math.min(length, this.input.length - this.at);
    this.room(here);
    this.out.set(this.input.subarray(this.at, this.at + here), this.length);
    this.length += here;
    this.at += here;
    if (here < length) throw new InflateFault("truncated_zlib");
  }

  tables() {
    const literals = this.take(5) + 257;
    const distances = this.take(5) + 1;
    const codes = this.take(4) + 4;
    if (literals > 286 || distances > 30) throw new InflateFault("bad_zlib");
    const widths = new Uint8Array(19);
    for (let index = 0; index < codes; index += 1) widths[CODE_ORDER[index]] = this.take(3);
    const table = huffman(widths, false);
    const all = new Uint8Array(literals + distances);
    for (let index = 0; index < all.length;) {
      const symbol = this.symbol(table);
      if (symbol < 16) {
        all[index] = symbol;
        index += 1;
        continue;
      }
      if (symbol === 16 && index === 0) throw new InflateFault("bad_zlib");
      const value = symbol === 16 ? all[index - 1] : 0;
      const count = symbol === 16 ? 3 + this.take(2) : symbol === 17 ? 3 + this.take(3) : 11 + this.take(7);
      if (index + count > all.length) throw new InflateFault("bad_zlib");
      all.fill(value, index, index + count);
      index += count;
    }
    if (all[256] === 0) throw new InflateFault("bad_zlib");
    return [huffman(all.subarray(0, literals), true), huffman(all.subarray(literals), true)];
  }

  block(literals, distances) {
    for (;;) {
      const symbol = this.symbol(literals);
      if (symbol === 256) return;
      if (symbol < 256) {
        if (this.length >= this.out.length) this.room(1);
        this.out[this.length] = symbol;
        this.length += 1;
        continue;
      }
      if (symbol > 285) throw new InflateFault("bad_zlib");
      const length = LENGTH_BASE[symbol - 257] + this.take(LENGTH_EXTRA[symbol - 257]);
      const code = this.symbol(distances);
      if (code > 29) throw new InflateFault("bad_zlib");
      const distance = DISTANCE_BASE[code] + this.take(DISTANCE_EXTRA[code]);
      if (distance > this.length) throw new InflateFault("bad_zlib");
      this.room(length);
      const { out } = this;
      for (let index = 0; index < length; index += 1) {
        out[this.length] = out[this.length - distance];
        this.length += 1;
      }
    }
  }
}

/**
 * A table that gives symbol and width for the next bits: symbol << 4 | width, 0 for no symbol. `incomplete` allows
 * the set of a single code.
 */
function huffman(widths, incomplete) {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const width of widths) counts[width] += 1;
  let left = 1;
  const next = new Uint16Array(MAX_BITS + 2);
  for (let width = 1; width <= MAX_BITS; width += 1) {
    left = left * 2 - counts[width];
    if (left < 0) throw new InflateFault("bad_zlib");
    next[width + 1] = (next[width] + counts[width]) << 1;
  }
  const some = widths.length - counts[0];
  const alone = some === 0 || (some === 1 && counts[1] === 1);
  if (left > 0 && !(alone && (incomplete || some === 0))) throw new InflateFault("bad_zlib");
  let most = MAX_BITS;
  while (most > 1 && counts[most] === 0) most -= 1;
  const table = new Uint16Array(1 << most);
  widths.forEach((width, symbol) => {
    if (width === 0) return;
    let code = next[width];
    next[width] += 1;
    let reversed = 0;
    for (let bit = 0; bit < width; bit += 1) {
      reversed = (reversed << 1) | (code & 1);
      code >>= 1;
    }
    for (let at = reversed; at < table.length; at += 1 << width) table[at] = (symbol << 4) | width;
  });
  return table;
}

const FIXED = {
  literals: huffman(
    Uint8Array.from({ length: 288 }, (_, at) => (at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8)),
    false,
  ),
  distances: huffman(new Uint8Array(32).fill(5), false),
};

function adler32(bytes) {
  let low = 1;
  let high = 0;
  for (let at = 0; at < bytes.length;) {
    const stop = Math.min(at + 3800, bytes.length);
    for (; at < stop; at += 1) {
      low += bytes[at];
      high += low;
    }
    low %= 65521;
    high %= 65521;
  }
  return ((high << 16) | low) >>> 0;
}
