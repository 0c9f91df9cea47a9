/**
 * `<mailing-preflight>`: the risk of a mailing, beside any editor, as it is written.
 *
 *   <script type="module" src="https://preflight.example/mailing-preflight.js"></script>
 *   <mailing-preflight api="https://preflight.example" key="…" sending="mailchimp"></mailing-preflight>
 *
 * Attributes and properties: `api` (address of the service, "" for the page's own), `key` (an API key), `html`,
 * `text`, `subject`, `from`, `sending` (a profile's id, or an object of facts about the sending), `remedies`
 * ("off" to leave them out), `lang` (en, nb, sv, da, nl or de; the browser's language without it). Properties only: `draft` (all fields of a draft at once), `message` (a raw message in
 * base64, scored in place of the draft), `assessment` (the last answer).
 *
 * Events, which cross the shadow boundary:
 *   `preflight`         a new score: `{assessment, complete}`; `complete` once remedies are in it
 *   `preflight-select`  a place to show: `{finding, evidence, field, start, end, name}`, in UTF-16 units; `finding`
 *                       is null for a word that the model weighed
 *   `preflight-fix`     the draft has changed: `{draft, message, rules, notes, undone}`; take the draft over
 *   `preflight-error`   no score: `{status, detail}`
 */

import { Client } from "./preflight/client.js";
import { h } from "./preflight/dom.js";
import { ENGLISH, m, nearest, preferred, wordsOf } from "./preflight/language.js";
import { LOOK } from "./preflight/look.js";
import * as panel from "./preflight/panel.js";
import { locate, locateTerm } from "./preflight/places.js";

const ARC = "M 14 84 A 60 60 0 0 1 134 84";
const ARC_LENGTH = Math.PI * 60;
const ATTRIBUTES = ["api", "key", "html", "text", "subject", "from", "sending", "remedies", "lang"];
const DRAFT_ATTRIBUTES = ["html", "text", "subject", "from"];

let sheet = null;

export class MailingPreflight extends HTMLElement {
  static observedAttributes = ATTRIBUTES;

