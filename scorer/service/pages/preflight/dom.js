/** Elements without markup: every text becomes a text node, so that nothing of a mailing is ever parsed. */

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path", "circle", "line", "g"]);

/**
 * Make an element.
 * @param {string} tag the element's name
 * @param {Object<string, *>} attributes attributes; `class`, `text`, and `on…` with a function as listeners;
 *   false, null and undefined leave one out, true sets it empty
 * @param {...(Node|string|null|false|Array)} children nodes, or strings as text
 */
export function h(tag, attributes = {}, ...children) {
  const element = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

/** A link to a page elsewhere; text alone where the address is not one of the web. */
export function outward(url, text) {
  if (!/^https?:\/\//i.test(url)) return h("span", { text });
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", text });
}
