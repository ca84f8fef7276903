// All messages with their filters, and the same list beside a message.

/** The table of messages, filtered by what stands in the address. */
function listPage(query) {
  const state = {
    q: query.get("q") ?? "",
    family: query.get("family") ?? "",
    status: query.get("status") ?? "",
    sender: query.get("sender") ?? "",
  };
  const body = el("div", { class: "rows" });
  const count = el("p", { class: "count", role: "status" });
  const select = (name, label, values, title = (value) => value) => {
    const options = values.map((value) => el("option", { value }, title(value)));
    const element = el("select", { "aria-label": label, name }, el("option", { value: "" }, label), options);
    element.value = state[name];
    element.addEventListener("change", () => update(name, element.value));
    return element;
  };
  const text = el("input", {
    type: "search",
    value: state.q,
    "aria-label": "Filter messages",
    placeholder: "Name, code, alias, field, words",
    spellcheck: "false",
  });
  const update = (name, value) => {
    state[name] = value;
    const set = Object.entries(state).filter(([, one]) => one !== "");
    history.replaceState(null, "", `#/messages${set.length > 0 ? `?${new URLSearchParams(set)}` : ""}`);
    draw();
  };
  text.addEventListener(
    "input",
    debounced(() => update("q", text.value), 80),
  );
  const draw = () => {
    const keep = (entry) =>
      (!state.family || entry.family === state.family) &&
      (!state.status || entry.status === state.status) &&
      (!state.sender || entry.sender === state.sender);
    const found = catalog.search(state.q, keep);
    count.textContent = plural(found.length, "message");
    body.replaceChildren(...(state.q ? [groupRows(null, found)] : familyGroups(found)));
  };
  draw();
  return el(
    "div",
    { class: "list-page" },
    el("h1", {}, "Messages"),
    el(
      "p",
      { class: "lead" },
      "Every message that anybody knows, by the kind of connection and the direction in which it is sent. A code means nothing without its family.",
    ),
    el(
      "div",
      { class: "filters" },
      text,
      select(
        "family",
        "All families",
        catalog.families.map((family) => family.name),
        familyTitle,
      ),
      select("status", "Any status", catalog.valuesOf("status")),
      select("sender", "Any sender", catalog.valuesOf("sender")),
    ),
    count,
    body,
  );
}

function familyGroups(found) {
  return catalog.families
    .map((family) =>
      groupRows(
        family,
        found.filter(({ entry }) => entry.family === family.name),
      ),
    )
    .filter(Boolean);
}

function groupRows(family, found) {
  if (found.length === 0) return family ? null : el("p", { class: "hint" }, "Nothing has all of these words.");
  return el(
    "section",
    { class: `group ${family?.tint ?? ""}` },
    family ? el("h2", {}, familyTitle(family.name), " ", el("small", {}, family.doc)) : null,
    el(
      "ul",
      { class: "entries" },
      found.map(({ entry, why }) => el("li", {}, entryLink(entry, why, !family))),
    ),
  );
}

function entryLink(entry, why, withFamily) {
  return el(
    "a",
    { href: entry.href, class: `entry ${entry.tint}` },
    el("span", { class: "code" }, String(entry.code)),
    el("span", { class: "name" }, entry.name, why ? el("small", {}, ` ${why}`) : null),
    el("span", { class: "doc" }, entry.doc.replace(/`/g, "").split("\n")[0]),
    withFamily ? el("span", { class: "badge" }, familyTitle(entry.family)) : null,
    entry.status !== "used"
      ? el("span", { class: "status" }, entry.layoutUnknown ? "no layout" : entry.status)
      : null,
  );
}

/** The list beside a message: short, with the current one in sight. */
function sideList(current) {
  const nav = el(
    "nav",
    { "aria-label": "Messages by family", class: "side-list" },
    catalog.families.map((family) =>
      el(
        "details",
        { class: family.tint, "data-family": family.name },
        el("summary", {}, familyTitle(family.name)),
        el(
          "ul",
          {},
          catalog.entries
            .filter((entry) => entry.family === family.name)
            .map((entry) =>
              el(
                "li",
                {},
                el("a", { href: entry.href }, el("span", { class: "code" }, String(entry.code)), entry.name),
              ),
            ),
        ),
      ),
    ),
    el(
      "details",
      { class: "tint-file" },
      el("summary", {}, "file connections"),
      el(
        "ul",
        {},
        catalog.parts.map((part) => el("li", {}, el("a", { href: part.href }, part.name))),
      ),
    ),
    el("a", { href: "#/types", class: "side-link" }, "Types"),
  );
  return nav;
}

/** Marks where we are in the list beside, and scrolls there. */
function markSide(nav) {
  for (const link of nav.querySelectorAll("a")) {
    const here = link.getAttribute("href") === location.hash.split("?")[0];
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    if (!here) continue;
    const details = link.closest("details");
    if (details) details.open = true;
    const [box, inside] = [nav.parentElement.getBoundingClientRect(), link.getBoundingClientRect()];
    if (inside.top < box.top || inside.bottom > box.bottom)
      nav.parentElement.scrollTop += inside.top - box.top - box.height / 3;
  }
}
