// A list of any length: only the rows in sight are there.

/** No element may be higher than browsers allow, in pixels; longer lists scroll faster. */
const HIGHEST = 8_000_000;

class VirtualList {
  /** `render` makes the row with an index; `height` is that of a row in pixels. */
  constructor({ className, label, role, height, render }) {
    Object.assign(this, { height, render, count: 0, rows: new Map() });
    this.space = el("div", { class: "virtual-space", role: "presentation" });
    this.element = el("div", { class: `virtual ${className}`, role, "aria-label": label, tabIndex: 0 }, this.space);
    this.element.addEventListener("scroll", () => this.later(), { passive: true });
    new ResizeObserver(() => this.later()).observe(this.element);
  }

  /** Shows so many rows, all made anew. */
  reset(count) {
    this.count = count;
    this.space.style.height = `${Math.min(count * this.height, HIGHEST)}px`;
    this.refresh();
  }

  /** Makes all rows in sight anew. */
  refresh() {
    this.space.replaceChildren();
    this.rows.clear();
    this.draw();
  }

  later() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = undefined;
      this.draw();
    });
  }

  /** The first row in sight, perhaps in part. */
  get first() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    if (this.count * this.height <= HIGHEST) return Math.floor(scrollTop / this.height);
    const share = scrollTop / Math.max(1, scrollHeight - clientHeight);
    return Math.round(share * Math.max(0, this.count - Math.floor(clientHeight / this.height)));
  }

  draw() {
    const { scrollTop, clientHeight } = this.element;
    const scaled = this.count * this.height > HIGHEST;
    const from = Math.max(0, this.first - 4);
    const to = Math.min(this.count, this.first + Math.ceil((clientHeight || 400) / this.height) + 5);
    for (const [index, row] of this.rows) {
      if (scaled || index < from || index >= to) {
        row.remove();
        this.rows.delete(index);
      }
    }
    for (let index = from; index < to; index += 1) {
      if (this.rows.has(index)) continue;
      const row = this.render(index);
      const top = scaled ? scrollTop + (index - this.first) * this.height : index * this.height;
      row.style.top = `${top}px`;
      row.style.height = `${this.height}px`;
      row.setAttribute("aria-posinset", index + 1);
      row.setAttribute("aria-setsize", this.count);
      this.rows.set(index, row);
      this.space.append(row);
    }
  }

  /** Scrolls so that a row is in sight. */
  show(index) {
    const { element, height, count } = this;
    const seen = Math.max(1, Math.floor(element.clientHeight / height));
    if (index >= this.first && index < this.first + seen - 1) return;
    const target = Math.max(0, index - Math.floor(seen / 3));
    element.scrollTop =
      count * height <= HIGHEST
        ? target * height
        : (target / Math.max(1, count - seen)) * (element.scrollHeight - element.clientHeight);
    this.draw();
  }
}
