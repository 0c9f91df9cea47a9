/** The editor page: fields on one side, `<mailing-preflight>` on the other. */

import "./mailing-preflight.js";
import { binary, draftHeaders, looksLikeMessage, readMessage } from "./editor/eml.js";
import { Marks } from "./editor/marks.js";
import { show } from "./editor/preview.js";
import { Client } from "./preflight/client.js";
import { h } from "./preflight/dom.js";
import { ENGLISH, LANGUAGES, nearest, preferred, translatePage, wordsOf } from "./preflight/language.js";
import { VERDICTS, shownScore } from "./preflight/panel.js";
import { asField } from "./preflight/places.js";

const MAX_FILE = 10 << 20;
const SHORT = ["from", "subject", "reply_to", "to"];
const EXAMPLE = {
  from: "The Garden Shop <news@garden.example>",
  subject: "RE: Your FREE seeds are waiting!!!",
  html: `<!DOCTYPE html>
<html lang="en">
<body style="margin:0;background:#f2f5ee;font-family:Georgia,serif">
  <div style="max-width:560px;margin:0 auto;padding:24px;background:#ffffff">
    <h1 style="color:#2f5d34">Spring is nearly here 🌱</h1>
    <p>Dear gardener,</p>
    <p>the first seeds of the year are in the shop: sweet peas,
    early carrots and four kinds of tomato that ripened on our
    own balcony last August. Order this week, and the packet of
    marigolds is on us.</p>
    <p><a href="https://bit.ly/garden-seeds" style="color:#2f5d34">https://www.garden.example/seeds</a></p>
    <p style="color:#ffffff">cheap seeds best price flower seeds vegetable seeds seed shop online order now garden sale discount bulbs cheap plants</p>
    <p>See you among the beds,<br>Ida and Tom</p>
    <p style="font-size:12px">The Garden Shop, Main Street 1, 12345 Town</p>
  </div>
</body>
</html>
`,
};

const get = (id) => document.getElementById(id);
const element = get("preflight");
const html = get("html");
const text = get("text");
const inputs = Object.fromEntries(SHORT.map((name) => [name, get(name)]));
const marks = { html: new Marks(html), text: new Marks(text) };
const tabs = ["html", "text", "preview"];

/** Fields of the mailing that the page does not show, and the raw message while it is unchanged. */
let held = { sender: "", attachments: [] };
let raw = null;
let cameFrom = null;

// --- the language ----------------------------------------------------------------------------------------

let words = ENGLISH;
const t = (text, params) => words.t(text, params);

/** What was chosen before, in this browser or in the page's address; else the browser's own language. */
function chosenLanguage() {
  const asked = new URLSearchParams(location.search).get("lang") ?? remembered();
  return asked ? nearest([asked]) : preferred();
}

function remembered() {
  try {
    return localStorage.getItem("language");
  } catch {
    return null;
  }
}

async function speak(tag) {
  words = await wordsOf(tag);
  document.documentElement.lang = words.tag;
  translatePage(document.documentElement, words);
  const found = element.assessment;
  get("bar-verdict").textContent = found ? t(VERDICTS[found.verdict].label) : t("No score yet");
  drawSize();
  element.lang = tag;
  loadProfiles();
}

get("language").append(...LANGUAGES.map(([tag, name]) => h("option", { value: tag, lang: tag, text: name })));
get("language").value = chosenLanguage();
get("language").addEventListener("change", () => {
  try {
    localStorage.setItem("language", get("language").value);
  } catch {
    // Private windows forget.
  }
  speak(get("language").value);
});

// --- the draft -------------------------------------------------------------------------------------------

