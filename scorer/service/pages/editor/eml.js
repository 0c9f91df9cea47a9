/**
 * A raw message to the fields that an editor shows (RFC 5322, 2045 to 2047, 2231 in part). What is scored is the
 * raw message itself, by the service; this is for showing and editing it.
 */

const MAX_PARTS = 200;
const MAX_DEPTH = 20;
const OWN = { from: "from", "reply-to": "reply_to", sender: "sender", to: "to", subject: "subject" };
/** What a mail server, a signer or the MIME structure put there: no part of a draft. */
const NOT_OF_A_DRAFT =
  /^(mime-version|content-.*|received|return-path|delivered-to|dkim-signature|arc-.*|authentication-results|x-received|received-spf)$/i;

/** The bytes of a message as a string of one character a byte. */
export function binary(bytes) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += 0x8000) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return pieces.join("");
}

/** Whether pasted text is a whole message: header fields, an empty line. */
export function looksLikeMessage(text) {
  const head = text.slice(0, 20_000).split(/\r?\n\r?\n/, 1)[0];
  if (head.length === Math.min(text.length, 20_000)) return false;
  const fields = head.split(/\r?\n(?![ \t])/);
  return fields.length > 1 && fields.every((line) => /^[!-9;-~]{1,80}:/.test(line)) && /^(from|subject):/im.test(head);
}

/**
 * @param {Uint8Array} bytes the message
 * @returns {{draft: Object, others: Array<[string, string]>}} the draft's fields, and every other header field
 */
export function readMessage(bytes) {
  const source = binary(bytes);
  const root = split(source.replace(/^[\r\n]+/, ""));
  const draft = {};
  const others = [];
  for (const [name, raw] of root.headers) {
    const field = OWN[name.toLowerCase()];
    if (field && !(field in draft)) draft[field] = decodeWords(raw).trim();
    else others.push([name, decodeWords(raw).trim()]);
  }
  const found = { html: null, text: null, attachments: [], left: MAX_PARTS };
  walk(root, found, 0);
  if (found.html !== null) draft.html = found.html;
  if (found.text !== null) draft.text = found.text;
  if (found.attachments.length) draft.attachments = found.attachments;
  return { draft, others };
}

/** The further fields that a draft may state: those of the author, the first of each name. */
export function draftHeaders(others) {
  const headers = {};
  const taken = new Set();
  for (const [name, value] of others) {
    if (NOT_OF_A_DRAFT.test(name) || taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    headers[name] = value;
  }
  return headers;
}

function split(source) {
  const end = /\r?\n\r?\n|\r\r/.exec(source);
  const head = source.startsWith("\n") || source.startsWith("\r\n") ? "" : source.slice(0, end ? end.index : source.length);
  const body = head === "" ? source.replace(/^\r?\n/, "") : end ? source.slice(end.index + end[0].length) : "";
  const headers = [];
  for (const line of head.split(/\r\n|\n|\r/)) {
    if (/^[ \t]/.test(line) && headers.length) headers[headers.length - 1][1] += ` ${line.trim()}`;
    else {
      const colon = line.indexOf(":");
      if (colon > 0) headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
    }
  }
  return { headers, body };
}

function header(part, name) {
  return part.headers.find(([found]) => found.toLowerCase() === name)?.[1] ?? "";
}

function parameter(value, name) {
  const plain = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, "i").exec(value);
  if (plain) return decodeWords((plain[1] ?? plain[2]).replace(/\\(.)/g, "$1"));
  const extended = new RegExp(`;\\s*${name}\\*\\s*=\\s*([^';\\s]*)'[^']*'([^\\s;]+)`, "i").exec(value);
  if (!extended) return "";
  const bytes = extended[2].replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return decodeText(bytes, extended[1]);
}

