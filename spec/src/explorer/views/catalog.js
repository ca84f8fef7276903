// What there is: messages, codes without a layout, parts of file connections, types. And how to find them.

class Catalog {
  constructor({ protocol, guide }) {
    this.protocol = protocol;
    this.guide = guide;
    this.families = protocol.families.map((family, index) => ({ ...family, tint: `tint-${index % 8}` }));
    this.entries = this.families.flatMap((family) => {
      const named = family.named.map((one) => ({ ...one, fields: [], aliases: [], layoutUnknown: true }));
      const all = [...family.messages, ...named].sort((one, other) => one.code - other.code);
      return all.map((message) => entryOf(family, message));
    });
    this.parts = protocol.file.map((part) => ({ ...part, href: `#/type/${part.name}` }));
    this.types = new Map();
    for (const [is, list] of [
      ["record", protocol.records],
      ["enum", protocol.enums],
      ["part", protocol.file],
    ]) {
      for (const type of list) this.types.set(type.name, { is, ...type });
    }
    this.byName = new Map();
    for (const entry of this.entries) {
      if (!this.byName.has(entry.name)) this.byName.set(entry.name, []);
      this.byName.get(entry.name).push(entry);
    }
  }

  family(name) {
    return this.families.find((family) => family.name === name);
  }

  /** The message with this code, or what is known of the code. */
  find(family, code) {
    return this.entries.find((entry) => entry.family === family && entry.code === Number(code));
  }

  /** The address of what has this name, or null. */
  linkOf(name) {
    const [entry] = this.byName.get(name) ?? [];
    if (entry && !entry.layoutUnknown) return entry.href;
    return this.types.has(name) ? `#/type/${name}` : null;
  }

  /** The values that a property of the messages has, in the order of appearance. */
  valuesOf(property) {
    return [...new Set(this.entries.map((entry) => entry[property]).filter(Boolean))];
  }

  /**
   * The entries that fit all words of a query, the best first: `{ entry, why }`. Without a query all, in their order.
   * `keep` filters them.
   */
  search(query, keep = () => true) {
    const words = wordsOf(query);
    const kept = this.entries.filter(keep);
    if (words.length === 0) return kept.map((entry) => ({ entry, why: null }));
    const found = [];
    for (const entry of kept) {
      let sum = 0;
      let why = null;
      for (const word of words) {
        const [score, reason] = scoreEntry(entry, word);
        if (score === 0) {
          sum = 0;
          break;
        }
        sum += score;
        why ??= reason;
      }
      if (sum > 0) found.push({ entry, why, sum });
    }
    const rank = { used: 3, deprecated: 2, obsolete: 1, unverified: 0 };
    return found.sort(
      (one, other) => other.sum - one.sum || (rank[other.entry.status] ?? 0) - (rank[one.entry.status] ?? 0),
    );
  }
}

function entryOf(family, message) {
  const aliases = message.aliases ?? [];
  return {
    sender: null,
    ...message,
    aliases,
    family: family.name,
    tint: family.tint,
    href: `#/message/${family.name}/${message.code}`,
    hex: `0x${message.code.toString(16)}`,
    lower: {
      name: message.name.toLowerCase(),
      nameParts: message.name.split(/(?=[A-Z])/).map((part) => part.toLowerCase()),
      aliases: aliases.map((alias) => alias.toLowerCase()),
      fields: message.fields.map((field) => field.name.toLowerCase()),
      text: [message.doc, ...message.fields.map((field) => field.doc)].join(" ").toLowerCase(),
      family: family.name.toLowerCase(),
    },
  };
}

/** How well an entry fits a word, and where it was found if not in its name. */
function scoreEntry(entry, word) {
  const { lower } = entry;
  const plain = word.replace(/[^a-z0-9]/g, "");
  if (/^\d+$/.test(word)) {
    if (Number(word) === entry.code) return [100, null];
    if (String(entry.code).startsWith(word)) return [30, null];
  }
  if (/^0x[0-9a-f]+$/.test(word)) return parseInt(word, 16) === entry.code ? [100, `code ${entry.hex}`] : [0, null];
  if (lower.name === word) return [90, null];
  if (lower.aliases.includes(word)) return [85, `also ${entry.aliases[lower.aliases.indexOf(word)]}`];
  if (lower.name.startsWith(word)) return [70, null];
  if (partFit(lower.nameParts, word) > 1) return [66, null];
  const fields = lower.fields.map((name) => (name === word ? 4 : partFit(name.split("_"), word.replaceAll("_", "")) || Number(name.includes(word))));
  const fit = Math.max(0, ...fields);
  const field = `field ${entry.fields[fields.indexOf(fit)]?.name}`;
  if (fit > 1) return [{ 4: 64, 3: 62, 2: 60 }[fit], field];
  if (lower.name.includes(word) || (plain.length > 2 && lower.name.includes(plain))) return [55, null];
  const alias = lower.aliases.findIndex((name) => name.includes(word));
  if (alias >= 0) return [50, `also ${entry.aliases[alias]}`];
  if (word.length < 2) return [0, null];
  if (fit > 0) return [30, field];
  if (lower.family.includes(word)) return [10, `family ${entry.family}`];
  return lower.text.includes(word) ? [20, "in the description"] : [0, null];
}

/** A family's name in words. */
const familyTitle = (name) => name.replace(/_/g, " ");

/** The name of a type in words: `list of File`. */
function typeName(type) {
  if (typeof type === "string") return type;
  const [[kind, inner]] = Object.entries(type);
  if (kind === "list") return `list of ${typeName(inner)}`;
  if (kind === "either") return inner.map(typeName).join(", or ");
  return inner;
}

/** The records and enums that a type names. */
function namesIn(type) {
  if (typeof type === "string") return [];
  const [[kind, inner]] = Object.entries(type);
  if (kind === "list") return namesIn(inner);
  if (kind === "either") return inner.flatMap(namesIn);
  return [inner];
}
