// One decoded frame: what it is, the tree of its fields, its bytes, and its JSON.

/** Number of tints for fields. */
const TINTS = 6;
/** More JSON than this is not put on the page, in characters; it can be copied. */
const JSON_SHOWN = 100_000;

/** The view of a frame: `wire` are its bytes as they came, where it was obfuscated. */
function frameView(decoded, { obfuscated = false, wire = null, json } = {}) {
  const nodes = nodesOf(decoded);
  const stream = nodes.find((node) => node.label === "zlib stream");
  if (stream?.children) stream.made = stream.children();
  const tops = [...nodes, ...(stream?.made ?? [])];
  tops.forEach((node, index) => {
    if (node.broken || node.extra) node.tint = "odd";
    else if (node === stream) node.tint = "zip";
    else node.tint = node.number === undefined ? index % TINTS : "head";
  });
  const panes = new Map();
  const keyLength = decoder.protocol.framing.obfuscation.key_length;
  let tree = null;
  const light = (node, from) => {
    for (const [name, pane] of panes) {
      const shift = name === "wire" ? keyLength : 0;
      const mine = node && !node.absent && (node.pane === name || (name === "wire" && node.pane === "frame"));
      if (mine) pane.light(node.start + shift, node.end + shift, name !== from);
      else pane.light(null);
    }
  };
  const addPane = (name, label, bytes, rows) => {
    const inPane = tops.filter(
      (node) => !node.absent && node.end > node.start && node.pane === (name === "wire" ? "frame" : name),
    );
    const shift = name === "wire" ? keyLength : 0;
    const tints = inPane.map((node) => [node.start + shift, node.end + shift, node.tint]);
    const path = (at) => (at < shift ? [] : pathTo(nodes, name === "wire" ? "frame" : name, at - shift));
    const pane = new HexView({
      label,
      bytes,
      tints,
      rows,
      look(at) {
        const found = at === null ? [] : path(at);
        tree.mark(found);
        light(found.at(-1) ?? null, name);
      },
      choose: (at) => tree.reveal(path(at)),
    });
    panes.set(name, pane);
    return pane.element;
  };
  const hexes = [
    addPane("frame", obfuscated ? "The frame, revealed" : "The frame", decoded.frame, stream ? 6 : 18),
    decoded.message?.compressed && decoded.body.bytes.length > 0
      ? addPane("inflated", "The body, inflated", decoded.body.bytes)
      : null,
    obfuscated && wire ? addPane("wire", "On the wire: the key, then the obfuscated frame", wire) : null,
  ];
  tree = new TreeView(nodes, (node) => light(node, null));
  const view = el(
    "article",
    { class: `decoded ${catalog.family(decoded.family).tint}`, "aria-label": `Decoded: ${decoded.name}` },
    frameHead(decoded, obfuscated),
    problemBox(decoded),
    el("p", { class: "help" }, placesOf(decoded)),
    el("div", { class: "split" }, tree.element, el("div", { class: "panes" }, hexes)),
    jsonBox(json ?? (() => messageJson(decoded, obfuscated))),
  );
  return view;
}

/** From where the places beside the fields count. */
function placesOf({ message, head }) {
  const fields = message?.compressed
    ? "Behind the zlib stream they count from the start of the inflated body."
    : `The body begins at byte ${head}.`;
  return `Place + size, in bytes from the start of the frame. ${fields}`;
}

function frameHead(decoded, obfuscated) {
  const { family, code, message, knownAs } = decoded;
  const title = message
    ? el("a", { href: `#/message/${family}/${code}` }, message.name)
    : `Unknown code${knownAs ? `, known as ${knownAs}` : ""}`;
  const facts = [familyTitle(family), `code ${code}`, plural(decoded.frame.length, "byte")];
  if (obfuscated) facts.push("obfuscated");
  if (message?.compressed) facts.push("compressed");
  if (message && message.status !== "used") facts.push(message.status);
  return el(
    "header",
    {},
    el("h3", {}, title, " ", el("small", {}, facts.join(" · "))),
    message ? el("p", { class: "lead" }, inline(message.doc.split("\n\n")[0])) : null,
  );
}

function problemBox(decoded) {
  if (decoded.problem)
    return el(
      "p",
      { class: "problem", role: "alert" },
      el("strong", {}, decoded.problem.kind),
      " ",
      decoded.problem.message,
      ` (counted from the start of the ${decoded.message.compressed ? "inflated " : ""}body)`,
    );
  const left = decoded.trailing.reduce((sum, { start, end }) => sum + end - start, 0);
  if (left > 0)
    return el(
      "p",
      { class: "hint trailing" },
      `${plural(left, "byte")} behind the last known field: no error, but nothing that this specification knows.`,
    );
  return null;
}

function jsonBox(json) {
  const text = () => toJson(json(), "", "  ");
  const shown = el("pre", { class: "json", tabIndex: 0, "aria-label": "JSON" });
  const copy = el("button", { type: "button", onclick: () => copyText(text()) }, "Copy JSON");
  const details = el(
    "details",
    { class: "json-box" },
    el("summary", {}, "JSON, as slsk decode writes it"),
    copy,
    shown,
  );
  details.addEventListener("toggle", () => {
    if (!details.open || shown.textContent) return;
    const whole = text();
    shown.textContent =
      whole.length > JSON_SHOWN
        ? `${whole.slice(0, JSON_SHOWN)}\n… (${plural(whole.length, "character")}; copy for all)`
        : whole;
  });
  return details;
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    announce("Copied.");
  } catch {
    announce("The browser does not allow copying here.");
  }
}

/** The fields of a frame in one line; secrets are hidden. */
function summaryOf(decoded) {
  const { message, problem } = decoded;
  if (problem) return problem.message;
  if (!message)
    return `${plural(decoded.body.bytes.length, "byte")}${decoded.knownAs ? `, known as ${decoded.knownAs}` : ""}`;
  const parts = [];
  walkFields(message.shape.fields, decoded.body, 0, (field, at, end) => {
    if (end !== null && parts.join(" ").length < 160)
      parts.push(`${field.name}=${briefly(field.shape, decoded.body, at, end)}`);
  });
  if (decoded.trailing.length > 0) parts.push("+ trailing bytes");
  return visibleText(parts.join(" "));
}

function briefly(shape, body, at, end) {
  if (shape.either) return briefly(shape.chosen(body, at), body, at, end);
  if (shape.element) return `[${shape.count(body, at)}]`;
  if (shape.fields) return "{…}";
  if (shape.name === "secret") return "<hidden>";
  const { kind, text } = plainValue(shape, body, at, end);
  const constant = shape.enum && shape.constant(shape.json(body, at, end));
  if (constant) return constant.name;
  if (kind !== "text") return kind === "bytes" ? `<${plural(end - at, "byte")}>` : text;
  return `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`;
}
