/** The parts of the result, each a function from an assessment to elements. */

import { h, outward } from "./dom.js";
import { m } from "./language.js";
import { termWords } from "./places.js";

export const VERDICTS = {
  send: { label: m("Send"), says: m("Little speaks against sending it.") },
  review: { label: m("Review"), says: m("Look at what was found before you send it.") },
  fix: { label: m("Fix first"), says: m("Mend what was found before you send it.") },
  blocked: { label: m("Blocked"), says: m("Do not send it as it is.") },
};
const SEVERITIES = { blocker: m("Blocker"), error: m("Error"), warning: m("Warning"), info: m("Note") };
const PROVIDER_VERDICTS = {
  fine: m("Fine"),
  "no mitigation": m("No mitigation"),
  junk: m("Junk"),
  rejected: m("Rejected"),
  unknown: m("Not known"),
};
const ORIGINS = { bias: m("Where every bulk mailing starts"), structure: m("How it is made"), text: m("Its words") };
const FIELD_NAMES = {
  html: "HTML",
  text: m("Text"),
  subject: m("Subject"),
  from: m("From"),
  reply_to: "Reply-To",
  to: "To",
  sender: "Sender",
  headers: m("Header"),
  sending: m("Sending"),
  attachments: m("Attachment"),
};

/** A score as it is shown. */
export function shownScore(score) {
  return String(Math.round(score));
}

/** Scores beside each other: with a decimal where whole numbers would hide what sets them apart. */
function sideBySide(scores, number) {
  const close = scores.some((score, at) => scores.some((other, to) => to < at && Math.abs(score - other) < 1));
  return scores.map((score) => (close ? number(score, 1) : shownScore(score)));
}

/** One sentence on the verdict; where it is blocked, on what blocks it. */
export function says(assessment, { t, n, list }) {
  const refusing = assessment.providers.filter((report) => report.verdict === "rejected").map((report) => report.name);
  const blocker = assessment.findings.find((finding) => finding.severity === "blocker");
  if (assessment.verdict !== "blocked") return t(VERDICTS[assessment.verdict].says);
  if (refusing.length) {
    const names = list(refusing);
    return n("{names} would refuse it by its own rules.", "{names} would refuse it by their own rules.", refusing.length, { names });
  }
  return blocker ? `${blocker.title}.` : t(VERDICTS.blocked.says);
}

/** Points with their sign. */
function signed(points, { number }, digits = 1) {
  const text = number(points, digits);
  return points > 0 && Number(points.toFixed(digits)) !== 0 ? `+${text}` : text;
}

/**
 * The contributions with running sums. Points are differences of rounded sums, so that what is shown adds up to
 * what is shown.
 */
export function runningSums(contributions) {
  const bias = contributions.filter((item) => item.kind === "bias");
  const rest = contributions.filter((item) => item.kind !== "bias").sort((a, b) => b.points - a.points);
  let sum = 0;
  let before = 0;
  return [...bias, ...rest].map((item) => {
    sum += item.points;
    const after = Math.round(sum * 10) / 10;
    const row = { item, points: Math.round((after - before) * 10) / 10, before, after };
    before = after;
    return row;
  });
}

