// A decoded frame as a tree of nodes, each with its place in the bytes. Children are made when they are asked for.
//
// A node has `label`, `shape`, `field`, `pane` (`frame` or `inflated`), `start` and `end` there, `body` and `at` to
// read it from, and flags: `absent`, `broken`, `extra`.

/** The nodes of a frame, from the length field to what is left over. */
function nodesOf(decoded) {
  const { head, frame, body, message, problem } = decoded;
  const raw = (label, start, end, more) => ({ label, pane: "frame", start, end, bytes: frame, ...more });
  const nodes = [
    raw("length", 0, 4, { number: bodyOf(frame).view.getUint32(0, true), note: "bytes follow" }),
    raw("code", 4, head, { number: decoded.code, note: message ? message.name : (decoded.knownAs ?? "unknown") }),
  ];
  if (!message) {
    if (frame.length > head) nodes.push(raw("payload", head, frame.length, { blob: true }));
    return nodes;
  }
  const place = { pane: decoded.base === null ? "inflated" : "frame", base: decoded.base ?? 0, body };
  const fields = recordNodes(message.shape, place, 0);
  openEmbedded(fields, place);
  const extra = decoded.trailing.map(({ inflated, start, end }) => ({
    label: inflated || !message.compressed ? "trailing" : "behind the stream",
    pane: inflated ? "inflated" : "frame",
    bytes: inflated ? body.bytes : frame,
    start,
    end,
    blob: true,
    extra: true,
  }));
  if (!message.compressed) return [...nodes, ...fields, ...extra];
  const behind = extra.find((node) => node.pane === "frame");
  const stream = raw("zlib stream", head, behind?.start ?? frame.length, {
    note: problem && body.bytes.length === 0 ? problem.message : `inflates to ${plural(body.bytes.length, "byte")}`,
    broken: Boolean(problem) && body.bytes.length === 0,
  });
  if (stream.broken) return [...nodes, stream];
  stream.children = () => [...fields, ...extra.filter((node) => node.pane === "inflated")];
  stream.open = true;
  return [...nodes, stream, ...(behind ? [behind] : [])];
}

/** What a message of the distributed network in another message says, where its code is known. */
function openEmbedded(fields, place) {
  const code = fields.find((node) => node.label === "distributed_code");
  const payload = fields.find((node) => node.label === "payload" && node.shape.name === "rest");
  if (!code || code.broken || !payload) return;
  const inner = decoder.family("distributed")?.messages.get(place.body.bytes[code.at]);
  if (!inner || inner.compressed || payload.start === payload.end) return;
  const body = bodyOf(place.body.bytes.subarray(payload.at));
  payload.embedded = inner.name;
  payload.children = () => recordNodes(inner.shape, { ...place, base: payload.start, body }, 0);
  payload.open = true;
}

/** The fields of a record, up to one that can't be read. */
function recordNodes(shape, place, at) {
  const nodes = [];
  const add = (field, start, end) => nodes.push(nodeOf(field.name, field.shape, place, start, end, field));
  try {
    walkFields(shape.fields, place.body, at, add);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const last = nodes.at(-1);
    const start = last ? last.at + (last.absent ? 0 : last.end - last.start) : at;
    const field = shape.fields[nodes.length];
    nodes.push({ ...nodeOf(field.name, field.shape, place, start, place.body.bytes.length, field), broken: true });
    makeParent(nodes.at(-1));
  }
  return nodes;
}

function nodeOf(label, shape, place, start, end, field) {
  const { pane, base, body } = place;
  const node = { label, shape, field, pane, place, body, at: start, start: base + start, end: base + (end ?? start) };
  if (end === null) node.absent = true;
  else makeParent(node);
  return node;
}

/** Gives a node of a record or list its children. */
function makeParent(node) {
  let { shape } = node;
  if (shape.either) shape = shape.chosen(node.body, node.at);
  if (shape.fields) node.children = () => recordNodes(shape, node.place, node.at);
  if (!shape.element) return;
  if (node.at + 4 > node.body.bytes.length) return;
  node.count = shape.count(node.body, node.at);
  if (node.count === 0) return;
  node.children = () => {
    const { marks, length, broken } = groupsOf(shape, node.body, node.at, node.broken);
    return elementNodes({ shape, node, marks, length, broken }, 0, length);
  };
}

/** Where the groups of a list begin, and how many elements can be read; the last one may be broken. */
function groupsOf(shape, body, at, broken) {
  if (!broken) return { marks: shape.marks(body, at), length: shape.count(body, at), broken };
  const marks = [];
  let next = at + 4;
  let index = 0;
  const count = shape.count(body, at);
  // A count that can't be true is no reason to look for elements.
  if (count > Math.floor((body.bytes.length - next) / shape.element.min)) return { marks, length: 0, broken };
  try {
    for (; index < count; index += 1) {
      if (index % GROUP === 0) marks.push(next);
      next = shape.element.end(body, next);
    }
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
  }
  return { marks, length: Math.min(index + 1, count), broken };
}

