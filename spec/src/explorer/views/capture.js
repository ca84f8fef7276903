// A capture on the page: its messages in the order of time, filtered, and the one that is chosen.

const LINE_HEIGHT = 30;

class SessionView {
  constructor(session, name) {
    Object.assign(this, { session, chosen: -1, shown: [], summaries: new Map(), wrong: new Map() });
    this.codes = new Set(session.events.map(codeOf));
    this.start = session.events[0]?.time ?? 0n;
    this.detail = el("div", { class: "chosen", "aria-live": "polite" });
    this.list = new VirtualList({
      className: "events",
      label: "Messages",
      role: "listbox",
      height: LINE_HEIGHT,
      render: (index) => this.row(index),
    });
    this.list.element.addEventListener("keydown", (event) => this.key(event));
    this.count = el("span", { class: "count", role: "status" });
    this.element = el(
      "section",
      { class: "capture", "aria-label": `Capture ${name}` },
      this.head(name),
      this.filters(),
      this.list.element,
      this.detail,
    );
    this.list.element.style.height = `${LINE_HEIGHT * Math.max(3, Math.min(14, session.events.length)) + 2}px`;
    this.filter();
  }

  head(name) {
    const { connections, events, damage } = this.session;
    const kinds = new Map();
    for (const { kind } of connections) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    const parts = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ");
    return [
      el(
        "h3",
        {},
        name,
        " ",
        el(
          "small",
          {},
          `${plural(connections.length, "connection")}${parts && ` (${parts})`}, ${plural(events.length, "message")}`,
        ),
      ),
      damage ? el("p", { class: "problem", role: "alert" }, `${damage}. What precedes the damage is shown.`) : null,
    ];
  }

  filters() {
    const option = (value, text) => el("option", { value }, text);
    const { connections, events } = this.session;
    const families = [...new Set(events.map(familyOf))];
    this.text = el("input", {
      type: "search",
      placeholder: "Filter by name, code, user, value",
      "aria-label": "Filter messages",
      spellcheck: "false",
    });
    this.family = el(
      "select",
      { "aria-label": "Family" },
      option("", "All families"),
      families.map((name) => option(name, familyTitle(name))),
    );
    this.connection = el(
      "select",
      { "aria-label": "Connection" },
      option("", "All connections"),
      connections
        .slice(0, 2000)
        .map(({ kind, initiator, acceptor }, index) =>
          option(String(index), `#${index + 1} ${kind}: ${partyText(initiator)} → ${partyText(acceptor)}`),
        ),
    );
    this.state = el("select", { "aria-label": "State" }, option("", "All"), option("errors", "Errors"));
    const later = debounced(() => this.filter(), 150);
    this.text.addEventListener("input", later);
    this.family.addEventListener("change", () => this.filter());
    this.connection.addEventListener("change", () => this.filter());
    this.state.addEventListener("change", () => this.filter());
    return el("div", { class: "filters" }, this.text, this.family, this.connection, this.state, this.count);
  }

  /** Looks for what fits, piece by piece, so that the page stays alive; a new filter ends the last one. */
  async filter() {
    const words = this.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const { family, connection } = this;
    const turn = (this.turn ?? 0) + 1;
    this.turn = turn;
    const shown = [];
    let began = performance.now();
    for (const [index, event] of this.session.events.entries()) {
      if (family.value && familyOf(event) !== family.value) continue;
      if (connection.value !== "" && event.connection !== Number(connection.value)) continue;
      const text = words.length > 0 ? this.textOf(event).toLowerCase() : "";
      const fits = words.every((word) => this.fits(event, text, word)) && (!this.state.value || this.isWrong(event));
      if (fits) shown.push(index);
      if (performance.now() - began < 40) continue;
      await new Promise((go) => setTimeout(go));
      if (turn !== this.turn) return;
      began = performance.now();
    }
    this.shown = shown;
    this.place = -1;
    this.count.textContent = `${grouped(shown.length)} shown`;
    this.list.element.scrollTop = 0;
    this.list.reset(shown.length);
  }

  textOf(event) {
    const { from, to } = this.ends(event);
    return `#${event.connection + 1} ${partyText(from)} ${from.address} ${partyText(to)} ${to.address} ${familyOf(event)} ${codeText(event)} ${eventName(event)} ${this.summary(event)}`;
  }

  /** Whether an event has a word. A number that is a code in this capture is taken for that: others stand behind names. */
  fits(event, text, word) {
    const code = /^(\d+|0x[0-9a-f]+)$/.test(word) ? Number(word) : null;
    return code !== null && this.codes.has(code) ? codeOf(event) === code : hasWord(text, word);
  }

  /** Whether something could not be read. */
  isWrong(event) {
    let wrong = this.wrong.get(event);
    if (wrong === undefined) {
      wrong = event.is === "fault" || (event.is === "frame" && decodedOf(event).problem !== null);
      this.wrong.set(event, wrong);
    }
    return wrong;
  }

