// A pane of bytes in rows: offset, hex digits, text. Bytes are tinted by field, and lit with it.

const ROW_HEIGHT = 22;

class HexView {
  /**
   * `tints` are ranges `[start, end, tint]` in order; `look` is told which byte is looked at, or null, and `choose`
   * which was clicked. At most `rows` are in sight at once.
   */
  constructor({ label, bytes, tints, look, choose, rows = 18 }) {
    Object.assign(this, { bytes, tints, look, choose, most: rows, lit: null, cursor: -1, perRow: 16 });
    this.list = new VirtualList({
      className: "hex",
      label,
      role: "group",
      height: ROW_HEIGHT,
      render: (index) => this.row(index),
    });
    this.element = el(
      "section",
      { class: "bytes", "aria-label": label },
      el("h4", {}, label, " ", el("small", {}, plural(bytes.length, "byte"))),
      this.list.element,
    );
    const at = (event) => event.target.closest("[data-at]")?.dataset.at;
    this.list.element.addEventListener(
      "mouseover",
      (event) => at(event) !== undefined && this.look(Number(at(event))),
    );
    this.list.element.addEventListener("mouseleave", () => this.look(null));
    this.list.element.addEventListener("click", (event) => at(event) !== undefined && this.goTo(Number(at(event))));
    this.list.element.addEventListener("keydown", (event) => this.key(event));
    this.list.element.addEventListener("blur", () => this.look(null));
    new ResizeObserver(() => this.fit()).observe(this.list.element);
    this.fit(true);
  }

  /** Chooses how many bytes fit into a row. */
  fit(first = false) {
    const width = this.list.element.clientWidth;
    const perRow = width > 0 && width < 545 ? 8 : 16;
    if (perRow === this.perRow && !first) return;
    this.perRow = perRow;
    const rows = Math.ceil(this.bytes.length / perRow);
    this.list.element.style.height = `${Math.max(1, Math.min(rows, this.most)) * ROW_HEIGHT + 2}px`;
    this.list.reset(rows);
  }

  row(index) {
    const from = index * this.perRow;
    const digits = el("span", { class: "digits" });
    const letters = el("span", { class: "letters" });
    for (let at = from; at < from + this.perRow; at += 1) {
      const byte = this.bytes[at];
      if (byte === undefined) {
        digits.append(el("span", { class: "no-byte" }, "  "));
        continue;
      }
      const name = this.classOf(at);
      digits.append(el("span", { class: name, "data-at": at }, byte.toString(16).padStart(2, "0")));
      letters.append(
        el("span", { class: name, "data-at": at }, byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·"),
      );
    }
    return el(
      "div",
      { class: "hex-row" },
      el("span", { class: "at", "aria-hidden": "true" }, from.toString(16).padStart(6, "0")),
      digits,
      letters,
    );
  }

  classOf(at) {
    const tint = this.tintOf(at);
    const lit = this.lit && at >= this.lit[0] && at < this.lit[1];
    return `byte${tint === null ? "" : ` tinted-${tint}`}${lit ? " is-lit" : ""}${at === this.cursor ? " is-cursor" : ""}`;
  }

  tintOf(at) {
    let low = 0;
    let high = this.tints.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tints[middle][1] <= at) low = middle + 1;
      else high = middle;
    }
    const found = this.tints[low];
    return found && found[0] <= at ? found[2] : null;
  }

  /** Lights bytes from `start` to `end`, or none; `scroll` brings them in sight. */
  light(start, end, scroll) {
    this.lit = start === null ? null : [start, end];
    if (this.lit && scroll) this.list.show(Math.floor(start / this.perRow));
    this.repaint();
  }

  repaint() {
    for (const byte of this.list.space.querySelectorAll("[data-at]"))
      byte.className = this.classOf(Number(byte.dataset.at));
  }

  goTo(at) {
    this.cursor = at;
    this.list.show(Math.floor(at / this.perRow));
    this.choose(at);
    this.look(at);
  }

  key(event) {
    const last = this.bytes.length - 1;
    const from = Math.max(0, this.cursor);
    const target = {
      ArrowLeft: from - 1,
      ArrowRight: from + 1,
      ArrowUp: from - this.perRow,
      ArrowDown: from + this.perRow,
      Home: 0,
      End: last,
    }[event.key];
    if (target === undefined || last < 0) return;
    event.preventDefault();
    // The first arrow only shows where the cursor is.
    this.goTo(Math.max(0, Math.min(last, this.cursor < 0 && event.key.startsWith("Arrow") ? 0 : target)));
  }
}
