// The page of a message, of a type, and of a part of a file connection.

function messagePage(entry) {
  const family = catalog.family(entry.family);
  const page = catalog.guide.find((one) => one.name === entry.guide);
  return el(
    "article",
    { class: `message-page ${entry.tint}` },
    el("p", { class: "crumbs" }, el("a", { href: `#/messages?family=${entry.family}` }, familyTitle(entry.family))),
    el(
      "h1",
      {},
      entry.name,
      " ",
      el(
        "span",
        { class: "code-big", title: `code ${entry.code}, ${entry.hex}` },
        String(entry.code),
        el("small", {}, entry.hex),
      ),
    ),
    el(
      "div",
      { class: "facts" },
      directionOf(entry, family),
      el("span", { class: `pill is-${entry.status}`, title: statusDoc(entry.status) }, entry.status),
      entry.compressed
        ? el("span", { class: "pill", title: catalog.protocol.framing.compression }, "compressed")
        : null,
      page ? el("a", { class: "guide-link", href: `#/guide/${page.name}` }, `In the guide: ${page.title}`) : null,
    ),
    el("div", { class: "doc" }, docOf(entry.doc)),
    entry.aliases.length > 0
      ? el(
          "p",
          { class: "aliases" },
          "Elsewhere called ",
          joined(entry.aliases.map((alias) => el("code", {}, alias))),
        )
      : null,
    entry.layoutUnknown
      ? el("p", { class: "hint" }, "The code has a name and no known layout: its bytes come as they are.")
      : wireSection(entry, family),
    relatedSection(entry),
  );
}

function wireSection(entry, family) {
  const sample = samples.find((one) => one.family === entry.family && one.code === entry.code);
  return [
    el("h2", {}, "On the wire"),
    layoutView(messageBoxes(family, entry), "The bytes of the frame"),
    el("p", { class: "hint" }, placesDoc(entry, decoder.family(entry.family).width)),
    entry.compressed ? el("p", { class: "hint" }, catalog.protocol.framing.compression) : null,
    entry.fields.length > 0 ? [el("h2", {}, "Fields"), fieldsTable(entry.fields)] : el("p", {}, "It has no fields."),
    sample ? sampleSection(sample) : null,
  ];
}

/** From where the places in the drawing count. */
function placesDoc({ compressed, fields }, width) {
  const start = "Places count from the start of the frame";
  if (fields.length === 0) return `${start}.`;
  if (compressed) return `${start}; those of the fields from the start of the inflated body, as on the Markdown pages.`;
  return `${start}, with its length and code. The Markdown pages count from the start of the body, ${4 + width} bytes later.`;
}

function sampleSection(sample) {
  const view = el("div", {});
  const bytes = parseInput(sample.hex).bytes;
  const { frames } = cutFrames(decoder, bytes, sample.family, Boolean(sample.obfuscated), 1);
  if (frames.length > 0) {
    const [{ frame, wire }] = frames;
    view.append(frameView(decoder.decode(sample.family, frame), { obfuscated: Boolean(sample.obfuscated), wire }));
  }
  return [
    el("h2", {}, "An example"),
    el(
      "p",
      { class: "hint" },
      "From a capture: ",
      el("code", {}, sample.from),
      ". ",
      el("a", { href: sampleLink(sample) }, "Open it in the decoder"),
    ),
    view,
  ];
}

function directionOf(entry, family) {
  if (!entry.sender) return el("span", { class: "direction" }, family.doc);
  const either = entry.sender === "either" && entry.receiver === "either";
  const text = either ? "either side may send it" : `${entry.sender} → ${entry.receiver}`;
  return el("span", { class: "direction" }, text);
}

function statusDoc(status) {
  return {
    used: "Seen in today's traffic.",
    deprecated: "Still sent by some living client: read it, don't send it.",
    obsolete: "Nobody sends it, or nobody listens.",
    unverified: "Known from one source, never seen.",
  }[status];
}

function joined(elements) {
  return elements.flatMap((element, index) => (index === 0 ? [element] : [", ", element]));
}

/** Fields in wire order; records and enums can be opened in place. */
function fieldsTable(fields) {
  const rows = fields.map((field, index) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, el("code", {}, field.name)),
      el("td", { "data-label": "Type" }, typeCell(field.type)),
      el("td", { "data-label": "There" }, presence(field, isInstead(fields, index))),
      el(
        "td",
        { "data-label": "Meaning" },
        docOf(field.doc),
        field.unit ? el("p", { class: "unit" }, "Unit: ", el("strong", {}, field.unit)) : null,
        namesIn(field.type).map((name) => typeDetails(name)),
      ),
    ),
  );
  const heads = ["Field", "Type", "There", "Meaning"].map((head) => el("th", { scope: "col" }, head));
  return el(
    "div",
    { class: "scroll", tabIndex: 0, role: "region", "aria-label": "Fields" },
    el("table", { class: "fields" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows)),
  );
}

function typeCell(type) {
  if (typeof type === "string") {
    const primitive = catalog.protocol.primitives.find((one) => one.name === type);
    return el("a", { href: "#/types", class: "type", title: primitive?.doc }, type);
  }
  const [[kind, inner]] = Object.entries(type);
  if (kind === "list") return el("span", {}, "list of ", typeCell(inner));
  if (kind === "either") return el("span", {}, typeCell(inner[0]), ", or ", typeCell(inner[1]));
  return el("a", { href: `#/type/${inner}`, class: "type" }, inner);
}

