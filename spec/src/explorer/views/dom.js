// Making elements. Text that came from outside becomes text nodes and never markup.

/** An element with properties and children. `class`, `on*`, attributes and `dataset` entries are told apart by name. */
function el(tag, properties = {}, ...children) {
  return fillElement(document.createElement(tag), properties, children);
}

function svgEl(tag, attributes = {}, ...children) {
  return fillElement(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fillElement(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (["textContent", "value", "hidden", "tabIndex", "checked", "disabled"].includes(name))
      element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Characters that are not to be seen, or that turn the direction of writing. */
const UNSEEN =
  /[\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

/** A stranger's text for the page: what can't be seen is written out. */
function visible(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(UNSEEN)) {
    parts.push(text.slice(from, match.index));
    const code = match[0].codePointAt(0);
    const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    const short = code < 32 ? String.fromCodePoint(0x2400 + code) : name;
    parts.push(el("span", { class: "unseen-char", title: name }, short));
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return el("bdi", {}, parts);
}

/** The same as a plain text. */
function visibleText(text) {
  return text.replace(UNSEEN, (found) => {
    const code = found.codePointAt(0);
    return code < 32 ? String.fromCodePoint(0x2400 + code) : `<U+${code.toString(16).toUpperCase()}>`;
  });
}

/** Text of the specification: paragraphs, with code spans that lead to what they name. */
function docOf(text) {
  return text.split("\n\n").map((paragraph) => el("p", {}, inline(paragraph)));
}

function inline(text) {
  return text.split("`").map((part, index) => {
    if (index % 2 === 0) return part;
    const href = catalog.linkOf(part);
    const code = el("code", {}, part);
    return href ? el("a", { href }, code) : code;
  });
}

/** A number with its thousands apart. */
function grouped(number) {
  return number.toString().replace(/\B(?=(\d{3})+$)/g, "\u2009");
}

function plural(count, word) {
  return `${grouped(count)} ${word}${count === 1 ? "" : "s"}`;
}

/** Tells people who don't see the page what has happened. */
function announce(text) {
  document.getElementById("said").textContent = text;
}

/** `f` once nothing has happened for a while. */
function debounced(f, milliseconds) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => f(...values), milliseconds);
  };
}
