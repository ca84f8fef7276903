// From a frame to a message: the code, inflating, the fields with their places, what is left over.

/** Decodes the frames of a protocol. `limits` says how long frames and inflated bodies may be. */
class Decoder {
  constructor(protocol, limits) {
    this.protocol = protocol;
    this.limits = limits;
    const shapes = new Shapes(protocol);
    this.families = new Map();
    for (const family of protocol.families) {
      const messages = new Map();
      for (const message of family.messages) {
        messages.set(message.code, {
          ...message,
          family: family.name,
          shape: recordOf(message.name, shapes.fields(message.fields)),
        });
      }
      this.families.set(family.name, {
        name: family.name,
        width: family.code === "u8" ? 1 : 4,
        messages,
        named: new Map(family.named.map((named) => [named.code, named])),
        limits: limits.frames[family.name],
      });
    }
  }

  family(name) {
    return this.families.get(name);
  }

  /** How long a frame with this code may be, without its length field. */
  longest(family, code) {
    return family.limits.codes[code] ?? family.limits.others;
  }

  /**
   * Decodes one whole frame with its length field. Nothing is thrown: `problem` says what is wrong.
   *
   * The result's `body` holds what the fields are read from, and `base` where it stands in the frame; an inflated
   * body has no place there and `base` is null.
   */
  decode(familyName, frame) {
    const family = this.family(familyName);
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    const code = family.width === 1 ? view.getUint8(4) : view.getUint32(4, true);
    const message = family.messages.get(code) ?? null;
    const decoded = { family: familyName, code, message, frame, head: 4 + family.width, trailing: [], problem: null };
    decoded.name = message ? message.name : "Unknown";
    decoded.knownAs = message ? null : (family.named.get(code)?.name ?? null);
    const packed = frame.subarray(decoded.head);
    decoded.base = decoded.head;
    decoded.body = bodyOf(packed);
    if (!message) return decoded;
    if (message.compressed) {
      decoded.base = null;
      const limit = this.limits.inflated[code] ?? this.limits.inflated.others;
      try {
        const { bytes, used } = inflate(packed, limit);
        decoded.body = bodyOf(bytes);
        if (used < packed.length)
          decoded.trailing.push({ inflated: false, start: decoded.head + used, end: frame.length });
      } catch (fault) {
        if (!(fault instanceof InflateFault)) throw fault;
        decoded.body = bodyOf(new Uint8Array(0));
        decoded.problem = problemOf(message.name, zlibFault(fault.kind, limit));
        return decoded;
      }
    }
    try {
      const end = message.shape.end(decoded.body, 0);
      const inflated = decoded.base === null;
      const base = decoded.base ?? 0;
      if (end < decoded.body.bytes.length) {
        decoded.trailing.unshift({ inflated, start: base + end, end: base + decoded.body.bytes.length });
      }
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      decoded.problem = problemOf(message.name, fault);
    }
    return decoded;
  }
}

function zlibFault(kind, limit) {
  const said = {
    bad_zlib: "the compressed body is damaged",
    truncated_zlib: "the compressed body is cut short",
    inflated_too_large: `the compressed body inflates to more than the limit of ${limit} bytes`,
  };
  return new Fault(kind, 0, said[kind]);
}

/** A fault as `slsk decode --json` tells it; `start` is where the field begins. */
function problemOf(name, fault) {
  const { kind, offset, message, path, start } = fault;
  const where = path && ` in \`${path}\``;
  return { kind, message: `${name}: ${message} at byte ${offset}${where}`, path, offset, start: start ?? offset };
}

/** The bytes behind the last known field, then those behind the zlib stream. */
function trailingBytes(decoded) {
  const parts = decoded.trailing.map(({ inflated, start, end }) =>
    (inflated ? decoded.body.bytes : decoded.frame).subarray(start, end),
  );
  return parts.map(toHex).join("");
}

/** The values of the fields as `slsk decode --json` shows them; null where they can't be read. */
function fieldsJson(decoded) {
  if (!decoded.message) return {};
  return decoded.problem ? null : decoded.message.shape.json(decoded.body, 0);
}

/** What `slsk decode --json` and `slsk decode --frames` say of a frame. */
function messageJson(decoded, obfuscated) {
  const { family, code, name, problem } = decoded;
  if (problem) {
    const { kind, message, path, offset } = problem;
    return { obfuscated, family, code, name, error: { kind, message, path, offset }, hex: toHex(decoded.frame) };
  }
  return {
    obfuscated,
    family,
    code,
    name,
    fields: fieldsJson(decoded),
    payload: decoded.message ? undefined : toHex(decoded.body.bytes),
    trailing: trailingBytes(decoded),
  };
}