/** What would help: each remedy with the score that the service computed for it. */
export function remedies(assessment, { words, apply, copy, ready }) {
  const { t, n, number } = words;
  if (!assessment.remedies.length) {
    if (!ready) return [h("p", { class: "muted", text: t("Computing what would help …") })];
    const none = assessment.findings.length ? t("No edit or DNS record alone lowers this score.") : t("Nothing to mend.");
    return [h("p", { class: "muted", text: none })];
  }
  const [before, ...after] = sideBySide([assessment.score, ...assessment.remedies.map((remedy) => remedy.score)], number);
  return [
    h(
      "ol",
      { class: "cards" },
      assessment.remedies.map((remedy, index) => {
        const edits = remedy.kind !== "dns";
        const button = h("button", {
          type: "button",
          class: "primary",
          "data-key": `apply-${index}`,
          "aria-label": t("Apply: {what}", { what: remedy.text.join(" ") }),
          disabled: !ready,
          text: remedy.kind === "both" ? t("Apply the edits") : t("Apply"),
          onclick: () => apply(remedy.fixes),
        });
        return h(
          "li",
          { class: "card remedy" },
          h(
            "div",
            { class: "head" },
            h(
              "p",
              { class: "change" },
              h("span", { class: "from", text: before }),
              h("span", { "aria-hidden": "true", text: " → " }),
              h("span", { class: "sr", text: ` ${t("becomes")} ` }),
              h("strong", { text: after[index] }),
              h("span", { class: "muted", text: ` ${n("with {count} fix", "with {count} fixes", remedy.text.length)}` }),
            ),
            edits && button,
          ),
          h("ul", { class: remedy.text.length > 1 ? "" : "plain" }, remedy.text.map((text) => h("li", { text }))),
          remedy.records.length > 0 && records(remedy.records, index, copy, words),
        );
      }),
    ),
  ];
}

function records(list, index, copy, { t, n }) {
  return h(
    "div",
    { class: "records" },
    h("p", { class: "muted", text: n("Publish in the DNS ({count} record):", "Publish in the DNS ({count} records):", list.length) }),
    list.map((record, at) =>
      h(
        "div",
        { class: "record" },
        h("code", { text: `${record.name} ${record.type} ${record.value}` }),
        h("button", {
          type: "button",
          "data-key": `copy-${index}-${at}`,
          "aria-label": t("Copy the value for {name}", { name: record.name }),
          text: t("Copy"),
          onclick: () => copy(record.value),
        }),
      ),
    ),
  );
}

/** The findings, with buttons that go to their places. */
export function findings(assessment, { words, select, apply, places, details, ready }) {
  const { t } = words;
  if (!assessment.findings.length) return [h("p", { class: "muted", text: t("Nothing was found.") })];
  const points = new Map(runningSums(assessment.contributions).map(({ item, points: share }) => [item.id, share]));
  return [
    h(
      "ul",
      { class: "cards" },
      assessment.findings.map((finding) => {
        const share = points.get(finding.rule);
        const spots = places(finding);
        const first = spots.find((spot) => spot.place.field);
        const heading = [
          h("span", { class: `badge ${finding.severity}`, text: t(SEVERITIES[finding.severity]) }),
          h("span", { class: "title", text: finding.title }),
        ];
        return h(
          "li",
          { class: `card finding ${finding.severity}` },
          h(
            "div",
            { class: "head" },
            first
              ? h(
                  "button",
                  {
                    type: "button",
                    class: "locate",
                    "data-key": `finding-${finding.rule}`,
                    onclick: () => select(finding, first),
                  },
                  heading,
                  h("span", { class: "sr", text: `. ${t("Go to {place}", { place: placeName(first, words) })}` }),
                )
              : h("p", { class: "locate" }, heading),
            share !== undefined && h("span", { class: "points", title: t("Share of the score"), text: signed(share, words) }),
          ),
          h("p", { class: "because", text: finding.because.text }),
          spots.length > 0 && h("p", { class: "spots" }, spotButtons(finding, spots, select, words)),
          finding.fix.text &&
            h(
              "div",
              { class: "fix" },
              h("p", {}, h("span", { class: "label", text: `${t("Fix")} ` }), finding.fix.text),
              finding.fix.kind === "edit" &&
                finding.fix.edit !== "" &&
                h("button", {
                  type: "button",
                  "data-key": `fix-${finding.rule}`,
                  "aria-label": t("Apply: {what}", { what: finding.fix.text }),
                  disabled: !ready,
                  text: t("Apply"),
                  onclick: () => apply([finding.rule]),
                }),
            ),
          details(
            `why-${finding.rule}`,
            [h("span", { text: t("Why, and sources") }), h("span", { class: "sr", text: `: ${finding.title}` })],
            (body, look) => {
              body.append(
                h(
                  "ul",
                  { class: "plain sources" },
                  finding.sources.map((source) =>
                    h("li", {}, outward(source.url, source.title), " ", h("time", { class: "muted", datetime: source.date, text: source.date })),
                  ),
                ),
              );
              look(`rules/${finding.rule}`).then(
                (rule) => body.prepend(h("p", { text: rule.why }), rule.limits && h("p", { class: "muted", text: rule.limits })),
                () => {},
              );
            },
          ),
        );
      }),
    ),
  ];
}

