// The tree of fields: rows that open and close, lit together with their bytes.

class TreeView {
  /** `light` is told which node is looked at, or null. */
  constructor(nodes, light) {
    this.light = light;
    this.nodes = nodes;
    this.element = el("div", { class: "tree", role: "tree", "aria-label": "Fields" });
    this.rows = new Map();
    this.element.append(...this.rowsOf(nodes, 1));
    this.focusable(this.element.firstElementChild);
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("mouseleave", () => this.light(null));
    this.element.addEventListener("mouseover", (event) => this.look(event.target));
    this.element.addEventListener("focusin", (event) => this.look(event.target));
    this.element.addEventListener("focusout", () => this.light(null));
    this.element.addEventListener("click", (event) => {
      const row = event.target.closest(".node");
      if (!row) return;
      this.focus(row);
      if (!event.target.closest("a")) this.toggle(row);
    });
  }

  rowsOf(nodes, level) {
    return nodes.flatMap((node, index) => {
      const row = this.row(node, level, index, nodes.length);
      if (!node.children || !(node.open || (node.broken && !node.group))) return [row];
      node.made ??= node.children();
      row.setAttribute("aria-expanded", "true");
      return [row, ...this.rowsOf(node.made, level + 1)];
    });
  }

  row(node, level, index, size) {
    const { text, kind, note } = valueOf(node);
    const classes = [
      "node",
      node.absent && "is-absent",
      node.broken && "is-broken",
      node.extra && "is-extra",
      node.group && "is-group",
    ];
    const type = node.shape && node.shape.name !== node.label ? node.shape.name : null;
    const row = el(
      "div",
      {
        class: classes.filter(Boolean).join(" "),
        role: "treeitem",
        "aria-level": level,
        "aria-posinset": index + 1,
        "aria-setsize": size,
        "aria-expanded": node.children ? "false" : null,
        tabIndex: -1,
        title: node.field?.doc ?? null,
      },
      el("span", { class: "twist", "aria-hidden": "true" }),
      el("span", { class: "label" }, node.label),
      el("span", { class: `value is-${kind}` }, kind === "text" ? ["“", visible(text), "”"] : visible(text)),
      note && kind !== "note" ? el("span", { class: "note" }, note) : null,
      type ? el("span", { class: "type" }, type) : null,
      node.absent
        ? null
        : el(
            "span",
            { class: "offset", "aria-label": `at byte ${node.start}, ${plural(node.end - node.start, "byte")}` },
            `${node.start}+${node.end - node.start}`,
          ),
    );
    row.style.setProperty("--level", level - 1);
    if (node.tint !== undefined) row.classList.add(`tinted-${node.tint}`);
    this.rows.set(node, row);
    row.node = node;
    return row;
  }

  look(target) {
    const row = target.closest(".node");
    if (row && !row.node.absent) this.light(row.node);
  }

  /** Marks the row of a node, or of the nearest one around it that is there. */
  mark(path) {
    this.marked?.classList.remove("is-lit");
    this.marked =
      path &&
      [...path]
        .reverse()
        .map((node) => this.rows.get(node))
        .find((row) => row?.isConnected);
    this.marked?.classList.add("is-lit");
  }

  /** Opens the way to a node and goes there. */
  reveal(path) {
    for (const node of path.slice(0, -1)) {
      const row = this.rows.get(node);
      if (row?.isConnected && row.getAttribute("aria-expanded") === "false") this.toggle(row);
    }
    const row = this.rows.get(path.at(-1));
    if (row?.isConnected) {
      this.focusable(row);
      row.scrollIntoView({ block: "nearest" });
    }
  }

  toggle(row) {
    const { node } = row;
    if (!node.children) return;
    const level = Number(row.getAttribute("aria-level"));
    if (row.getAttribute("aria-expanded") === "true") {
      row.setAttribute("aria-expanded", "false");
      while (Number(row.nextElementSibling?.getAttribute("aria-level")) > level) row.nextElementSibling.remove();
      return;
    }
    row.setAttribute("aria-expanded", "true");
    node.made ??= node.children();
    row.after(...this.rowsOf(node.made, level + 1));
  }

  focusable(row) {
    if (this.current) this.current.tabIndex = -1;
    this.current = row;
    if (row) row.tabIndex = 0;
  }

  focus(row) {
    if (!row) return;
    this.focusable(row);
    row.focus();
  }

  key(event) {
    const row = event.target.closest(".node");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const expanded = row.getAttribute("aria-expanded");
    const parent = () => {
      const level = Number(row.getAttribute("aria-level"));
      let before = row.previousElementSibling;
      while (before && Number(before.getAttribute("aria-level")) >= level) before = before.previousElementSibling;
      return before;
    };
    const actions = {
      ArrowDown: () => this.focus(row.nextElementSibling),
      ArrowUp: () => this.focus(row.previousElementSibling),
      Home: () => this.focus(this.element.firstElementChild),
      End: () => this.focus(this.element.lastElementChild),
      ArrowRight: () => (expanded === "false" ? this.toggle(row) : expanded && this.focus(row.nextElementSibling)),
      ArrowLeft: () => (expanded === "true" ? this.toggle(row) : this.focus(parent())),
      Enter: () => this.toggle(row),
      " ": () => this.toggle(row),
    };
    if (!actions[event.key]) return;
    actions[event.key]();
    event.preventDefault();
  }
}
