/**
 * The mailing as it looks, inert: no script, no request, no link that leads anywhere. The frame is sandboxed
 * without scripts, and the page's own policy forbids everything that is not of this service. What is shown is a
 * parsed copy; styles are set through the CSSOM, which that policy allows.
 */

const NEVER = "script,noscript,iframe,frame,frameset,object,embed,applet,link,meta,base,form>input[type=hidden],video,audio,source,track,portal,template";
const ADDRESSES = ["href", "src", "srcset", "action", "formaction", "background", "poster", "data", "ping", "xlink:href"];
const KEPT_STYLE = "text/x-kept-style";
const KEPT_ATTRIBUTE = "data-kept-style";
const FRAME_STYLE = `
  html { background: #fff; color: #111; font: 16px/1.5 sans-serif; }
  body { margin: 8px; overflow-wrap: anywhere; }
  a { color: #0645ad; text-decoration: underline; }
  pre { white-space: pre-wrap; font: 14px/1.55 ui-monospace, Menlo, Consolas, monospace; }
  img:not([src]) { background: #e8ebf0; color: #556; font: 12px sans-serif; outline: 1px dashed #aab2bf; outline-offset: -1px; min-width: 24px; min-height: 16px; }
`;

/** Show `html`, or else `text`, in `frame` (an iframe with `sandbox="allow-same-origin"`). */
export function show(frame, html, text) {
  const target = frame.contentDocument;
  if (!target?.body) return;
  const source = new DOMParser().parseFromString(unstyled(html ?? ""), "text/html");
  const styles = [...source.querySelectorAll(`script[type="${KEPT_STYLE}"]`)];
  const sheets = [FRAME_STYLE, ...styles.map((style) => withoutAddresses(style.textContent))];
  for (const element of source.querySelectorAll(`${NEVER},style,title`)) element.remove();
  const styled = [];
  for (const element of source.querySelectorAll("*")) clean(element, styled);
  if (html === null || html === undefined || html === "") {
    const pre = source.createElement("pre");
    pre.textContent = text ?? "";
    source.body.replaceChildren(pre);
  }
  target.adoptedStyleSheets = sheets.map((css) => {
    const sheet = new frame.contentWindow.CSSStyleSheet();
    sheet.replaceSync(css);
    return sheet;
  });
  const body = target.adoptNode(source.body);
  target.body.replaceWith(body);
  for (const [element, css] of styled) element.style.cssText = css;
}

/** `html` with its styles and handlers under names that the parser passes by: it would report each to the page's policy. */
function unstyled(html) {
  return html
    .replace(/<style\b[^<>]{0,2000}>/gi, `<script type="${KEPT_STYLE}">`)
    .replace(/<\/style\b/gi, "</script")
    .replace(/<[a-z][^<>]{0,20000}>/gi, (tag) =>
      tag.replace(/([\s"'/])style(\s*=)/gi, `$1${KEPT_ATTRIBUTE}$2`).replace(/([\s"'/])(on[a-z]{1,40}\s*=)/gi, "$1data-never-$2"),
    );
}

function clean(element, styled) {
  for (const { name, value } of [...element.attributes]) {
    const lower = name.toLowerCase();
    if (lower === KEPT_ATTRIBUTE) {
      styled.push([element, withoutAddresses(value)]);
      element.removeAttribute(name);
    } else if (lower.startsWith("on") || lower === "style" || lower === "nonce" || lower === "target") {
      element.removeAttribute(name);
    } else if (ADDRESSES.includes(lower)) {
      element.removeAttribute(name);
      if (lower === "href") element.setAttribute("title", value);
      if (lower === "src" && /^data:image\/(png|gif|jpe?g|webp|avif|bmp)[;,]/i.test(value)) element.setAttribute("src", value);
    }
  }
  if (element.localName === "input" || element.localName === "button" || element.localName === "select") {
    element.setAttribute("disabled", "");
  }
}

/** CSS in which no `url()`, `image-set()` or `@import` is left to fetch. */
function withoutAddresses(css) {
  return css
    .replace(/@import[^;]{0,2000};?/gi, "")
    .replace(/(?:url|image-set|-webkit-image-set|image|src)\(\s*(?!["']?data:image\/)(?:"[^"]{0,4000}"|'[^']{0,4000}'|[^()]{0,4000})\s*\)/gi, "none");
}
