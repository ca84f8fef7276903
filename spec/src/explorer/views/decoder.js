// The decoder: bytes that are pasted, or a capture that is chosen.

/** Frames of pasted bytes beyond these are not looked at. */
const FRAME_LIMIT = 10_000;

class DecoderView {
  constructor() {
    this.area = el("textarea", {
      id: "bytes",
      rows: 5,
      spellcheck: "false",
      autocomplete: "off",
      autocapitalize: "off",
      "aria-describedby": "bytes-help",
      placeholder: "0d0000001a000000 07000000 010000007a\nor a dump of xxd, hexdump or Wireshark",
    });
    this.way = el("select", { id: "way" }, this.options());
    this.bare = el("select", { id: "bare" }, el("option", { value: "" }, "No: whole frames"), this.bareOptions());
    this.file = el("input", { type: "file", id: "file", accept: ".pcap,.pcapng,.cap", class: "unseen" });
    this.result = el("div", { class: "result" });
    this.hint = el("p", { class: "hint", role: "status" });
    this.element = el("div", { class: "decoder" }, this.form(), this.hint, this.result);
    this.area.addEventListener(
      "input",
      debounced(() => this.read(), 120),
    );
    this.way.addEventListener("change", () => this.read());
    this.bare.addEventListener("change", () => this.read());
    this.file.addEventListener("change", () => this.file.files[0] && this.open(this.file.files[0]));
    this.dropping();
  }

  options() {
    const ways = catalog.families.flatMap(({ name }) => [false, true].map((obfuscated) => ({ name, obfuscated })));
    const option = ({ name, obfuscated }) =>
      el(
        "option",
        { value: `${name}${obfuscated ? " obfuscated" : ""}` },
        `${familyTitle(name)}${obfuscated ? ", obfuscated" : ""}`,
      );
    return [
      el("option", { value: "" }, "Find out"),
      el("optgroup", { label: "Plain" }, ways.filter((way) => !way.obfuscated).map(option)),
      el("optgroup", { label: "Obfuscated" }, ways.filter((way) => way.obfuscated).map(option)),
    ];
  }

  bareOptions() {
    return catalog.families.map((family) =>
      el(
        "optgroup",
        { label: familyTitle(family.name) },
        family.messages.map(({ code, name }) => el("option", { value: `${family.name} ${code}` }, `${code} ${name}`)),
      ),
    );
  }

  form() {
    return el(
      "form",
      { class: "form", onsubmit: (event) => event.preventDefault() },
      el("label", { for: "bytes", class: "title" }, "Bytes"),
      this.area,
      el(
        "p",
        { class: "help", id: "bytes-help" },
        'Hex with any spacing, dumps with offsets, arrays such as [13, 0, 0], b"\\x04…" or lines for slsk decode --frames. Nothing leaves this page.',
      ),
      el(
        "div",
        { class: "choices" },
        el("label", {}, "Family ", this.way),
        el("label", {}, "Bare body of ", this.bare),
        el("label", { class: "button", for: "file" }, "Open a capture…"),
        this.file,
        el("span", { class: "muted" }, "or drop a .pcap anywhere"),
        el("button", { type: "button", class: "plain", onclick: () => this.clear() }, "Clear"),
      ),
      el(
        "p",
        { class: "samples" },
        el("span", {}, "Try: "),
        samples
          .filter((sample) => sample.title)
          .map((sample) => el("a", { href: sampleLink(sample), class: "chip" }, sample.title)),
      ),
    );
  }