const MOST_SPOTS = 6;

function spotButtons(finding, spots, select, words) {
  const shown = spots.slice(0, MOST_SPOTS).map((spot, index) => {
    const quote = spot.evidence.quote;
    const text = [h("span", { class: "where", text: placeName(spot, words) }), quote && h("q", { text: shorten(quote) })];
    if (!spot.place.field) return h("span", { class: "spot" }, text);
    return h(
      "button",
      {
        type: "button",
        class: "spot",
        "data-key": `spot-${finding.rule}-${index}`,
        onclick: () => select(finding, spot),
      },
      text,
    );
  });
  const more = Math.max(finding.count, spots.length) - shown.length;
  return more > 0 ? [...shown, h("span", { class: "muted", text: words.n("and {count} more", "and {count} more", more) })] : shown;
}

function placeName({ evidence, place }, { t }) {
  if (evidence.kind === "link") return t("Link {number}", { number: Number(evidence.name) + 1 });
  if (evidence.kind === "dns") return `DNS ${evidence.name}`;
  if (evidence.kind === "sending") return sendingName(evidence.name, t);
  if (place.field === "headers") return evidence.name;
  if (evidence.kind === "attachment") return t("Attachment {name}", { name: evidence.name });
  return t(FIELD_NAMES[place.field] ?? (evidence.kind === "header" ? evidence.name : m("Mailing")));
}

function sendingName(name, t) {
  const known = /^audience\.(.*)/.exec(name);
  const what = known ? t(known[1].replaceAll("_", " ")) : name.replace(/[._]/g, " ");
  return t("Sending: {what}", { what });
}

function shorten(text) {
  const points = [...text.replace(/\s+/g, " ")];
  return points.length > 60 ? `${points.slice(0, 59).join("")}…` : points.join("");
}

/** One line a provider, its requirements below. */
export function providers(assessment, { words, details }) {
  const { t } = words;
  return [
    h(
      "ul",
      { class: "plain reports" },
      assessment.providers.map((report) =>
        h(
          "li",
          {},
          details(
            `provider-${report.provider}`,
            [
              h("span", { class: "name", text: report.name }),
              h("span", {
                class: `pill ${report.verdict.replace(" ", "-")}`,
                text: t(PROVIDER_VERDICTS[report.verdict] ?? report.verdict),
              }),
            ],
            (body) => {
              body.append(
                report.reason && h("p", { text: report.reason }),
                h("ul", { class: "plain requirements" }, report.requirements.map((item) => requirement(item, words))),
              );
            },
          ),
        ),
      ),
    ),
  ];
}

function requirement(item, { t }) {
  const state = item.met === null ? "unknown" : item.met ? "met" : "unmet";
  const mark = { met: "✓", unmet: "✗", unknown: "?" }[state];
  const word = { met: t("Met"), unmet: t("Not met"), unknown: t("Not known") }[state];
  const follows = t(PROVIDER_VERDICTS[item.consequence] ?? item.consequence) + (item.code ? ` (${item.code})` : "");
  const expect = item.met === false ? t("It follows: {what}.", { what: follows }) : "";
  return h(
    "li",
    { class: `requirement ${state}` },
    h("span", { class: "mark", "aria-hidden": "true", text: mark }),
    h(
      "div",
      {},
      h("p", {}, h("span", { class: "sr", text: `${word}: ` }), item.text),
      h("p", { class: "muted" }, `${sentence(item.reason)} ${expect}`),
      h(
        "p",
        { class: "muted dates" },
        item.since && [`${t("since")} `, h("time", { datetime: item.since, text: item.since }), " · "],
        item.checked && [`${t("read on")} `, h("time", { datetime: item.checked, text: item.checked }), " · "],
        outward(item.source, t("source")),
      ),
    ),
  );
}

