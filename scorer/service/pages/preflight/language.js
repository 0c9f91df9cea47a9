/**
 * The words of one language. English sentences are the keys of `languages/<tag>.json`, which stand beside the
 * scripts and are made from the catalogues that the service itself speaks by.
 */

const NAMES = { en: "English", nb: "Norsk (bokmål)", sv: "Svenska", da: "Dansk", nl: "Nederlands", de: "Deutsch" };
const STAND_INS = { no: "nb", nn: "nb" };
const loaded = new Map();

/** The languages there are, by their own names. */
export const LANGUAGES = Object.entries(NAMES);

/** Marks a sentence that is translated elsewhere. */
export const m = (text) => text;

/** The first of `wanted` (BCP 47) that there is, "en" for none. */
export function nearest(wanted) {
  for (const tag of wanted) {
    const [primary] = String(tag).toLowerCase().split(/[-_]/);
    const found = STAND_INS[primary] ?? primary;
    if (Object.hasOwn(NAMES, found)) return found;
  }
  return "en";
}

/** What the reader has asked the browser for. */
export function preferred() {
  return nearest(navigator.languages?.length ? navigator.languages : [navigator.language ?? "en"]);
}

export class Words {
  #strings;

  constructor(tag = "en", strings = {}) {
    this.tag = tag;
    this.#strings = strings;
  }

  /** `text` in this language, with `params` in its {fields}. */
  t = (text, params) => fill(Object.hasOwn(this.#strings, text) ? this.#strings[text] : text, params);

  /** The sentence for `count`, which stands in it as {count}. All languages here have one form for one, one for the rest. */
  n = (one, many, count, params) => {
    const forms = Object.hasOwn(this.#strings, one) ? this.#strings[one] : [one, many];
    return fill(forms[count === 1 ? 0 : 1], { count: this.number(count), ...params });
  };

  /** "A, B and C". */
  list = (items) => new Intl.ListFormat(this.tag === "en" ? "en-GB" : this.tag, { type: "conjunction" }).format(items);

  /** A number with `digits` decimals and a true minus sign. */
  number = (value, digits = 0) => {
    const text = Math.abs(value).toFixed(digits);
    const shown = this.tag === "en" ? text : text.replace(".", ",");
    return value < 0 && Number(text) !== 0 ? `−${shown}` : shown;
  };
}

export const ENGLISH = new Words();

function fill(template, params) {
  if (!params) return template;
  return template.replace(/\{(\w+)\}/g, (field, name) => (Object.hasOwn(params, name) ? String(params[name]) : field));
}

/** The words of a language; English ones where its dictionary cannot be had. */
export function wordsOf(tag) {
  if (tag === "en") return Promise.resolve(ENGLISH);
  if (!loaded.has(tag)) {
    const asked = fetch(new URL(`../languages/${tag}.json`, import.meta.url), { credentials: "omit" })
      .then((response) => (response.ok ? response.json() : Promise.reject(new Error(response.status))))
      .then((strings) => new Words(tag, strings))
      .catch(() => {
        loaded.delete(tag);
        return ENGLISH;
      });
    loaded.set(tag, asked);
  }
  return loaded.get(tag);
}

const SPOKEN = ["aria-label", "title", "placeholder", "alt"];

/** Put the texts and spoken attributes below `root` into the language of `words`; they are English the first time. */
export function translatePage(root, words) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node.nodeType === Node.ELEMENT_NODE && (node.getAttribute("translate") === "no" || node.shadowRoot || /^(script|style)$/i.test(node.localName))
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_ACCEPT,
  );
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      node.english ??= node.data;
      const text = node.english.trim().replace(/\s+/g, " ");
      if (!/[A-Za-z]{2}/.test(text)) continue;
      const [, before, after] = /^(\s*)[^]*?(\s*)$/.exec(node.english);
      node.data = before + words.t(text) + after;
    } else {
      for (const name of SPOKEN) {
        if (!node.hasAttribute(name)) continue;
        node.spoken ??= {};
        node.spoken[name] ??= node.getAttribute(name);
        if (/[a-z]{2}/.test(node.spoken[name])) node.setAttribute(name, words.t(node.spoken[name]));
      }
    }
  }
}