  /** A capture may be dropped anywhere on the page, and text on the decoder. */
  dropping() {
    const hint = el(
      "div",
      { class: "drop-hint", hidden: true, "aria-hidden": "true" },
      el("p", {}, "Drop the capture to decode it"),
    );
    document.body.append(hint);
    const hasFile = (event) => event.dataTransfer?.types.includes("Files");
    window.addEventListener("dragover", (event) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      hint.hidden = false;
    });
    window.addEventListener("dragleave", (event) => {
      // Between two elements of the page there is a related one.
      if (!event.relatedTarget) hint.hidden = true;
    });
    window.addEventListener("drop", (event) => {
      hint.hidden = true;
      if (!hasFile(event)) return;
      event.preventDefault();
      const [file] = event.dataTransfer.files;
      if (!file) return;
      if (!this.element.isConnected) location.hash = "#/decode";
      this.open(file);
    });
    this.element.addEventListener("dragover", (event) => !hasFile(event) && event.preventDefault());
    this.element.addEventListener("drop", (event) => {
      if (hasFile(event)) return;
      event.preventDefault();
      this.fill(event.dataTransfer.getData("text"), "");
    });
  }

  clear() {
    this.fill("", "");
    this.area.focus();
  }

  /** Shows what a text is; `way` is the value of the family's choice. */
  fill(text, way) {
    this.area.value = text;
    this.way.value = way;
    this.bare.value = "";
    this.read();
  }

  read() {
    this.current = null;
    this.turn = (this.turn ?? 0) + 1;
    this.result.replaceChildren();
    const { bytes, family, problem } = parseInput(this.area.value);
    this.say(problem ?? "", Boolean(problem));
    if (!bytes || bytes.length === 0) return;
    if (this.bare.value) this.showBare(bytes);
    else this.showFrames(bytes, family);
  }

  say(text, wrong = false) {
    this.hint.textContent = text;
    this.hint.classList.toggle("problem", wrong);
  }

  showBare(bytes) {
    const [family, code] = this.bare.value.split(" ");
    const { width } = decoder.family(family);
    const head = new DataView(new ArrayBuffer(4 + width));
    head.setUint32(0, width + bytes.length, true);
    if (width === 1) head.setUint8(4, Number(code));
    else head.setUint32(4, Number(code), true);
    const frame = new Uint8Array(head.byteLength + bytes.length);
    frame.set(new Uint8Array(head.buffer));
    frame.set(bytes, head.byteLength);
    this.show([{ is: "frame", family, obfuscated: false, frame, wire: frame }]);
    this.say("The length and the code in front of the body were made up.");
  }

  showFrames(bytes, named) {
    let [family, obfuscated] = this.way.value.split(" ");
    let others = [];
    if (!family && named && decoder.family(named)) family = named;
    if (!family) {
      const ways = rankFamilies(decoder, bytes);
      const [best] = ways;
      ({ family, obfuscated } = best.score > 0 ? best : { family: ways[0].family, obfuscated: false });
      others = ways.slice(1).filter((way) => way.score > 0.3 && way.score > best.score * 0.6);
      if (best.score <= 0)
        this.say(
          "These bytes are no frame of any family, or not from its beginning. Shown as the first family.",
          true,
        );
    }
    const { frames, end, fault } = readWay(decoder, bytes, family, Boolean(obfuscated), FRAME_LIMIT);
    this.show(frames);
    if (others.length > 0) this.offer(others);
    if (fault) this.showRest(bytes.subarray(end), fault, end);
    else if (end < bytes.length) this.say(`Only the first ${grouped(FRAME_LIMIT)} frames are shown.`);
  }

  offer(ways) {
    const link = ({ family, obfuscated }) =>
      el(
        "button",
        { type: "button", class: "chip", onclick: () => this.choose(family, obfuscated) },
        `${familyTitle(family)}${obfuscated ? ", obfuscated" : ""}`,
      );
    this.result.prepend(
      el("p", { class: "samples others" }, el("span", {}, "The same bytes could be: "), ways.map(link)),
    );
  }

  choose(family, obfuscated) {
    this.way.value = `${family}${obfuscated ? " obfuscated" : ""}`;
    this.read();
    this.way.focus();
  }

  showRest(rest, fault, at) {
    const nowhere = () => {};
    const pane = new HexView({ label: `From byte ${at} on`, bytes: rest, tints: [], look: nowhere, choose: nowhere });
    this.result.append(
      el(
        "article",
        { class: "decoded tint-fault" },
        el("p", { class: "problem", role: "alert" }, el("strong", {}, fault.kind), " ", fault.message),
        pane.element,
      ),
    );
  }

  show(frames) {
    this.current = { frames };
    const [first] = frames;
    if (!first) return;
    const chosen = el("div", { class: "chosen" });
    const show = (frame) => chosen.replaceChildren(eventView(frame, () => pastedJson(frame)));
    if (frames.length > 1) this.result.append(this.chooser(frames, show));
    this.result.append(chosen);
    show(first);
    announce(`${plural(frames.length, "frame")}: ${eventName(first)}`);
  }

  /** A list of frames to choose from. */
  chooser(frames, show) {
    let chosen = 0;
    const list = new VirtualList({
      className: "events few",
      label: "Frames",
      role: "listbox",
      height: LINE_HEIGHT,
      render: (index) =>
        el(
          "div",
          {
            class: `event ${eventTint(frames[index])}`,
            role: "option",
            "aria-selected": String(index === chosen),
            onclick: () => choose(index),
          },
          el("span", { class: "time" }, String(frames[index].start ?? 0)),
          el("span", { class: "name" }, eventName(frames[index])),
          el("span", { class: "summary" }, visible(eventSummary(frames[index]))),
        ),
    });
    const choose = (index) => {
      chosen = Math.max(0, Math.min(frames.length - 1, index));
      list.show(chosen);
      list.refresh();
      show(frames[chosen]);
    };
    list.element.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      choose(chosen + step);
    });
    list.element.style.height = `${LINE_HEIGHT * Math.min(8, frames.length) + 2}px`;
    list.reset(frames.length);
    return el(
      "section",
      { class: "frames", "aria-label": "Frames" },
      el("h3", {}, plural(frames.length, "frame")),
      list.element,
    );
  }

  async open(file) {
    this.area.value = "";
    this.read();
    const turn = this.turn;
    this.say(`Reading ${visibleText(file.name)}…`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    let last = performance.now();
    const breathe = async () => {
      if (performance.now() - last < 50) return;
      await new Promise((go) => setTimeout(go));
      last = performance.now();
    };
    const session = await readSession(decoder, bytes, breathe);
    // Something else was asked for meanwhile.
    if (turn !== this.turn) return;
    this.file.value = "";
    this.current = { session, name: file.name };
    if (session.events.length === 0) {
      this.say(session.damage ?? "No TCP connection with bytes is in this capture.", true);
      return;
    }
    this.say("");
    this.result.replaceChildren(new SessionView(session, visibleText(file.name)).element);
    announce(`${plural(session.events.length, "message")} read.`);
  }
}

/** What `slsk decode` says of pasted bytes. */
function pastedJson(event) {
  if (event.is === "file") return { family: event.family, name: event.name, fields: event.fields };
  return messageJson(decodedOf(event), event.obfuscated);
}

function sampleLink({ family, obfuscated, hex }) {
  return `#/decode?${new URLSearchParams({ family: `${family}${obfuscated ? " obfuscated" : ""}`, hex })}`;
}
