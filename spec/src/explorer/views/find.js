// What the searches find: messages, and pages of the guide with their headings.

/** Words of a question that are not what is asked for. */
const FILLERS = new Set(
  "a an are code codes do does how i in is it mean means message messages number of on the these this to was what whats what's which who why".split(
    " ",
  ),
);

/** Of the first hits so many at least are pages of the guide, when there are any. */
const GUIDE_SHARE = 3;

/** The words of a query, without what people write around them: `#93` and `what is message 93?` ask for 93. */
function wordsOf(query) {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replace(/^[#"“'(]+|[?!.,;:"”')]+$/g, ""))
    .filter(Boolean);
  const asked = words.filter((word) => !FILLERS.has(word));
  return asked.length > 0 ? asked : words;
}

/** How well a word fits a name whose parts begin with capitals or behind underscores: 0 to 3. */
function partFit(parts, word) {
  if (parts.includes(word)) return 3;
  if (parts.some((part) => part.startsWith(word))) return 2;
  return parts.join("").includes(word) ? 1 : 0;
}

/** The parts of the guide, each with its heading and its text. */
function guideSections() {
  return catalog.guide.flatMap((page) => {
    const sections = [];
    const { content } = document.getElementById(`guide-${page.name}`);
    for (const element of content.children) {
      if (/^H[1-6]$/.test(element.tagName)) {
        const anchor = element.id.slice(page.name.length + 2);
        const first = sections.length === 0;
        sections.push({
          page: page.title,
          title: element.textContent,
          first,
          href: `#/guide/${page.name}${first ? "" : `/${anchor}`}`,
          text: "",
        });
      } else if (sections.length > 0) sections.at(-1).text += ` ${element.textContent}`;
    }
    return sections.map((section) => ({
      ...section,
      title_words: section.title.toLowerCase().split(/[^\p{L}\p{N}]+/u),
      words: section.text.toLowerCase().split(/[^\p{L}\p{N}]+/u),
    }));
  });
}

let sectionsOfGuide = null;

/** The parts of the guide that have all words of a query, the best first: `{ section, sum }`. */
function searchGuide(query) {
  sectionsOfGuide ??= guideSections();
  const words = wordsOf(query);
  if (words.length === 0) return [];
  const found = [];
  for (const section of sectionsOfGuide) {
    const scores = words.map((word) => scoreSection(section, word));
    if (scores.includes(0)) continue;
    found.push({ section, sum: scores.reduce((sum, score) => sum + score, 0) });
  }
  return found.sort((one, other) => other.sum - one.sum);
}

function scoreSection({ title_words: title, words, first }, word) {
  const fit = partFit(title, word);
  if (title.length === 1 && fit === 3) return 95;
  if (fit > 1) return (first ? 64 : 57) + fit;
  if (word.length < 3) return 0;
  const count = words.filter((one) => one.startsWith(word)).length;
  return count > 0 ? 10 + Math.min(9, count) : 0;
}

/** Links to the best of everything that fits a query. */
function findAll(query, most) {
  const pages = searchGuide(query).map(({ section, sum }) => ({ sum, link: () => sectionLink(section) }));
  const messages = catalog.search(query).map(({ entry, why, sum }) => ({ sum, link: () => entryLink(entry, why, true) }));
  const share = Math.max(Math.min(GUIDE_SHARE, pages.length), most - messages.length);
  const best = [...messages.slice(0, most - Math.min(share, pages.length)), ...pages.slice(0, share)];
  return best.sort((one, other) => other.sum - one.sum).map(({ link }) => link());
}

function sectionLink({ page, title, first, href }) {
  return el(
    "a",
    { href, class: "entry is-guide tint-type" },
    el("span", { class: "code", "aria-hidden": "true" }, "¶"),
    el("span", { class: "name" }, title, first ? null : el("small", {}, ` ${page}`)),
    el("span", { class: "doc" }, first ? "A page of the guide" : "A part of a page of the guide"),
    el("span", { class: "badge" }, "guide"),
  );
}
