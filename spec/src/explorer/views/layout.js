// The bytes of a message or record as a drawing: a box for each field, in rows.

const BOX = { height: 46, gap: 6, row: 66, character: 7.4, least: 64 };

/** Pixels that a field of a fixed size takes for each byte. */
const BYTE = 22;

/** A drawing that fits its width again whenever that changes. */
function layoutView(boxes, label) {
  const view = el("div", { class: "layout", role: "img", "aria-label": `${label}: ${boxes.map(spoken).join("; ")}` });
  let drawn = 0;
  const draw = () => {
    const width = Math.floor(view.clientWidth) || 700;
    if (width === drawn) return;
    drawn = width;
    view.replaceChildren(drawBoxes(boxes, width));
  };
  new ResizeObserver(draw).observe(view);
  return view;
}

function spoken({ name, type, size, note }) {
  return [name, type, size === null ? "of variable size" : plural(size, "byte"), note].filter(Boolean).join(", ");
}

/** The boxes of a message, with its length and code. */
function messageBoxes(family, message) {
  const width = family.code === "u8" ? 1 : 4;
  const frame = [
    { name: "length", type: "u32", size: 4, head: true },
    { name: `code ${message.code}`, type: family.code, size: width, head: true },
  ];
  return [...frame, ...fieldBoxes(message.fields).map((box) => ({ ...box, packed: message.compressed }))];
}

function fieldBoxes(fields) {
  return fields.map((field, index) => {
    const notes = [];
    const instead = isInstead(fields, index);
    if (field.if) notes.push(`if ${field.if.is ? "" : "not "}${field.if.field}`);
    if (field.optional) notes.push("may be missing");
    return {
      name: field.name,
      type: typeName(field.type),
      size: sizeOf(field.type),
      note: notes.join(", "),
      unsure: notes.length > 0,
      optional: Boolean(field.optional),
      condition: field.if ? { ...field.if, first: isFirst(fields, index), instead } : null,
    };
  });
}

/** Whether a field begins a row of fields with one condition. */
function isFirst(fields, index) {
  const [own, before] = [fields[index].if, fields[index - 1]?.if];
  return Boolean(own) && (own.field !== before?.field || own.is !== before.is);
}

/** Whether a field stands where those before it would, had its condition another outcome. */
function isInstead(fields, index) {
  const own = fields[index].if;
  if (!own) return false;
  let at = index - 1;
  while (at >= 0 && fields[at].if?.field === own.field && fields[at].if.is === own.is) at -= 1;
  return at >= 0 && fields[at].if?.field === own.field;
}

/** The size of a type in bytes, or null where it varies. */
function sizeOf(type) {
  const { primitives, records, enums } = catalog.protocol;
  if (typeof type === "string") return primitives.find((primitive) => primitive.name === type)?.size ?? null;
  if (type.enum) return sizeOf(enums.find((named) => named.name === type.enum).type);
  if (type.record) {
    const { fields } = records.find((record) => record.name === type.record);
    const sizes = fields.map((field) => (field.if || field.optional ? null : sizeOf(field.type)));
    return sizes.includes(null) ? null : sizes.reduce((sum, size) => sum + size, 0);
  }
  return null;
}

function drawBoxes(boxes, width) {
  const placed = placeBoxes(boxes, width);
  const rows = Math.max(0, ...placed.map((box) => box.row)) + 1;
  const height = rows * BOX.row + 4;
  const svg = svgEl("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" });
  let offset = 0;
  let packed = false;
  // Where the fields of a condition begin, and whether one was before.
  let branch = null;
  let maybe = false;
  for (const box of placed) {
    const { condition } = box;
    const other = Boolean(condition?.first && condition.instead);
    if (box.packed && !packed) offset = 0;
    packed = box.packed;
    if (other) offset = branch;
    else if (maybe && (!condition || condition.first)) offset = null;
    if (condition?.first && !other) branch = offset;
    maybe = Boolean(condition);
    svg.append(drawBox(box, [other ? "or at" : "", offset ?? ""].join(" ").trim()));
    offset = offset === null || box.size === null || box.optional ? null : offset + box.size;
  }
  return svg;
}

/** Puts boxes in rows, and stretches them to the width, but for those before another alternative or the end. */
function placeBoxes(boxes, width) {
  const rows = [[]];
  let used = 0;
  for (const box of boxes) {
    const words = Math.max(box.name.length, secondLine(box).length);
    const wanted = Math.min(
      width,
      Math.max(BOX.least, words * BOX.character + 20, box.size === null ? 130 : box.size * BYTE),
    );
    const other = box.condition?.first && box.condition.instead;
    if (used > 0 && other) rows.at(-1).ends = true;
    if (used > 0 && (other || used + wanted > width)) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1).push({ ...box, width: wanted });
    used += wanted + BOX.gap;
  }
  return rows.flatMap((row, index) => {
    const total = row.reduce((sum, box) => sum + box.width, 0) + BOX.gap * (row.length - 1);
    const spare = index < rows.length - 1 && !row.ends ? (width - total) / row.length : 0;
    let x = 0;
    return row.map((box) => {
      const place = { ...box, row: index, x, width: box.width + spare };
      x += place.width + BOX.gap;
      return place;
    });
  });
}

const secondLine = ({ type, note }) => (note ? `${type} · ${note}` : type);

function drawBox({ name, type, size, note, head, packed, unsure, x, row, width }, place) {
  const top = row * BOX.row + 14;
  const classes = [
    "box",
    head && "is-head",
    packed && "is-packed",
    unsure && "is-unsure",
    size === null && "is-open",
  ];
  const middle = x + width / 2;
  const fit = (text) => {
    const most = Math.max(4, Math.floor((width - 8) / 6.9));
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  };
  const second = secondLine({ type, note });
  return svgEl(
    "g",
    { class: classes.filter(Boolean).join(" ") },
    svgEl("title", {}, spoken({ name, type, size, note })),
    svgEl("rect", { x: x + 0.5, y: top, width: width - 1, height: BOX.height, rx: 5 }),
    svgEl("text", { class: "box-name", x: middle, y: top + 20 }, fit(name)),
    svgEl(
      "text",
      { class: "box-type", x: middle, y: top + 36 },
      second.length * 6.2 > width ? fit(note || type) : second,
    ),
    svgEl("text", { class: "box-at", x: x + 1, y: top - 3 }, place),
    svgEl("text", { class: "box-size", x: x + width - 2, y: top - 3 }, size === null ? "…" : `${size} B`),
  );
}