/** The elements from one to another, or groups of them where they are many. */
function elementNodes(list, from, to) {
  let step = 1;
  while ((to - from) / step > GROUP) step *= GROUP;
  if (step === 1) return readElements(list, from, to);
  const groups = [];
  for (let start = from; start < to; start += step) {
    const end = Math.min(start + step, to);
    const { node, marks } = list;
    const base = node.place.base;
    groups.push({
      label: `${start} – ${end - 1}`,
      group: true,
      pane: node.pane,
      start: base + marks[start / GROUP],
      end: end === list.length ? node.end : base + marks[end / GROUP],
      broken: list.broken && end === list.length,
      children: () => elementNodes(list, start, end),
    });
  }
  return groups;
}

function readElements({ shape, node, marks, length, broken }, from, to) {
  const nodes = [];
  const each = (index, element, start, end) =>
    nodes.push(nodeOf(`[${index}]`, element, node.place, start, end, null));
  const place = marks[from / GROUP];
  const last = broken && to === length;
  shape.children(node.body, node.at, each, from, last ? to - 1 : to, place);
  if (last) {
    const start = nodes.length > 0 ? nodes.at(-1).end - node.place.base : place;
    const element = nodeOf(`[${to - 1}]`, shape.element, node.place, start, node.body.bytes.length, null);
    element.broken = true;
    makeParent(element);
    nodes.push(element);
  }
  return nodes;
}

/** The way to the innermost node at a byte: a list of nodes, outermost first. */
function pathTo(nodes, pane, offset) {
  const path = [];
  let level = nodes;
  for (;;) {
    const found = level.find((node) => holds(node, pane, offset));
    if (!found) return path;
    path.push(found);
    if (!found.children) return path;
    found.made ??= found.children();
    level = found.made;
  }
}

function holds(node, pane, offset) {
  if (node.pane === pane && offset >= node.start && offset < node.end) return true;
  // The fields of a compressed message stand in the other pane.
  return node.pane !== pane && node.label === "zlib stream" && Boolean(node.children) && pane === "inflated";
}

/** What a node says, in words: `{ text, kind }`. Texts are a stranger's. */
function valueOf(node) {
  if (node.absent)
    return {
      text: node.field?.if ? `not there: ${node.field.if.field} is ${!node.field.if.is}` : "absent",
      kind: "absent",
    };
  if (node.number !== undefined) return { text: String(node.number), note: node.note, kind: "number" };
  if (node.blob) return { text: bytesText(node.bytes.subarray(node.start, node.end)), kind: "bytes" };
  if (node.embedded) return { text: `${node.embedded}, ${plural(node.end - node.start, "byte")}`, kind: "note" };
  if (node.note) return { text: node.note, kind: "note" };
  if (node.count !== undefined) return { text: plural(node.count, "element"), kind: "note" };
  const { shape, body, at } = node;
  if (node.broken) return { text: "can’t be read", kind: "broken" };
  if (!shape || shape.fields) return { text: shape ? preview(node) : "", kind: "note" };
  const end = at + node.end - node.start;
  const { kind, text } = plainValue(shape, body, at, end);
  const value = { text, kind };
  const constant = shape.enum && shape.constant(shape.json(body, at, end));
  if (constant) value.note = constant.name;
  else if (shape.enum) value.note = "no name";
  else if (node.field?.unit) value.note = unitOf(text, node.field.unit);
  return value;
}

/** How much of a text or of bytes is shown. */
const LONGEST = 400;

function plainValue(shape, body, at, end) {
  const { name } = shape.base ?? shape;
  if (name === "text" || name === "secret") {
    const bytes = body.bytes.subarray(at + 4, Math.min(end, at + 4 + LONGEST));
    const more = end > at + 4 + LONGEST ? "…" : "";
    // A text that is cut in the middle of a character is still UTF-8.
    const text = more
      ? (utf8(bytes) ?? utf8(bytes.subarray(0, -1)) ?? utf8(bytes.subarray(0, -2)) ?? readText(bytes))
      : readText(bytes);
    return { kind: "text", text: text + more };
  }
  if (name === "bytes") return { kind: "bytes", text: bytesText(body.bytes.subarray(at + 4, end)) };
  if (name === "rest") return { kind: "bytes", text: bytesText(body.bytes.subarray(at, end)) };
  const json = shape.json(body, at, end);
  return { kind: "number", text: String(json?.$u8 ?? json) };
}

function bytesText(bytes) {
  const shown = toHex(bytes.subarray(0, 24)).replace(/../g, "$& ").trim();
  return `${plural(bytes.length, "byte")}${bytes.length > 0 ? ": " : ""}${shown}${bytes.length > 24 ? " …" : ""}`;
}

function unitOf(text, unit) {
  const number = Number(text);
  if (unit === "bytes" && number >= 1e6) return `bytes, ${(number / 1e6).toFixed(1)} MB`;
  if (unit === "s since 1970" && number > 0 && number < 4e11)
    return `s since 1970, ${new Date(number * 1000).toISOString().replace(".000", "")}`;
  return unit;
}

/** The first values of a record in one line. */
function preview(node) {
  const parts = [];
  for (const child of node.children()) {
    if (child.absent || child.children || parts.length >= 3) continue;
    const { text } = valueOf(child);
    parts.push(`${child.label} ${text.length > 60 ? text.slice(0, 60) + "…" : text}`);
  }
  return parts.join(", ");
}
