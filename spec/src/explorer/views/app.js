// Puts the page together: addresses, the search at the top, keys, light and dark.

const data = JSON.parse(document.getElementById("data").textContent);
const catalog = new Catalog(data);
const decoder = new Decoder(data.protocol, data.limits);
const { samples } = data;
const decoderView = new DecoderView();

const main = document.getElementById("main");
const side = document.getElementById("side");
const searchBox = document.getElementById("search");
const hits = document.getElementById("hits");

/** Shows what the address says. */
function route(event) {
  const [path, query] = location.hash.slice(1).split(/\?(.*)/s);
  const parts = path.split("/").slice(1).map(decodeURIComponent);
  const { page, beside, title } = pageOf(parts, new URLSearchParams(query ?? ""));
  document.title = title ? `${title} – Soulseek protocol` : "The Soulseek protocol";
  main.replaceChildren(page ?? missingPage());
  showSide(beside);
  const section = {
    message: "messages",
    messages: "messages",
    type: "messages",
    types: "messages",
    guide: "guide",
    decode: "decode",
  }[parts[0]];
  for (const link of document.querySelectorAll(".parts a")) {
    if (section && link.getAttribute("href").startsWith(`#/${section}`)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  closeHits();
  if (event && parts[0] !== "decode") {
    main.focus({ preventScroll: true });
    if (!parts[2] || parts[0] !== "guide") window.scrollTo(0, 0);
  }
}

function pageOf([section = "", first, second], query) {
  switch (section) {
    case "":
      return { page: homePage() };
    case "messages":
      return { page: listPage(query), title: "Messages" };
    case "message": {
      const entry = second === undefined ? (catalog.byName.get(first) ?? [])[0] : catalog.find(first, second);
      return { page: entry && messagePage(entry), beside: "messages", title: entry?.name };
    }
    case "types":
      return { page: typesPage(), beside: "messages", title: "Types" };
    case "type": {
      const type = catalog.types.get(first);
      return { page: type && typePage(type), beside: "messages", title: type?.name };
    }
    case "guide": {
      const page = catalog.guide.find((one) => one.name === (first ?? "README"));
      return { page: page && guidePage(page.name, second), beside: "guide", title: page?.title };
    }
    case "decode":
      return { page: decodePage(query), title: "Decoder" };
    default:
      return {};
  }
}

function decodePage(query) {
  const page = el("div", { class: "decode-page" }, el("h1", {}, "Decoder"), decoderView.element);
  if (query.has("hex")) setTimeout(() => decoderView.fill(query.get("hex"), query.get("family") ?? ""));
  return page;
}

function showSide(which) {
  document.body.classList.toggle("has-side", Boolean(which));
  if (side.dataset.shows !== which) {
    side.dataset.shows = which ?? "";
    side.replaceChildren(...(which === "messages" ? [sideList()] : which === "guide" ? [guideSide()] : []));
  }
  if (side.firstElementChild) markSide(side.firstElementChild);
}

let hitAt = -1;

function showHits() {
  const text = searchBox.value;
  hitAt = -1;
  if (text.trim() === "") {
    closeHits();
    return;
  }
  const found = findAll(text, 10);
  if (looksLikeBytes(text)) {
    found.unshift(
      el(
        "a",
        { class: "entry", href: `#/decode?${new URLSearchParams({ hex: text.trim() })}` },
        el("span", { class: "name" }, "Decode these bytes"),
      ),
    );
  }
  const option = (link, index) => {
    link.tabIndex = -1;
    return el("li", { role: "option", id: `hit-${index}`, "aria-selected": "false" }, link);
  };
  hits.replaceChildren(...(found.length > 0 ? found.map(option) : [el("li", { class: "hint" }, "Nothing found")]));
  hits.hidden = false;
  searchBox.setAttribute("aria-expanded", "true");
}

function closeHits() {
  hits.hidden = true;
  searchBox.setAttribute("aria-expanded", "false");
  searchBox.removeAttribute("aria-activedescendant");
}

function moveHit(step) {
  const options = [...hits.querySelectorAll("[role=option]")];
  if (options.length === 0 || hits.hidden) return;
  hitAt = (hitAt + step + options.length) % options.length;
  options.forEach((option, index) => option.setAttribute("aria-selected", String(index === hitAt)));
  options[hitAt].scrollIntoView({ block: "nearest" });
  searchBox.setAttribute("aria-activedescendant", options[hitAt].id);
}

function searchKey(event) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    moveHit(event.key === "ArrowDown" ? 1 : hitAt < 0 ? 0 : -1);
  } else if (event.key === "Enter") {
    const chosen = hits.querySelectorAll("[role=option] a")[Math.max(0, hitAt)];
    if (!chosen || hits.hidden) return;
    event.preventDefault();
    searchBox.value = "";
    closeHits();
    location.hash = chosen.getAttribute("href");
  } else if (event.key === "Escape") {
    if (hits.hidden) searchBox.blur();
    closeHits();
  }
}

searchBox.addEventListener("input", showHits);
searchBox.addEventListener("focus", () => searchBox.value && showHits());
searchBox.addEventListener("keydown", searchKey);
hits.addEventListener("click", () => {
  searchBox.value = "";
  closeHits();
});
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest(".search")) closeHits();
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    searchBox.focus();
    searchBox.select();
  }
});

const themeButton = document.getElementById("theme");
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

/** Light, dark, or as the system has it; the choice is kept where the browser allows. */
function showTheme(choice) {
  document.documentElement.dataset.theme = choice;
  const dark = choice === "dark" || (choice === "" && prefersDark.matches);
  themeButton.textContent = dark ? "☀" : "☾";
  themeButton.setAttribute("aria-label", dark ? "Light colours" : "Dark colours");
  themeButton.title = dark ? "Light colours" : "Dark colours";
  return dark;
}

function keptTheme() {
  try {
    return localStorage.getItem("theme") ?? "";
  } catch {
    return "";
  }
}

themeButton.addEventListener("click", () => {
  const choice = showTheme(document.documentElement.dataset.theme) ? "light" : "dark";
  showTheme(choice);
  try {
    localStorage.setItem("theme", choice);
  } catch {
    // The choice holds until the page is closed.
  }
});
prefersDark.addEventListener("change", () => showTheme(document.documentElement.dataset.theme));
showTheme(keptTheme());

/** For the console and for tests: the decoder of this page, and what it shows. */
window.soulseek = {
  protocol: data.protocol,
  decode: (family, frame, obfuscated = false) => messageJson(decoder.decode(family, frame), obfuscated),
  shown() {
    const { frames, session } = decoderView.current ?? {};
    if (session) return session.events.map((event) => toJson(eventJson(decoder, session, event)));
    return (frames ?? []).map((frame) => toJson(pastedJson(frame)));
  },
};

window.addEventListener("hashchange", route);
route();