  ends(event) {
    const dialogue = this.session.connections[event.connection];
    return { from: dialogue[event.from], to: dialogue[OTHER[event.from]] };
  }

  summary(event) {
    let summary = this.summaries.get(event);
    if (summary === undefined) {
      summary = eventSummary(event);
      this.summaries.set(event, summary);
    }
    return summary;
  }

  row(index) {
    const place = this.shown[index];
    const event = this.session.events[place];
    const { from, to } = this.ends(event);
    const wrong = this.isWrong(event);
    const seconds = (Number(event.time - this.start) / 1e9).toFixed(3);
    return el(
      "div",
      {
        class: `event ${eventTint(event)}${wrong ? " is-wrong" : ""}`,
        role: "option",
        id: `event-${place}`,
        "aria-selected": String(place === this.chosen),
        onclick: () => this.choose(index),
      },
      el("span", { class: "time" }, seconds),
      el("span", { class: "connection" }, `#${event.connection + 1}`),
      el("span", { class: "ends" }, visible(partyText(from)), " → ", visible(partyText(to))),
      el("span", { class: "badge" }, familyTitle(familyOf(event))),
      el("span", { class: "code" }, codeText(event)),
      wrong ? el("span", { class: "mark-wrong", role: "img", "aria-label": "error" }, "⚠") : null,
      el("span", { class: "name" }, eventName(event)),
      el("span", { class: "summary" }, visible(this.summary(event))),
    );
  }

  choose(index) {
    this.chosen = this.shown[index];
    this.place = index;
    const event = this.session.events[this.chosen];
    this.list.show(index);
    this.list.refresh();
    this.list.element.setAttribute("aria-activedescendant", `event-${this.chosen}`);
    this.detail.replaceChildren(eventView(event, () => eventJson(decoder, this.session, event)));
  }

  key(event) {
    const last = this.shown.length - 1;
    const at = this.place ?? -1;
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last, PageDown: at + 10, PageUp: at - 10 }[
      event.key
    ];
    if (target === undefined || last < 0) return;
    event.preventDefault();
    this.choose(Math.max(0, Math.min(last, target)));
  }
}

const familyOf = (event) => event.family ?? (event.is === "file" ? "file" : "fault");

const eventTint = ({ is, family }) =>
  is === "frame" ? catalog.family(family).tint : is === "file" ? "tint-file" : "tint-fault";

function partyText({ name, address }) {
  if (!name) return address;
  return name.server ? "server" : typeof name.user === "string" ? name.user : `(${name.user.$hex})`;
}

const decodedOf = (event) => decoder.decode(event.family, event.frame);

/** Whether a text has a word; a number only as a whole. */
function hasWord(text, word) {
  return /^\d+$/.test(word) ? new RegExp(`(?<![\\w.])${word}(?![\\w.])`).test(text) : text.includes(word);
}

/** The code of a frame, or null. */
function codeOf({ is, family, frame }) {
  if (is !== "frame") return null;
  const { view } = bodyOf(frame);
  return decoder.family(family).width === 1 ? view.getUint8(4) : view.getUint32(4, true);
}

const codeText = (event) => `${codeOf(event) ?? ""}`;

function eventName(event) {
  if (event.is !== "frame") return event.name ?? event.fault.kind;
  const { messages, named } = decoder.family(event.family);
  const code = codeOf(event);
  return messages.get(code)?.name ?? named.get(code)?.name ?? `Unknown (${code})`;
}

function eventSummary(event) {
  if (event.is === "frame") return summaryOf(decodedOf(event));
  if (event.is === "fault") return `${plural(event.length, "byte")}: ${event.fault.message}`;
  const { token, offset, length, missing } = event.fields;
  if (token !== undefined) return `token=${token}`;
  if (offset !== undefined) return `offset=${offset}`;
  return `${plural(length, "byte")}${missing ? `, ${grouped(missing)} of them not in the capture` : ""}`;
}

/** The view of an event; `json` says what `slsk decode` says of it. */
function eventView(event, json) {
  if (event.is === "frame") return frameView(decodedOf(event), { ...event, json });
  const bytes = event.bytes ?? event.head;
  const nowhere = () => {};
  const pane =
    bytes.length > 0
      ? new HexView({ label: "The first bytes", bytes, tints: [], look: nowhere, choose: nowhere }).element
      : null;
  return el(
    "article",
    { class: `decoded ${event.is === "file" ? "tint-file" : "tint-fault"}` },
    el(
      "header",
      {},
      el(
        "h3",
        {},
        catalog.types.has(event.name) ? el("a", { href: `#/type/${event.name}` }, event.name) : eventName(event),
      ),
    ),
    el("p", { class: event.is === "fault" ? "problem" : "lead" }, eventSummary(event)),
    pane,
    jsonBox(json),
  );
}