function sentence(text) {
  if (!text) return "";
  return `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

/** The summands of the score with a running sum. */
export function contributions(assessment, { words, details, titles, locateTerm, select }) {
  const { t } = words;
  const byRule = new Map(assessment.findings.map((finding) => [finding.rule, finding.title]));
  const name = (item) => (ORIGINS[item.id] ? t(ORIGINS[item.id]) : null) ?? byRule.get(item.id) ?? titles.get(item.id) ?? item.id;
  const rows = runningSums(assessment.contributions);
  return [
    h("p", {
      class: "muted",
      text: t("Each line is its share of the score, not what mending it would gain. The last sum is the score."),
    }),
    h(
      "table",
      {},
      h("caption", { class: "sr", text: t("Contributions to the score") }),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col", text: t("From") }),
          h("th", { scope: "col", class: "bar" }, h("span", { class: "sr", text: t("Drawn") })),
          h("th", { scope: "col", class: "number", text: t("Share") }),
          h("th", { scope: "col", class: "number", text: t("Sum") }),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map(({ item, points, before, after }) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, name(item)),
            h("td", { class: "bar" }, bar(before, after)),
            h("td", { class: "number", text: signed(points, words) }),
            h("td", { class: "number", text: words.number(after, 1) }),
          ),
        ),
      ),
    ),
    rows.filter(({ item }) => item.terms.length).map(({ item }) =>
      details(`terms-${item.id}`, [t("{what}: the strongest signs", { what: name(item) })], (body) => {
        body.append(
          h("p", { class: "muted", text: t("In log-odds: above zero raises the risk, below zero lowers it.") }),
          h(
            "ul",
            { class: "plain terms" },
            item.terms.map((term) =>
              h(
                "li",
                {},
                termName(term, locateTerm(term), select, t),
                h("span", { class: "number", text: signed(term.log_odds, words, 2) }),
              ),
            ),
          ),
        );
      }),
    ),
  ];
}

function termName(term, place, select, t) {
  if (!term.spans.length) return h("span", { text: term.title || term.id });
  const words = [h("q", { text: termWords(term) }), term.id.startsWith("s:") && h("span", { class: "where", text: t("Subject") })];
  if (!place.field || place.start < 0) return h("span", { class: "spot" }, words);
  const evidence = { kind: "visible", name: "", quote: termWords(term), start: -1, end: -1 };
  return h("button", { type: "button", class: "spot", "data-key": `term-${term.id}`, onclick: () => select(null, { evidence, place }) }, words);
}

function bar(before, after) {
  const low = Math.max(0, Math.min(before, after));
  const high = Math.min(100, Math.max(before, after));
  return h(
    "svg",
    { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true", class: "bar" },
    h("line", { x1: 0, x2: 100, y1: 4, y2: 4, class: "track" }),
    h("line", {
      x1: low,
      x2: Math.max(high, low + 0.8),
      y1: 4,
      y2: 4,
      class: after < before ? "down" : "up",
    }),
  );
}

/** What could not be judged, by reason. */
export function unchecked(assessment, { titles }) {
  const reasons = new Map();
  for (const { rule, reason } of assessment.not_checked) {
    reasons.set(reason, [...(reasons.get(reason) ?? []), rule]);
  }
  return [...reasons].map(([reason, rules]) =>
    h(
      "div",
      { class: "reason" },
      h("h4", { text: sentence(reason).replace(/\.$/, "") }),
      h("ul", {}, rules.map((rule) => h("li", { text: titles.get(rule) ?? rule }))),
    ),
  );
}
