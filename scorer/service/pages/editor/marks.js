/**
 * Marks behind a text area: the places that findings name, in the colour of their severity. The layer behind has
 * the same text in the same type, so that its lines break where the text area's do.
 */

const RANK = { info: 0, warning: 1, error: 2, blocker: 3 };
const MOST = 400;

export class Marks {
  #layer;
  #ranges = [];
  #current = null;
  #text = "";

  /** @param {HTMLTextAreaElement} area with an empty element of the class `layer` before it */
  constructor(area) {
    this.area = area;
    this.#layer = area.previousElementSibling;
    this.#text = area.value;
    area.addEventListener("scroll", () => this.#follow(), { passive: true });
    area.addEventListener("input", () => this.#shift());
    new ResizeObserver(() => this.#follow()).observe(area);
  }

  /** Show these places; [{start, end, severity}] in UTF-16 units. */
  show(places) {
    this.#ranges = places.filter(({ start, end }) => start >= 0 && end > start).slice(0, MOST);
    this.#draw();
  }

  /** Single one place out, and bring it into view. */
  focus(start, end) {
    this.#current = start >= 0 ? { start, end } : null;
    this.#draw();
    const mark = this.#layer.querySelector(".current");
    if (!mark) return;
    const middle = mark.offsetTop - this.area.clientHeight / 3;
    this.area.scrollTop = Math.max(0, middle);
    this.#follow();
  }

  /** The text was set by a program. */
  reset() {
    this.#text = this.area.value;
    this.#ranges = [];
    this.#current = null;
    this.#draw();
  }

  /** Typing moves the places behind it, until the next answer names them anew. */
  #shift() {
    const old = this.#text;
    const text = this.area.value;
    let head = 0;
    const most = Math.min(old.length, text.length);
    while (head < most && old[head] === text[head]) head += 1;
    let tail = 0;
    while (tail < most - head && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail += 1;
    const by = text.length - old.length;
    const edge = old.length - tail;
    this.#ranges = this.#ranges.flatMap((range) => {
      if (range.end <= head) return [range];
      if (range.start >= edge) return [{ ...range, start: range.start + by, end: range.end + by }];
      return [];
    });
    this.#current = null;
    this.#text = text;
    this.#draw();
  }

  #draw() {
    const text = this.area.value;
    const nodes = [];
    let at = 0;
    for (const { start, end, severity, current } of this.#flat(text.length)) {
      if (start > at) nodes.push(text.slice(at, start));
      const mark = document.createElement("mark");
      mark.className = current ? `${severity} current` : severity;
      mark.textContent = text.slice(start, end);
      nodes.push(mark);
      at = end;
    }
    // A line feed at the very end has a line of its own in a text area.
    nodes.push(`${text.slice(at)}\n`);
    this.#layer.replaceChildren(...nodes);
    this.#follow();
  }

  /** Ranges that do not overlap: the place singled out first, then the graver. */
  #flat(length) {
    const wanted = this.#ranges.map((range) => ({ ...range, rank: RANK[range.severity] ?? 0 }));
    if (this.#current) wanted.push({ ...this.#current, severity: "info", rank: 9, current: true });
    wanted.sort((a, b) => b.rank - a.rank || a.start - b.start);
    const kept = [];
    for (const range of wanted) {
      const end = Math.min(range.end, length);
      if (range.start < end && kept.every((other) => other.end <= range.start || other.start >= end)) {
        kept.push({ ...range, end });
      }
    }
    return kept.sort((a, b) => a.start - b.start);
  }

  #follow() {
    this.#layer.scrollTop = this.area.scrollTop;
    this.#layer.scrollLeft = this.area.scrollLeft;
  }
}