function readHeaders() {
  const headers = {};
  for (const line of get("headers").value.split("\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim();
    if (colon > 0 && /^[!-9;-~]{1,200}$/.test(name)) headers[name] = line.slice(colon + 1).trim();
  }
  return headers;
}

function currentDraft() {
  const draft = {};
  for (const name of SHORT) if (inputs[name].value) draft[name] = inputs[name].value;
  if (held.sender) draft.sender = held.sender;
  if (html.value) draft.html = html.value;
  if (text.value) draft.text = text.value;
  const headers = readHeaders();
  if (Object.keys(headers).length) draft.headers = headers;
  if (held.attachments.length) draft.attachments = held.attachments;
  return draft;
}

function showDraft(draft, others) {
  for (const name of SHORT) inputs[name].value = draft[name] ?? "";
  html.value = draft.html ?? "";
  text.value = draft.text ?? "";
  held = { sender: draft.sender ?? "", attachments: draft.attachments ?? [] };
  const lines = others ?? Object.entries(draft.headers ?? {});
  get("headers").value = lines.map(([name, value]) => `${name}: ${value}`).join("\n");
  if (draft.reply_to || draft.to || lines.length) get("more").open = get("more").open || lines.length < 4;
  marks.html.reset();
  marks.text.reset();
  drawAttachments();
  drawSize();
  drawPreview();
}

function drawAttachments() {
  get("attachments").replaceChildren(
    ...held.attachments.map((file, index) =>
      h(
        "li",
        {},
        file.filename,
        h("button", {
          type: "button",
          "aria-label": t("Remove {name}", { name: file.filename }),
          text: "✕",
          onclick: () => {
            held.attachments = held.attachments.filter((_, at) => at !== index);
            drawAttachments();
            edited();
          },
        }),
      ),
    ),
  );
}

function drawSize() {
  const bytes = new Blob([html.value, text.value]).size;
  get("size").textContent = bytes ? `${words.number(bytes / 1024, bytes < 10240 ? 1 : 0)} KB` : "";
}

/** Something was changed by hand: from here on it is a draft. */
function edited() {
  element.forget();
  if (raw !== null) {
    raw = null;
    // What a mail server and a signer put there says nothing of what was changed.
    const lines = Object.entries(draftHeaders(readAllHeaders()));
    get("headers").value = lines.map(([name, value]) => `${name}: ${value}`).join("\n");
    say(t("{name}, changed: scored as a draft, without its transport headers and signatures.", { name: cameFrom }));
    element.message = null;
  }
  drawSize();
  element.draft = currentDraft();
}

function readAllHeaders() {
  return get("headers")
    .value.split("\n")
    .filter((line) => line.indexOf(":") > 0)
    .map((line) => [line.slice(0, line.indexOf(":")).trim(), line.slice(line.indexOf(":") + 1).trim()]);
}

function say(message) {
  get("source").textContent = message;
  get("source").hidden = !message;
}

// --- sending ---------------------------------------------------------------------------------------------

function currentSending() {
  const sending = {};
  if (get("profile").value) sending.profile = get("profile").value;
  if (get("set-up").value) sending.set_up = get("set-up").value === "true";
  if (get("category").value) sending.category = get("category").value;
  const volume = Number.parseInt(get("volume").value, 10);
  if (volume >= 0) sending.volume_per_day = volume;
  return Object.keys(sending).length ? sending : null;
}

function showSending(sending) {
  const facts = typeof sending === "string" ? { profile: sending } : (sending ?? {});
  get("profile").value = facts.profile ?? "";
  get("set-up").value = facts.set_up === undefined ? "" : String(facts.set_up);
  get("category").value = facts.category ?? "";
  get("volume").value = facts.volume_per_day ?? "";
  element.sending = currentSending();
}

const capitalized = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

async function loadProfiles() {
  const client = new Client("", get("key").value);
  client.language = words.tag;
  const profiles = await client.look("profiles").catch(() => []);
  const chosen = get("profile").value;
  const options = profiles.map((profile) => h("option", { value: profile.id, text: capitalized(profile.service) }));
  get("profile").replaceChildren(h("option", { value: "", text: t("Not said") }), ...options);
  get("profile").value = chosen;
}

// --- files, paste, drop ----------------------------------------------------------------------------------

function openMessage(bytes, name) {
  const { draft, others } = readMessage(bytes);
  element.forget();
  raw = btoa(binary(bytes));
  cameFrom = name;
  showDraft(draft, others);
  say(t("{name}: scored as it is, with its headers.", { name }));
  element.draft = draft;
  element.message = raw;
  showTab(draft.html || !draft.text ? "html" : "text");
}

function openDraft(value, name) {
  const draft = value?.draft ?? value;
  if (draft === null || typeof draft !== "object" || Array.isArray(draft)) throw new Error("no draft");
  element.forget();
  raw = null;
  showDraft(draft);
  say(t("{name}: a draft.", { name }));
  if (value.sending) showSending(value.sending);
  element.message = null;
  element.draft = currentDraft();
  showTab(draft.html || !draft.text ? "html" : "text");
}

async function openFile(file) {
  if (file.size > MAX_FILE) {
    say(t("{name}: larger than 10 MB, which is not read.", { name: file.name }));
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const start = new TextDecoder().decode(bytes.subarray(0, 400)).trimStart();
  try {
    if (/\.json$/i.test(file.name) || start.startsWith("{")) openDraft(JSON.parse(new TextDecoder().decode(bytes)), file.name);
    else openMessage(bytes, file.name);
  } catch {
    say(t("{name}: neither a mail message nor a draft in JSON.", { name: file.name }));
  }
}

get("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file) openFile(file);
  event.target.value = "";
});

const carriesFile = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
let over = 0;
addEventListener("dragenter", (event) => {
  if (!carriesFile(event)) return;
  event.preventDefault();
  over += 1;
  get("drop").hidden = false;
});
addEventListener("dragleave", (event) => {
  if (!carriesFile(event)) return;
  over = Math.max(0, over - 1);
  get("drop").hidden = over === 0;
});
addEventListener("dragover", (event) => {
  if (carriesFile(event)) event.preventDefault();
});
addEventListener("drop", (event) => {
  over = 0;
  get("drop").hidden = true;
  const [file] = event.dataTransfer?.files ?? [];
  if (!file) return;
  event.preventDefault();
  openFile(file);
});

addEventListener("paste", (event) => {
  const plain = event.clipboardData?.getData("text/plain") ?? "";
  if (looksLikeMessage(plain)) {
    event.preventDefault();
    openMessage(new TextEncoder().encode(plain), t("The pasted message"));
    return;
  }
  // What was copied from a page or a letter has its markup beside it.
  const rich = event.clipboardData?.getData("text/html") ?? "";
  if (event.target === html && rich && !plain.includes("<")) {
    event.preventDefault();
    document.execCommand("insertText", false, rich.replace(/<!--(Start|End)Fragment-->/g, ""));
  }
});

get("example").addEventListener("click", () => {
  element.forget();
  raw = null;
  showDraft(EXAMPLE);
  showSending({ profile: "mailchimp", category: "marketing" });
  say(t("An example with some faults. Press Apply and see the score fall."));
  element.message = null;
  element.draft = currentDraft();
  showTab("html");
});

get("clear").addEventListener("click", () => {
  element.forget();
  raw = null;
  showDraft({});
  say("");
  element.message = null;
  element.draft = {};
  get("bar-score").textContent = "–";
  get("bar-verdict").textContent = t("No score yet");
  inputs.from.focus();
});

// --- typing ----------------------------------------------------------------------------------------------

for (const field of [...Object.values(inputs), html, text]) field.addEventListener("input", edited);
get("headers").addEventListener("input", edited);
for (const id of ["profile", "set-up", "category", "volume"]) {
  get(id).addEventListener("input", () => {
    element.sending = currentSending();
  });
}
get("key").addEventListener("change", () => {
  element.key = get("key").value.trim();
  loadProfiles();
});

// --- tabs ------------------------------------------------------------------------------------------------

function showTab(name, focus = false) {
  for (const tab of tabs) {
    const on = tab === name;
    const button = get(`tab-${tab}`);
    button.setAttribute("aria-selected", String(on));
    button.tabIndex = on ? 0 : -1;
    get(`panel-${tab}`).hidden = !on;
    if (on && focus) button.focus();
  }
  drawPreview();
}

for (const [index, name] of tabs.entries()) {
  const button = get(`tab-${name}`);
  button.addEventListener("click", () => showTab(name));
  button.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to = step ? (index + step + tabs.length) % tabs.length : { Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    showTab(tabs[to], true);
  });
}