function walk(part, found, depth) {
  found.left -= 1;
  if (found.left < 0 || depth > MAX_DEPTH) return;
  const stated = header(part, "content-type") || "text/plain";
  const type = stated.split(";", 1)[0].trim().toLowerCase();
  if (type.startsWith("multipart/")) {
    const boundary = parameter(stated, "boundary");
    if (boundary) for (const child of children(part.body, boundary)) walk(split(child), found, depth + 1);
    return;
  }
  const disposition = header(part, "content-disposition");
  const attached = /^\s*attachment/i.test(disposition);
  const name = parameter(disposition, "filename") || parameter(stated, "name");
  const bytes = decodeTransfer(part.body, header(part, "content-transfer-encoding").trim().toLowerCase());
  if (!attached && type === "text/html") {
    const text = decodeText(bytes, parameter(stated, "charset"));
    found.html = found.html === null ? text : `${found.html}\n${text}`;
  } else if (!attached && type === "text/plain" && !(name && found.text !== null)) {
    const text = decodeText(bytes, parameter(stated, "charset"));
    found.text = found.text === null ? text : `${found.text}\n${text}`;
  } else {
    found.attachments.push({ filename: name || "unnamed", content: btoa(bytes), content_type: type });
  }
}

function children(body, boundary) {
  const marker = `--${boundary}`;
  const parts = [];
  let start = -1;
  for (let at = body.indexOf(marker); at >= 0; at = body.indexOf(marker, at + marker.length)) {
    if (at > 0 && body[at - 1] !== "\n" && body[at - 1] !== "\r") continue;
    if (start >= 0) parts.push(body.slice(start, at).replace(/\r?\n$/, ""));
    const after = at + marker.length;
    if (body.startsWith("--", after)) return parts;
    const line = body.indexOf("\n", after);
    start = line < 0 ? body.length : line + 1;
  }
  if (start >= 0) parts.push(body.slice(start));
  return parts;
}

function decodeTransfer(body, encoding) {
  if (encoding === "base64") {
    const clean = body.replace(/[^A-Za-z0-9+/]/g, "");
    try {
      return atob(clean.slice(0, clean.length - (clean.length % 4 === 1 ? 1 : 0)));
    } catch {
      return "";
    }
  }
  if (encoding !== "quoted-printable") return body;
  return body
    .replace(/[ \t]+(?=\r?\n|$)/g, "")
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function toBytes(text) {
  return Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff);
}

function decodeText(bytes, charset) {
  const data = toBytes(bytes);
  for (const label of [charset, "utf-8"]) {
    try {
      // A byte order mark is a character of the part: spans count it.
      if (label) return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(data);
    } catch {
      // Not that charset, or none that this browser knows.
    }
  }
  return new TextDecoder("windows-1252").decode(data);
}

const WORD = /=\?([^?*\s]{1,60})(?:\*[^?\s]{0,20})?\?([bq])\?([^?\s]{0,2000})\?=/gi;

/** A header's value with its encoded words read (RFC 2047); raw 8-bit text as UTF-8. */
export function decodeWords(raw) {
  const joined = raw.replace(/(\?=)\s+(?==\?)/g, "$1");
  const plain = (piece) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(toBytes(piece));
  // Neighbours of one charset are decoded together: a character may be cut in two between them.
  let text = "";
  let last = 0;
  let held = null;
  const flush = () => {
    if (held) text += decodeText(held.bytes, held.charset);
    held = null;
  };
  for (const match of joined.matchAll(WORD)) {
    if (match.index > last) {
      flush();
      text += plain(joined.slice(last, match.index));
    }
    const bytes = decodeTransfer(
      match[2].toLowerCase() === "b" ? match[3] : match[3].replace(/_/g, " ").replace(/ (?=$)/g, "=20"),
      match[2].toLowerCase() === "b" ? "base64" : "quoted-printable",
    );
    if (held && held.charset.toLowerCase() === match[1].toLowerCase()) held.bytes += bytes;
    else {
      flush();
      held = { charset: match[1], bytes };
    }
    last = match.index + match[0].length;
  }
  flush();
  return text + plain(joined.slice(last));
}