/** `instead` says that it stands where fields before it would. */
function presence(field, instead) {
  const parts = [];
  if (field.if) parts.push(el("span", {}, instead ? "instead, if " : "if ", el("code", {}, field.if.field), ` is ${field.if.is}`));
  if (field.optional) {
    const title =
      field.optional === "enough_left"
        ? "When there are enough bytes for it; fewer belong to no field."
        : "When any byte is left of the frame.";
    parts.push(el("span", { title }, "may be missing at the end"));
  }
  return parts.length > 0 ? joined(parts) : el("span", { class: "muted" }, "always");
}

function typeDetails(name) {
  const type = catalog.types.get(name);
  return el(
    "details",
    { class: "inner-type" },
    el("summary", {}, type.is === "enum" ? `Values of ${name}` : `Fields of ${name}`),
    typeBody(type),
  );
}

function typeBody(type) {
  if (type.is === "enum") {
    const rows = type.values.map(({ name, value, doc }) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, el("code", {}, JSON.stringify(value))),
        el("td", { "data-label": "Name" }, name),
        el("td", { "data-label": "Meaning" }, docOf(doc)),
      ),
    );
    const heads = ["Value", "Name", "Meaning"].map((head) => el("th", { scope: "col" }, head));
    return [
      el("p", { class: "muted" }, `${typeName(type.type)}; other values are no error.`),
      el(
        "div",
        { class: "scroll", tabIndex: 0, role: "region", "aria-label": `Values of ${type.name}` },
        el("table", { class: "fields values" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows)),
      ),
    ];
  }
  return [layoutView(fieldBoxes(type.fields), `The bytes of ${type.name}`), fieldsTable(type.fields)];
}

/** Request and answer, the same code elsewhere, the neighbours. */
function relatedSection(entry) {
  const same = catalog.entries.filter((other) => other !== entry && other.code === entry.code);
  const family = entry.family.split("_")[0];
  const pair = same.filter((other) => other.family.split("_")[0] === family);
  const elsewhere = same.filter((other) => !pair.includes(other));
  const stem = (name) => name.replace(/(Request|Response)$/, "");
  const partner = catalog.entries.filter(
    (other) =>
      other !== entry &&
      !pair.includes(other) &&
      other.family === entry.family &&
      stem(other.name) === stem(entry.name),
  );
  const alive = (other) => other.status === "used" || other.status === "deprecated";
  const pairs = (other) => alive(entry) && alive(other);
  const answers = partner.filter(pairs);
  const similar = partner.filter((other) => !pairs(other));
  const namesake = catalog.entries.filter(
    (other) =>
      mentions(entry, other) && !pair.includes(other) && !partner.includes(other) && !elsewhere.includes(other),
  );
  const shown = [...pair, ...partner, ...elsewhere, ...namesake];
  const naming = catalog.entries.filter((other) => mentions(other, entry) && !shown.includes(other));
  const group = (title, entries) =>
    entries.length > 0
      ? el(
          "section",
          {},
          el("h3", {}, title),
          el(
            "ul",
            { class: "entries" },
            entries.map((other) => el("li", {}, entryLink(other, null, true))),
          ),
        )
      : null;
  const groups = [
    group("The same code the other way", pair),
    group("Request and answer", answers),
    group("Similar names", similar),
    group("Named here", namesake),
    group("It is named by", naming),
    group(`Code ${entry.code} in other families`, elsewhere),
  ].filter(Boolean);
  return groups.length > 0 ? el("section", { class: "related" }, el("h2", {}, "Related"), groups) : null;
}

function mentions(entry, other) {
  const text = [entry.doc, ...entry.fields.map((field) => field.doc)].join(" ");
  return other !== entry && !other.layoutUnknown && text.includes(`\`${other.name}\``);
}

/** The page of a record, an enum, or a part of a file connection. */
function typePage(type) {
  const uses = catalog.entries.filter((entry) => entry.fields.some((field) => usesType(field.type, type.name)));
  const page = catalog.guide.find((one) => one.name === type.guide);
  const kind = { record: "record", enum: "named values", part: "file connections" }[type.is];
  return el(
    "article",
    { class: `message-page ${type.is === "part" ? "tint-file" : "tint-type"}` },
    el("p", { class: "crumbs" }, el("a", { href: "#/types" }, kind)),
    el("h1", {}, type.name),
    type.sender || page
      ? el(
          "div",
          { class: "facts" },
          type.sender ? el("span", { class: "direction" }, `${type.sender} → ${type.receiver}`) : null,
          page ? el("a", { class: "guide-link", href: `#/guide/${page.name}` }, `In the guide: ${page.title}`) : null,
        )
      : null,
    el("div", { class: "doc" }, docOf(type.doc)),
    type.aliases?.length > 0
      ? el("p", { class: "aliases" }, "Elsewhere called ", joined(type.aliases.map((alias) => el("code", {}, alias))))
      : null,
    typeBody(type),
    uses.length > 0
      ? el(
          "section",
          { class: "related" },
          el("h2", {}, "Used by"),
          el(
            "ul",
            { class: "entries" },
            uses.map((entry) => el("li", {}, entryLink(entry, null, true))),
          ),
        )
      : null,
  );
}

function usesType(type, name) {
  return namesIn(type).some(
    (inner) => inner === name || (catalog.types.get(inner)?.fields ?? []).some((field) => usesType(field.type, name)),
  );
}
