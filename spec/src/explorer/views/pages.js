// The first page, the types, the guide, and the page for what does not exist.

function homePage() {
  const card = (href, title, text) => el("a", { class: "card", href }, el("h2", {}, title), el("p", {}, text));
  const families = catalog.families.map((family) =>
    el(
      "a",
      { class: `family-card ${family.tint}`, href: `#/messages?family=${family.name}` },
      el("strong", {}, familyTitle(family.name)),
      el("span", {}, plural(family.messages.length, "message")),
      el("small", {}, family.doc),
    ),
  );
  const box = el("input", {
    type: "search",
    class: "big-search",
    "aria-label": "A name, a code, or bytes",
    placeholder: "93 · ConnectToPeer · 0d0000001a000000…",
    spellcheck: "false",
    autocomplete: "off",
  });
  const found = el("div", { class: "home-found" });
  box.addEventListener(
    "input",
    debounced(() => found.replaceChildren(...quickAnswer(box.value)), 60),
  );
  box.addEventListener("keydown", (event) => {
    const link = found.querySelector("a");
    if (event.key === "Enter" && link) location.hash = link.getAttribute("href");
  });
  return el(
    "div",
    { class: "home" },
    el("h1", {}, "The Soulseek protocol"),
    el("p", { class: "lead" }, "What is message 93, and what are these bytes? Type a code or a name, or paste hex."),
    box,
    found,
    el(
      "p",
      { class: "samples" },
      el("span", {}, "Try: "),
      ["93", "0x5d", "ConnectToPeer", "speed"].map((text) =>
        el("button", { type: "button", class: "chip", onclick: () => put(box, text) }, text),
      ),
      samples
        .filter((sample) => sample.title)
        .slice(0, 3)
        .map((sample) => el("a", { class: "chip", href: sampleLink(sample) }, sample.title)),
    ),
    el(
      "section",
      { class: "cards" },
      card(
        "#/messages",
        "Messages",
        "Fields, byte layout and meaning of each one, with the names that other programs use.",
      ),
      card("#/guide/README", "Guide", "Who sends what and when: login, connections, searches, transfers, rooms."),
      card(
        "#/decode",
        "Decoder",
        "Paste bytes or open a capture. Obfuscation and compression are undone, and nothing leaves this page.",
      ),
    ),
    el("h2", {}, "Families"),
    el("section", { class: "families" }, families),
    el(
      "p",
      { class: "muted foot" },
      `${catalog.protocol.title}, version ${catalog.protocol.version} of the types. ${catalog.protocol.license}.`,
    ),
  );
}

function put(box, text) {
  box.value = text;
  box.dispatchEvent(new Event("input"));
  box.focus();
}

/** Answers a name, a code or bytes at once. */
function quickAnswer(text) {
  if (text.trim() === "") return [];
  if (looksLikeBytes(text) || /^\s*b?["'].*\\x/.test(text)) {
    const { bytes } = parseInput(text);
    const [best] = bytes ? rankFamilies(decoder, bytes) : [];
    if (best && best.score > 0) {
      const { frames } = cutFrames(decoder, bytes, best.family, best.obfuscated, 1);
      const more = el(
        "p",
        {},
        el("a", { href: `#/decode?${new URLSearchParams({ hex: toHex(bytes) })}` }, "Open in the decoder"),
      );
      return [
        frameView(decoder.decode(best.family, frames[0].frame), { ...frames[0], obfuscated: best.obfuscated }),
        more,
      ];
    }
  }
  const found = findAll(text, 8);
  if (found.length === 0)
    return [el("p", { class: "hint" }, "No message and no page has that, and it is no whole frame.")];
  return [
    el(
      "ul",
      { class: "entries" },
      found.map((link) => el("li", {}, link)),
    ),
  ];
}

function typesPage() {
  const { primitives, records, enums, framing, connections } = catalog.protocol;
  const list = (types) =>
    el(
      "ul",
      { class: "entries" },
      types.map(({ name, doc }) =>
        el(
          "li",
          {},
          el(
            "a",
            { class: "entry tint-type", href: `#/type/${name}` },
            el("span", { class: "name" }, name),
            el("span", { class: "doc" }, doc.replace(/`/g, "")),
          ),
        ),
      ),
    );
  const table = (label, heads, rows) =>
    el(
      "div",
      { class: "scroll", tabIndex: 0, role: "region", "aria-label": label },
      el(
        "table",
        {},
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            heads.map((head) => el("th", { scope: "col" }, head)),
          ),
        ),
        el(
          "tbody",
          {},
          rows.map(([first, ...cells]) =>
            el(
              "tr",
              {},
              el("th", { scope: "row" }, first),
              cells.map((cell) => el("td", {}, cell)),
            ),
          ),
        ),
      ),
    );
  return el(
    "article",
    { class: "types-page" },
    el("h1", {}, "Types and frames"),
    el("h2", {}, "A frame"),
    table(
      "A frame",
      ["Part", "What it is"],
      ["length", "code", "body", "trailing", "compression"]
        .map((part) => [part, inline(framing[part])])
        .concat([["obfuscation", inline(framing.obfuscation.doc)]]),
    ),
    el("h2", {}, "Connections"),
    table(
      "Connections",
      ["Connection", "Kind", "What it is for"],
      connections.map(({ name, kind, doc }) => [name, kind ?? "–", inline(doc)]),
    ),
    el("h2", {}, "Primitives"),
    table(
      "Primitives",
      ["Type", "Bytes", "On the wire", "In JSON"],
      primitives.map(({ name, size, doc, json }) => [
        el("code", {}, name),
        size ?? "varies",
        inline(doc),
        inline(json),
      ]),
    ),
    el("h2", {}, "Records"),
    list(records),
    el("h2", {}, "Named values"),
    list(enums),
    el("h2", {}, "On a file connection"),
    list(catalog.parts),
  );
}

function guidePage(name, anchor) {
  const template = document.getElementById(`guide-${name}`);
  if (!template) return null;
  const article = el("article", { class: "guide-page" }, template.content.cloneNode(true));
  const at = catalog.guide.findIndex((page) => page.name === name);
  const link = (page, words) =>
    page ? el("a", { href: `#/guide/${page.name}` }, words, " ", page.title) : el("span", {});
  article.append(
    el(
      "nav",
      { class: "turn", "aria-label": "Pages" },
      link(catalog.guide[at - 1], "←"),
      link(catalog.guide[at + 1], "→"),
    ),
  );
  if (anchor) setTimeout(() => document.getElementById(`${name}--${anchor}`)?.scrollIntoView());
  return article;
}

function guideSide() {
  return el(
    "nav",
    { "aria-label": "Pages of the guide", class: "side-list guide-list" },
    el(
      "ul",
      {},
      catalog.guide.map((page) => el("li", {}, el("a", { href: `#/guide/${page.name}` }, page.title))),
    ),
  );
}

function missingPage() {
  return el(
    "div",
    {},
    el("h1", {}, "Not here"),
    el("p", {}, "Nothing has this address. ", el("a", { href: "#/" }, "To the beginning")),
  );
}
