// What a field can be, made of `protocol.json`: where a value ends, what it says in JSON, and what is in it.
//
// A shape reads a body only as far as it is asked: `end` walks over a value and checks it; `json` and `children`
// look again at one that `end` has accepted. So a share list takes no memory beside its bytes until somebody opens
// it.

/** A body that is not what its code promises. */
class Fault extends Error {
  constructor(kind, offset, said) {
    super(said);
    this.kind = kind;
    this.offset = offset;
    this.steps = [];
  }

  /** The way to the field that is wrong, such as `results[3].name`. */
  get path() {
    return this.steps.toReversed().reduce((path, step) => {
      if (typeof step === "number") return `${path}[${step}]`;
      return path ? `${path}.${step}` : step;
    }, "");
  }
}

/** How many elements of a list stand together where it has more. */
const GROUP = 100;

const tooEarly = (at) => new Fault("unexpected_end", at, "the body ends too early");

/** A shape of fixed size. */
function fixed(name, size, json) {
  return {
    name,
    min: size,
    end(body, at) {
      if (at + size > body.bytes.length) throw tooEarly(at);
      return at + size;
    },
    json: (body, at) => json(body.view, at),
  };
}

/** Whole numbers above 2^53 stay exact. */
function exact(value) {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** A shape with a u32 length in front of its bytes. */
function counted(name, json) {
  return {
    name,
    min: 4,
    counted: true,
    end(body, at) {
      if (at + 4 > body.bytes.length) throw tooEarly(at);
      const length = body.view.getUint32(at, true);
      const left = body.bytes.length - at - 4;
      if (length > left) {
        throw new Fault("length_beyond_end", at + 4, `a length of ${length} with ${left} bytes left`);
      }
      return at + 4 + length;
    },
    json: (body, at, end) => json(body.bytes.subarray(at + 4, end)),
  };
}

const PRIMITIVES = {
  u8: () => fixed("u8", 1, (view, at) => view.getUint8(at)),
  u16: () => fixed("u16", 2, (view, at) => view.getUint16(at, true)),
  u32: () => fixed("u32", 4, (view, at) => view.getUint32(at, true)),
  u64: () => fixed("u64", 8, (view, at) => exact(view.getBigUint64(at, true))),
  i32: () => fixed("i32", 4, (view, at) => view.getInt32(at, true)),
  bool: () => fixed("bool", 1, (view, at) => view.getUint8(at) !== 0),
  ip: () => fixed("ip", 4, (view, at) => [3, 2, 1, 0].map((index) => view.getUint8(at + index)).join(".")),
  text: () => counted("text", textJson),
  secret: () => counted("secret", textJson),
  bytes: () => counted("bytes", (bytes) => ({ $hex: toHex(bytes) })),
  rest: () => ({
    name: "rest",
    min: 0,
    end: (body) => body.bytes.length,
    json: (body, at, end) => ({ $hex: toHex(body.bytes.subarray(at, end)) }),
  }),
  u32_or_u8: () => ({
    name: "u32_or_u8",
    min: 1,
    end(body, at) {
      const left = body.bytes.length - at;
      if (left !== 1 && left < 4) throw tooEarly(at);
      return at + (left === 1 ? 1 : 4);
    },
    json(body, at, end) {
      return end - at === 1 ? { $u8: body.view.getUint8(at) } : body.view.getUint32(at, true);
    },
  }),
  code_padding: () => ({
    name: "code_padding",
    min: 0,
    end: (body, at) => (at + 3 < body.bytes.length && startsWith(body.bytes, at, [0, 0, 0]) ? at + 3 : at),
    json: (body, at, end) => end > at,
  }),
};

/** The shapes of a protocol, each made once. */
class Shapes {
  constructor(protocol) {
    this.known = new Map();
    this.enums = new Map(protocol.enums.map((named) => [named.name, named]));
    this.records = new Map(protocol.records.map((record) => [record.name, record]));
  }

  of(type) {
    const key = JSON.stringify(type);
    let shape = this.known.get(key);
    if (!shape) {
      shape = this.make(type);
      this.known.set(key, shape);
    }
    return shape;
  }

  make(type) {
    if (typeof type === "string") {
      const primitive = PRIMITIVES[type];
      if (!primitive) throw new Error(`the type ${type} is not known here`);
      return primitive();
    }
    const [[kind, inner]] = Object.entries(type);
    if (kind === "list") return listOf(this.of(inner));
    if (kind === "record") return recordOf(inner, this.fields(this.records.get(inner).fields));
    if (kind === "enum") return namedOf(this.enums.get(inner), this.of(this.enums.get(inner).type));
    if (kind === "either") return eitherOf(...inner.map((one) => this.of(one)));
    throw new Error(`the type ${kind} is not known here`);
  }

  fields(fields) {
    return fields.map((field) => ({ ...field, shape: this.of(field.type) }));
  }
}

/** Goes over fields in wire order; `visit` gets each with its start and its end, or null where it is absent. */
function walkFields(fields, body, start, visit) {
  const truths = {};
  let ended = false;
  let at = start;
  for (const field of fields) {
    const { shape, optional } = field;
    let there = !field.if || truths[field.if.field] === field.if.is;
    if (there && optional) {
      ended ||= body.bytes.length - at < (optional === "enough_left" ? shape.min : 1);
      there = !ended;
    }
    if (!there) {
      visit?.(field, at, null);
      continue;
    }
    let end;
    try {
      end = shape.end(body, at);
    } catch (fault) {
      if (fault instanceof Fault) {
        fault.steps.push(field.name);
        fault.start ??= at;
      }
      throw fault;
    }
    if (shape.name === "bool") truths[field.name] = body.bytes[at] !== 0;
    visit?.(field, at, end);
    at = end;
  }
  return at;
}

function recordOf(name, fields) {
  const needed = fields.filter((field) => !field.if && !field.optional);
  return {
    name,
    record: name,
    fields,
    min: needed.reduce((sum, field) => sum + field.shape.min, 0),
    end: (body, at) => walkFields(fields, body, at, null),
    json(body, at) {
      const object = {};
      walkFields(fields, body, at, (field, start, end) => {
        object[field.name] = end === null ? null : field.shape.json(body, start, end);
      });
      return object;
    },
    children(body, at, each) {
      walkFields(fields, body, at, (field, start, end) => each(field.name, field.shape, start, end, field));
    },
  };
}

function listOf(element) {
  const count = (body, at) => body.view.getUint32(at, true);
  return {
    name: `list of ${element.name}`,
    element,
    min: 4,
    count,
    end(body, at) {
      if (at + 4 > body.bytes.length) throw tooEarly(at);
      const length = count(body, at);
      const left = body.bytes.length - at - 4;
      if (length > Math.floor(left / element.min)) {
        throw new Fault("count_beyond_end", at + 4, `a count of ${length} with ${left} bytes left`);
      }
      let next = at + 4;
      for (let index = 0; index < length; index += 1) {
        try {
          next = element.end(body, next);
        } catch (fault) {
          if (fault instanceof Fault) fault.steps.push(index);
          throw fault;
        }
      }
      return next;
    },
    json(body, at) {
      const values = [];
      this.children(body, at, (_, shape, start, end) => values.push(shape.json(body, start, end)));
      return values;
    },
    /** Elements from one group on, whose place `marks` tells. */
    children(body, at, each, from = 0, to = Infinity, place = at + 4) {
      let next = place;
      for (let index = from; index < Math.min(to, count(body, at)); index += 1) {
        const end = element.end(body, next);
        each(index, element, next, end, null);
        next = end;
      }
    },
    /** Where each group of elements begins. */
    marks(body, at) {
      const length = count(body, at);
      const marks = new Float64Array(Math.ceil(length / GROUP));
      let next = at + 4;
      for (let index = 0; index < length; index += 1) {
        if (index % GROUP === 0) marks[index / GROUP] = next;
        next = element.end(body, next);
      }
      return marks;
    },
  };
}

/** A number or text with named values. */
function namedOf(named, shape) {
  const names = new Map(named.values.map((value) => [value.value, value]));
  return { ...shape, name: named.name, enum: named.name, base: shape, constant: (json) => names.get(json) };
}

/** The first, unless the second takes exactly the rest of the frame and the first does not. */
function eitherOf(first, second) {
  const takesAll = (shape, body, at) => {
    try {
      return shape.end(body, at) === body.bytes.length;
    } catch (fault) {
      if (fault instanceof Fault) return false;
      throw fault;
    }
  };
  const chosen = (body, at) => (takesAll(second, body, at) && !takesAll(first, body, at) ? second : first);
  return {
    name: `${first.name}, or ${second.name}`,
    min: Math.min(first.min, second.min),
    either: [first, second],
    chosen,
    end: (body, at) => chosen(body, at).end(body, at),
    json: (body, at, end) => chosen(body, at).json(body, at, end),
  };
}