function drawPreview() {
  if (get("panel-preview").hidden) return;
  show(get("preview"), html.value, text.value);
}
get("preview").addEventListener("load", drawPreview);

// --- the result ------------------------------------------------------------------------------------------

function drawMarks() {
  const places = element.places.map((place) => ({ ...place, severity: place.finding.severity }));
  marks.html.show(places.filter((place) => place.field === "html"));
  marks.text.show(places.filter((place) => place.field === "text"));
}

element.addEventListener("preflight", ({ detail: { assessment } }) => {
  get("bar-score").textContent = shownScore(assessment.score);
  get("bar-verdict").textContent = t(VERDICTS[assessment.verdict].label);
  drawMarks();
});

element.addEventListener("preflight-error", ({ detail }) => {
  if (detail.status !== 401) return;
  get("key-group").hidden = false;
  get("key").focus();
});

/** Where Escape leads back to. */
let cameFromFinding = null;

element.addEventListener("preflight-select", ({ detail: { field, start, end, name } }) => {
  cameFromFinding = element.shadowRoot.activeElement;
  const target = { html, text, ...inputs }[field];
  if (field === "html" || field === "text") showTab(field);
  if (target) select(target, start, end);
  else if (field === "headers") selectHeader(name);
  else if (field === "sending") flash(get(name === "volume_per_day" ? "volume" : "profile"));
  else if (field === "attachments") flash(get("attachments").querySelector("button") ?? html);
  if (marks[field]) marks[field].focus(start, end);
});

function select(field, start, end) {
  if (field === inputs.reply_to || field === inputs.to) get("more").open = true;
  flash(field);
  if (start >= 0) field.setSelectionRange(start, end);
}

function selectHeader(name) {
  const area = get("headers");
  get("more").open = true;
  flash(area);
  const line = new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}:.*$`, "im").exec(area.value);
  if (line) area.setSelectionRange(line.index, line.index + line[0].length);
}

function flash(field) {
  field.focus({ preventScroll: true });
  field.scrollIntoView({ block: "nearest" });
  field.classList.remove("found");
  requestAnimationFrame(() => field.classList.add("found"));
}

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !cameFromFinding?.isConnected) return;
  event.preventDefault();
  cameFromFinding.focus();
  cameFromFinding = null;
});

element.addEventListener("preflight-fix", ({ detail }) => {
  if (detail.message) {
    raw = detail.message;
    const bytes = Uint8Array.from(atob(raw), (char) => char.charCodeAt(0));
    const { draft, others } = readMessage(bytes);
    showDraft(draft, others);
    element.draft = draft;
  } else {
    raw = null;
    showDraft(detail.draft);
  }
  drawMarks();
});

new IntersectionObserver(([entry]) => get("bar").classList.toggle("away", entry.isIntersecting), {
  rootMargin: "0px 0px -120px",
}).observe(get("result"));

// Browsers fill fields in again when a page is reloaded.
asField(html.value + text.value + inputs.from.value + inputs.subject.value) && edited();
speak(get("language").value);