  #draft = {};
  #message = null;
  #sending = null;
  #client = new Client();
  #assessment = null;
  #complete = false;
  #titles = new Map();
  #titlesFrom = null;
  #open = new Set(["contributions-section"]);
  #drawn = new Map();
  #parts = null;
  #before = null;
  #announced = "";
  #announcing = 0;
  #words = ENGLISH;
  #labels = [];

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    if (sheet === null) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(LOOK);
    }
    root.adoptedStyleSheets = [sheet];
    this.#parts = this.#build(root);
  }

  connectedCallback() {
    // A property that was set before the element was defined is an own property that hides the accessor.
    for (const name of ["draft", "message", ...ATTRIBUTES.filter((name) => name !== "lang")]) {
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
    this.#speak();
    this.check();
  }

  disconnectedCallback() {
    this.#client.cancel();
  }

  attributeChangedCallback(name, before, value) {
    if (before === value) return;
    if (name === "api") this.#client.address = value ?? "";
    else if (name === "key") this.#client.key = value ?? "";
    else if (name === "sending") this.#sending = readSending(value);
    else if (name === "lang") this.#speak();
    else if (DRAFT_ATTRIBUTES.includes(name)) this.#setField(name, value);
    this.check();
  }

  get api() {
    return this.#client.address;
  }

  set api(value) {
    this.#client.address = String(value ?? "");
    this.#titlesFrom = null;
    this.check();
  }

  get key() {
    return this.#client.key;
  }

  set key(value) {
    this.#client.key = String(value ?? "");
    this.#titlesFrom = null;
    this.check();
  }

  get remedies() {
    return this.getAttribute("remedies") ?? "on";
  }

  set remedies(value) {
    this.setAttribute("remedies", value);
  }

  get sending() {
    return this.#sending;
  }

  set sending(value) {
    this.#sending = typeof value === "string" ? readSending(value) : value;
    this.check();
  }

  /** All fields of the draft, as the API takes them. */
  get draft() {
    return { ...this.#draft };
  }

  set draft(value) {
    this.#draft = { ...value };
    this.check();
  }

  /** A raw message in base64, which is then scored itself; null to score the draft again. */
  get message() {
    return this.#message;
  }

  set message(value) {
    this.#message = value;
    this.check();
  }

  get assessment() {
    return this.#assessment;
  }

  /** Score what there is, after the pause that typing needs, or at once. */
  check({ delay } = {}) {
    if (!this.isConnected) return;
    if (this.#empty()) {
      this.#client.cancel();
      this.#assessment = null;
      this.#busy(false);
      this.#draw();
      return;
    }
    this.#complete = false;
    this.#drawReady();
    this.#client.schedule(() => this.#request(), {
      delay,
      remedies: this.remedies !== "off",
      started: () => this.#busy(true),
      answered: (assessment, { complete, language }) => this.#answered(assessment, complete, language),
      failed: (error) => this.#failed(error),
    });
  }

  /** Make the edits that mend these rules' findings. Answers when the draft is mended. */
  async apply(rules) {
    const before = { draft: this.#draft, message: this.#message, assessment: this.#assessment };
    this.#complete = false;
    this.#drawReady();
    this.#busy(true);
    let answer;
    try {
      answer = await this.#client.fix(this.#request(), rules);
    } catch (error) {
      if (error.name !== "AbortError") this.#failed(error);
      return;
    }
    const changed = answer.rules.length > 0 || answer.before.score !== answer.assessment.score;
    if (answer.draft) this.#draft = answer.draft;
    if (answer.message) this.#message = answer.message;
    this.#before = changed ? before : null;
    this.#say(answer, changed);
    this.#tell("preflight-fix", {
      draft: this.draft,
      message: this.#message,
      rules: answer.rules,
      notes: answer.notes,
      undone: false,
    });
    // Remedies of the mended mailing follow; what is shown till then is that there are none yet.
    this.#answered(answer.assessment, false, null);
    this.#parts.undo.focus();
    this.check({ delay: 0 });
  }

  /** Take the last applied fix back. */
  undo() {
    if (!this.#before) return;
    const { draft, message } = this.#before;
    this.#draft = draft;
    this.#message = message;
    this.#before = null;
    this.#parts.done.hidden = true;
    this.#parts.heading.focus();
    this.#tell("preflight-fix", { draft: this.draft, message, rules: [], notes: [], undone: true });
    this.check({ delay: 0 });
  }

  /** Take the offer to undo away: the author has gone on writing, or opened another mailing. */
  forget() {
    this.#before = null;
    this.#parts.done.hidden = true;
  }

  /** Every place that the findings name, with the finding's severity. */
  get places() {
    return (this.#assessment?.findings ?? []).flatMap((finding) =>
      this.#spots(finding).map(({ evidence, place }) => ({ finding, evidence, ...place })),
    );
  }

  #setField(name, value) {
    const draft = { ...this.#draft };
    if (value === null || value === undefined) delete draft[name];
    else draft[name] = String(value);
    this.#draft = draft;
  }

  /** A field set from outside. */
  setField(name, value) {
    if (this.#draft[name] === (value ?? undefined)) return;
    this.#setField(name, value);
    this.check();
  }

  getField(name) {
    return this.#draft[name] ?? null;
  }

  #empty() {
    const { html, text, subject, from } = this.#draft;
    return !this.#message && !html && !text && !subject && !from;
  }

  #request() {
    const what = this.#message ? { message: this.#message } : { draft: this.#draft };
    return this.#sending ? { ...what, sending: this.#sending } : what;
  }

  #answered(assessment, complete, language) {
    this.#assessment = assessment;
    this.#complete = complete;
    if (language) this.#parts.results.lang = language;
    this.#parts.notice.hidden = true;
    if (complete) this.#busy(false);
    this.#loadTitles();
    this.#draw();
    this.#announce();
    this.#tell("preflight", { assessment, complete });
  }

  #failed(error) {
    this.#busy(false);
    const detail = error.status === 401 ? this.#words.t("The service asks for an API key.") : this.#words.t(error.message, error.params);
    this.#parts.notice.textContent = detail;
    this.#parts.notice.hidden = false;
    this.#tell("preflight-error", { status: error.status ?? 0, detail });
  }

  /** Take the language of the attribute, or of the browser. */
  #speak() {
    if (!this.isConnected) return;
    const tag = this.hasAttribute("lang") ? nearest([this.lang]) : preferred();
    if (this.#client.language === tag) return;
    this.#client.language = tag;
    this.#titlesFrom = null;
    wordsOf(tag).then((words) => {
      if (this.#client.language !== tag || this.#words === words) return;
      this.#words = words;
      for (const [node, text] of this.#labels) node.data = words.t(text);
      this.#drawn.clear();
      this.#draw();
    });
  }

  /** A fixed text of the frame, which changes with the language. */
  #label(text) {
    const node = document.createTextNode(this.#words.t(text));
    this.#labels.push([node, text]);
    return node;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** Titles of the rules, for what was not found; asked for once. */
  #loadTitles() {
    const from = `${this.#client.address} ${this.#client.key}`;
    if (this.#titlesFrom === from) return;
    this.#titlesFrom = from;
    this.#client.look("rules").then(
      (rules) => {
        this.#titles = new Map(rules.map((rule) => [rule.id, rule.title]));
        this.#drawn.clear();
        this.#draw();
      },
      () => {},
    );
  }

  /** The new score to those who listen: once it has come to rest, and only if it reads differently. */
  #announce() {
    clearTimeout(this.#announcing);
    this.#announcing = setTimeout(() => {
      const found = this.#assessment;
      if (!found) return;
      const { t, n } = this.#words;
      const score = panel.shownScore(found.score);
      const said = t("Score {score} of 100: {verdict}.", { score, verdict: t(panel.VERDICTS[found.verdict].label) });
      const text = `${said} ${n("{count} finding.", "{count} findings.", found.findings.length)}`;
      if (text === this.#announced) return;
      this.#announced = text;
      this.#parts.live.textContent = text;
    }, 700);
  }

  #busy(on) {
    this.#parts.busy.classList.toggle("on", on);
    this.#parts.results.setAttribute("aria-busy", String(on));
  }

  #say(answer, changed) {
    const { done, doneText, undo } = this.#parts;
    const from = panel.shownScore(answer.before.score);
    const to = panel.shownScore(answer.assessment.score);
    const { t } = this.#words;
    const text = changed ? t("Applied: {from} → {to}.", { from, to }) : t("Nothing could be changed by this program.");
    doneText.textContent = [text, ...answer.notes].join(" ");
    done.classList.toggle("none", !changed);
    undo.hidden = !changed;
    done.hidden = false;
  }

  #spots(finding) {
    return finding.evidence.map((evidence) => ({ evidence, place: locate(evidence, this.#draft) }));
  }

  #select(finding, { evidence, place }) {
    this.#tell("preflight-select", { finding, evidence, ...place });
  }

  #build(root) {
    const arc = h("path", { class: "value", d: ARC, "stroke-dasharray": ARC_LENGTH, "stroke-dashoffset": ARC_LENGTH });
    const part = {
      busy: h("div", { class: "busy", "aria-hidden": "true" }),
      live: h("p", { class: "sr", role: "status", "aria-live": "polite" }),
      heading: h("h2", { class: "sr", tabindex: "-1" }, this.#label(m("Preflight result"))),
      number: h("div", { class: "number", text: "–" }),
      verdict: h("span", { class: "verdict", text: "No score yet" }),
      says: h("p", { class: "says", text: "Write, paste or drop a mailing." }),
      range: h("p", { class: "range" }),
      notice: h("p", { class: "notice", role: "alert", hidden: true }),
      doneText: h("p", { role: "status" }),
      undo: h("button", { type: "button", onclick: () => this.undo() }, this.#label(m("Undo"))),
      arc,
    };
    part.done = h("div", { class: "done", hidden: true }, part.doneText, part.undo);
    part.results = h("div", { class: "results", hidden: true });
    const gauge = h(
      "div",
      { class: "gauge" },
      h("svg", { viewBox: "0 0 148 92", "aria-hidden": "true" }, h("path", { class: "track", d: ARC }), arc),
      h("span", { class: "sr" }, this.#label(m("Score"))),
      part.number,
      h("div", { class: "of" }, this.#label(m("risk, 0 to 100"))),
    );
    const score = h("div", { class: "score" }, gauge, h("div", {}, h("div", {}, part.verdict), part.says), part.range);
    root.append(
      h(
        "div",
        { class: "frame", part: "frame" },
        h(
          "div",
          { class: "panel", part: "panel" },
          part.busy,
          part.heading,
          score,
          part.live,
          part.notice,
          part.done,
          part.results,
        ),
      ),
    );
    part.results.append(
      (part.remedies = this.#section("remedies", m("What would help"))),
      (part.findings = this.#section("findings", m("Findings"))),
      (part.providers = this.#section("providers", m("Mailbox providers"))),
      (part.contributions = this.#folded("contributions", m("How the score adds up"))),
      (part.unchecked = this.#folded("unchecked", m("Not checked"))),
      (part.footer = h("footer")),
    );
    return part;
  }

  #section(name, title) {
    return h(
      "section",
      { class: name, "aria-labelledby": `${name}-title` },
      h("h3", { id: `${name}-title` }, this.#label(title), h("span", { class: "count" })),
      h("div", { class: "content", tabindex: "-1" }),
    );
  }

  #folded(name, title) {
    const key = `${name}-section`;
    return h(
      "section",
      { class: name },
      h(
        "details",
        {
          open: this.#open.has(key),
          ontoggle: (event) => (event.target.open ? this.#open.add(key) : this.#open.delete(key)),
        },
        h("summary", { "data-key": key }, this.#label(title), h("span", { class: "count" })),
        h("div", { class: "content", tabindex: "-1" }),
      ),
    );
  }

  /** A disclosure that is filled when it is opened, and stays open when the section is drawn anew. */
  #details(key, summary, fill) {
    const body = h("div", { class: "body" });
    const open = this.#open.has(key);
    let filled = false;
    const show = () => {
      if (!filled) fill(body, (path) => this.#client.look(path));
      filled = true;
    };
    const remember = (opened) => {
      if (opened) {
        this.#open.add(key);
        show();
      } else this.#open.delete(key);
    };
    if (open) show();
    // `toggle` comes late: a section that is drawn anew in between would forget the click.
    const heading = h("summary", { "data-key": key, onclick: () => remember(!heading.parentElement.open) }, summary);
    return h("details", { open, ontoggle: (event) => remember(event.target.open) }, heading, body);
  }

  #drawReady() {
    if (!this.#assessment) return;
    this.#parts.remedies.classList.toggle("stale", !this.#complete);
    for (const button of this.#parts.remedies.querySelectorAll("button")) button.disabled = !this.#complete;
  }

  #draw() {
    const found = this.#assessment;
    const part = this.#parts;
    const words = this.#words;
    const { t } = words;
    part.results.hidden = !found;
    if (!found) {
      delete this.dataset.verdict;
      part.number.textContent = "–";
      part.verdict.textContent = t("No score yet");
      part.says.textContent = t("Write, paste or drop a mailing.");
      part.range.textContent = "";
      part.arc.setAttribute("stroke-dashoffset", ARC_LENGTH);
      part.done.hidden = true;
      part.notice.hidden = true;
      this.#drawn.clear();
      return;
    }
    const { label } = panel.VERDICTS[found.verdict];
    this.dataset.verdict = found.verdict;
    part.number.textContent = panel.shownScore(found.score);
    part.arc.setAttribute("stroke-dashoffset", ARC_LENGTH * (1 - Math.max(0.005, found.score / 100)));
    part.verdict.textContent = t(label);
    part.says.textContent = panel.says(found, words);
    const high = panel.shownScore(found.score_range[1]);
    const most = found.score_range[1] - found.score >= 1;
    part.range.textContent = most ? t("Up to {high}, should all that could not be checked be wrong.", { high }) : "";

    const spoken = {
      words,
      apply: (rules) => this.apply(rules),
      select: (finding, spot) => this.#select(finding, spot),
      places: (finding) => this.#spots(finding),
      locateTerm: (term) => locateTerm(term, this.#draft),
      copy: (value) => copy(value, part.live, words),
      details: (key, summary, fill) => this.#details(key, summary, fill),
      titles: this.#titles,
      ready: true,
    };
    // Remedies of the last complete answer stay, out of use, until the next: no jump while typing.
    if (this.#complete || this.remedies === "off") {
      part.remedies.hidden = this.remedies === "off";
      this.#fill("remedies", [found.score, found.remedies, found.findings.length], () => panel.remedies(found, spoken));
    } else if (!this.#drawn.has("remedies")) {
      part.remedies.querySelector(".content").replaceChildren(...panel.remedies(found, { ...spoken, ready: false }));
    }
    this.#drawReady();
    this.#fill("findings", [found.findings, found.contributions, this.#draft], () => panel.findings(found, spoken));
    this.#count("findings", found.findings.length);
    this.#fill("providers", found.providers, () => panel.providers(found, spoken));
    this.#fill("contributions", [found.contributions, this.#draft], () => panel.contributions(found, spoken));
    part.unchecked.hidden = !found.not_checked.length;
    this.#fill("unchecked", found.not_checked, () => panel.unchecked(found, spoken));
    this.#count("unchecked", found.not_checked.length);
    part.footer.replaceChildren(
      h("p", { text: found.route.text }),
      h("p", { text: t("Model {name}", { name: `${found.model.name} ${found.model.version}`.trim() }) }),
    );
  }

  #count(name, count) {
    this.#parts[name].querySelector(".count").textContent = count ? String(count) : "";
  }

  /** Draw a section if what it shows has changed; the focus stays where it was. */
  #fill(name, shown, make) {
    const state = JSON.stringify(shown);
    if (this.#drawn.get(name) === state) return;
    this.#drawn.set(name, state);
    const content = this.#parts[name].querySelector(".content");
    const focused = content.contains(this.shadowRoot.activeElement) ? this.shadowRoot.activeElement : null;
    content.replaceChildren(...make().flat(Infinity));
    if (!focused) return;
    const key = focused.dataset.key;
    const same = key && content.querySelector(`[data-key="${CSS.escape(key)}"]`);
    (same || content).focus();
  }
}

for (const name of DRAFT_ATTRIBUTES) {
  Object.defineProperty(MailingPreflight.prototype, name, {
    configurable: true,
    enumerable: true,
    get() {
      return this.getField(name);
    },
    set(value) {
      this.setField(name, value);
    },
  });
}

function readSending(value) {
  if (!value) return null;
  if (!value.trim().startsWith("{")) return value.trim();
  try {
    return JSON.parse(value);
  } catch {
    return value.trim();
  }
}

async function copy(value, live, { t }) {
  try {
    await navigator.clipboard.writeText(value);
    live.textContent = t("Copied.");
  } catch {
    live.textContent = t("This browser did not allow copying.");
  }
}

if (!customElements.get("mailing-preflight")) customElements.define("mailing-preflight", MailingPreflight);
