/**
 * From the evidence of a finding to the place in a draft.
 *
 * The API counts Unicode code points; JavaScript strings count UTF-16 units, and text fields show every line end
 * as one LF. What is returned counts UTF-16 units of the text with LF line ends.
 */

const RAW_TEXT = new Set(["script", "style", "textarea", "title", "xmp", "noembed", "noframes"]);
const LONGEST_SEARCH = 2_000_000;

/** `text` with the line ends that a text field gives it. */
export function asField(text) {
  return text.replace(/\r\n?/g, "\n");
}

/** The offset in `asField(text)` of a code point of `text`; its end where there are fewer. */
export function fieldOffset(text, codePoints) {
  let unit = 0;
  let field = 0;
  for (let left = codePoints; left > 0 && unit < text.length; left -= 1) {
    const wide = text.codePointAt(unit) > 0xffff ? 2 : 1;
    const swallowed = text[unit] === "\r" && text[unit + 1] === "\n";
    unit += wide;
    field += swallowed ? 0 : wide;
  }
  return field;
}

/**
 * The place of one piece of evidence.
 * @param {{kind: string, name: string, quote: string, start: number, end: number}} evidence
 * @param {Object} draft fields of the draft: `html`, `text`, `subject`, `from`, `reply_to`, `to`, `sender`
 * @returns {{field: string, start: number, end: number, name: string}} `field` is one of the draft, "headers",
 *   "sending", "attachments", or "" for what is not in the draft; start is -1 where the whole field is meant
 */
export function locate(evidence, draft) {
  const { kind, name, quote } = evidence;
  const whole = (field) => ({ field, start: -1, end: -1, name });
  if (kind === "header") return inHeader(evidence, draft);
  if (kind === "html") return draft.html == null ? whole("") : span("html", draft.html, evidence);
  if (kind === "text") return draft.text == null ? whole("") : span("text", draft.text, evidence);
  if (kind === "visible") {
    if (!draft.html) return draft.text == null ? whole("") : span("text", draft.text, evidence);
    return found("html", searchShown(asField(draft.html), quote), name);
  }
  if (kind === "link") return inLink(Number(name), quote, draft);
  if (kind === "attachment") return whole("attachments");
  if (kind === "sending") return whole("sending");
  if (kind === "part") return whole(draft.html ? "html" : "text");
  return whole("");
}

/** What a term of the text model is in words: those of the subject are marked "s:", runs of letters have a title. */
export function termWords(term) {
  return term.title || term.id.replace(/^s:/, "");
}

/** The place of a term of the text model: in the subject, or in what a reader sees. */
export function locateTerm(term, draft) {
  if (!term.spans?.length) return { field: "", start: -1, end: -1, name: "" };
  const [where, start, end] = term.spans[0];
  const exact = { start, end, quote: "", name: "" };
  if (where === "subject") {
    return inHeader({ ...exact, kind: "header", name: "subject" }, draft);
  }
  if (!draft.html) return span("text", draft.text ?? "", exact);
  return found("html", searchShown(asField(draft.html), termWords(term), { whole: true }), "");
}

function inHeader(evidence, draft) {
  const field = evidence.name.toLowerCase().replace("-", "_");
  if (!["subject", "from", "reply_to", "to", "sender"].includes(field)) {
    return { field: "headers", start: -1, end: -1, name: evidence.name };
  }
  const value = draft[field] ?? "";
  const lead = value.length - value.trimStart().length;
  const place = span(field, value.trimStart(), evidence);
  return place.start < 0 ? place : { ...place, start: place.start + lead, end: place.end + lead };
}

function inLink(index, quote, draft) {
  if (!draft.html) {
    const place = (draft.text ?? "").indexOf(quote);
    return found("text", quote && place >= 0 ? [place, place + quote.length] : null, "");
  }
  const html = asField(draft.html);
  const tag = linkTags(html)[index];
  return found("html", tag ?? searchShown(html, quote), String(index));
}

function span(field, text, { start, end, quote, name }) {
  if (start >= 0 && end >= start) {
    const from = fieldOffset(text, start);
    return { field, start: from, end: Math.max(from, fieldOffset(text, end)), name };
  }
  return found(field, quote ? searchShown(asField(text), quote) : null, name);
}

function found(field, range, name) {
  return range ? { field, start: range[0], end: range[1], name } : { field, start: -1, end: -1, name };
}

/** Where `quote`, words of the visible text, stands in a source; `whole`: not as a part of longer words. */
export function searchShown(source, quote, { whole = false } = {}) {
  const words = quote.split(/\s+/).filter(Boolean).slice(0, 12);
  if (!words.length || source.length > LONGEST_SEARCH) return null;
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/&/g, "&(?:amp;)?"));
  const spoken = pattern.join("(?:\\s|&nbsp;|&#160;){1,4000}");
  const [before, after] = whole ? ["(?<![\\p{L}\\p{N}])", "(?![\\p{L}\\p{N}])"] : ["", ""];
  const match = new RegExp(before + spoken + after, "iu").exec(onlyText(source));
  if (match) return [match.index, match.index + match[0].length];
  const literal = source.indexOf(quote);
  return literal >= 0 ? [literal, literal + quote.length] : null;
}

/** The source with blanks in place of comments, styles, scripts and tags. */
function onlyText(source) {
  const markup = /<!--[\s\S]*?(?:-->|$)|<(style|script|title)\b[\s\S]*?(?:<\/\1\s*>|$)|<[a-z/!?][^<>]*>/gi;
  return source.replace(markup, (match) => " ".repeat(match.length));
}

/** The start tags of the links in document order, as [start, end]; comments and raw text hold none. */
export function linkTags(html) {
  const tags = [];
  const next = /<(?:!--|([a-zA-Z][^\s/>]{0,100}))/g;
  for (let match = next.exec(html); match; match = next.exec(html)) {
    if (!match[1]) {
      const end = html.indexOf("-->", match.index + 4);
      if (end < 0) break;
      next.lastIndex = end + 3;
      continue;
    }
    const name = match[1].toLowerCase();
    const end = tagEnd(html, next.lastIndex);
    if (name === "a" || name === "area") {
      const names = html.slice(match.index, end).replace(/=\s*("[^"]*"|'[^']*')/g, "=x ");
      if (/[\s/]href(?=[\s=/>])/i.test(names)) tags.push([match.index, end]);
    }
    next.lastIndex = end;
    if (RAW_TEXT.has(name)) {
      const close = new RegExp(`</${name}[\\s/>]`, "ig");
      close.lastIndex = end;
      const closing = close.exec(html);
      if (!closing) break;
      next.lastIndex = closing.index;
    }
  }
  return tags;
}

/** Past the ">" that ends a tag; one inside a quoted value ends nothing. */
function tagEnd(html, from) {
  let quote = "";
  for (let at = from; at < html.length; at += 1) {
    const char = html[at];
    if (quote) quote = char === quote ? "" : quote;
    else if (char === ">") return at + 1;
    else if ((char === '"' || char === "'") && /=\s*$/.test(html.slice(Math.max(from, at - 8), at))) quote = char;
  }
  return html.length;
}
