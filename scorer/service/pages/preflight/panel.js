/** The parts of the result, each a function from an assessment to elements. */

import { h, outward, plural } from "./dom.js";
import { termWords } from "./places.js";

export const VERDICTS = {
  send: { label: "Send", says: "Little speaks against sending it." },
  review: { label: "Review", says: "Look at what was found before you send it." },
  fix: { label: "Fix first", says: "Mend what was found before you send it." },
  blocked: { label: "Blocked", says: "Do not send it as it is." },
};
const SEVERITIES = { blocker: "Blocker", error: "Error", warning: "Warning", info: "Note" };
const PROVIDER_VERDICTS = {
  fine: "Fine",
  "no mitigation": "No mitigation",
  junk: "Junk",
  rejected: "Rejected",
  unknown: "Not known",
};
const ORIGINS = { bias: "Where every bulk mailing starts", structure: "How it is made", text: "Its words" };
const FIELD_NAMES = {
  html: "HTML",
  text: "Text",
  subject: "Subject",
  from: "From",
  reply_to: "Reply-To",
  to: "To",
  sender: "Sender",
  headers: "Header",
  sending: "Sending",
  attachments: "Attachment",
};

/** A score as it is shown. */
export function shownScore(score) {
  return String(Math.round(score));
}

/** Scores beside each other: with a decimal where whole numbers would hide what sets them apart. */
function sideBySide(scores) {
  const close = scores.some((score, at) => scores.some((other, to) => to < at && Math.abs(score - other) < 1));
  return scores.map((score) => (close ? score.toFixed(1) : shownScore(score)));
}

/** One sentence on the verdict; where it is blocked, on what blocks it. */
export function says(assessment) {
  const refusing = assessment.providers.filter((report) => report.verdict === "rejected").map((report) => report.name);
  const blocker = assessment.findings.find((finding) => finding.severity === "blocker");
  if (assessment.verdict !== "blocked") return VERDICTS[assessment.verdict].says;
  if (refusing.length) return `${refusing.join(", ")} would refuse it by its own rules.`;
  return blocker ? `${blocker.title}.` : VERDICTS.blocked.says;
}

/** Points with their sign, one decimal. */
export function signed(points) {
  const text = Math.abs(points).toFixed(1);
  if (text === "0.0") return "0.0";
  return `${points < 0 ? "−" : "+"}${text}`;
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
export function remedies(assessment, { apply, copy, ready }) {
  if (!assessment.remedies.length) {
    if (!ready) return [h("p", { class: "muted", text: "Computing what would help …" })];
    const none = assessment.findings.length ? "No edit or DNS record alone lowers this score." : "Nothing to mend.";
    return [h("p", { class: "muted", text: none })];
  }
  const [before, ...after] = sideBySide([assessment.score, ...assessment.remedies.map((remedy) => remedy.score)]);
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
          "aria-label": `Apply: ${remedy.text.join(" ")}`,
          disabled: !ready,
          text: remedy.kind === "both" ? "Apply the edits" : "Apply",
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
              h("span", { class: "sr", text: " becomes " }),
              h("strong", { text: after[index] }),
              h("span", { class: "muted", text: ` with ${plural(remedy.text.length, "fix", "fixes")}` }),
            ),
            edits && button,
          ),
          h("ul", { class: remedy.text.length > 1 ? "" : "plain" }, remedy.text.map((text) => h("li", { text }))),
          remedy.records.length > 0 && records(remedy.records, index, copy),
        );
      }),
    ),
  ];
}

function records(list, index, copy) {
  return h(
    "div",
    { class: "records" },
    h("p", { class: "muted", text: `Publish in the DNS (${plural(list.length, "record")}):` }),
    list.map((record, at) =>
      h(
        "div",
        { class: "record" },
        h("code", { text: `${record.name} ${record.type} ${record.value}` }),
        h("button", {
          type: "button",
          "data-key": `copy-${index}-${at}`,
          "aria-label": `Copy the value for ${record.name}`,
          text: "Copy",
          onclick: () => copy(record.value),
        }),
      ),
    ),
  );
}

/** The findings, with buttons that go to their places. */
export function findings(assessment, { select, apply, places, details, ready }) {
  if (!assessment.findings.length) return [h("p", { class: "muted", text: "Nothing was found." })];
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
          h("span", { class: `badge ${finding.severity}`, text: SEVERITIES[finding.severity] }),
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
                  h("span", { class: "sr", text: `. Go to ${placeName(first)}` }),
                )
              : h("p", { class: "locate" }, heading),
            share !== undefined && h("span", { class: "points", title: "Share of the score", text: signed(share) }),
          ),
          h("p", { class: "because", text: finding.because.text }),
          spots.length > 0 && h("p", { class: "spots" }, spotButtons(finding, spots, select)),
          finding.fix.text &&
            h(
              "div",
              { class: "fix" },
              h("p", {}, h("span", { class: "label", text: "Fix " }), finding.fix.text),
              finding.fix.kind === "edit" &&
                finding.fix.edit !== "" &&
                h("button", {
                  type: "button",
                  "data-key": `fix-${finding.rule}`,
                  "aria-label": `Apply: ${finding.fix.text}`,
                  disabled: !ready,
                  text: "Apply",
                  onclick: () => apply([finding.rule]),
                }),
            ),
          details(
            `why-${finding.rule}`,
            [h("span", { text: "Why, and sources" }), h("span", { class: "sr", text: ` of: ${finding.title}` })],
            (body, look) => {
              body.append(
                h(
                  "ul",
                  { class: "plain sources" },
                  finding.sources.map((source) =>
                    h("li", {}, outward(source.url, source.title), h("span", { class: "muted", text: ` ${source.date}` })),
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

function spotButtons(finding, spots, select) {
  const shown = spots.slice(0, MOST_SPOTS).map((spot, index) => {
    const quote = spot.evidence.quote;
    const text = [h("span", { class: "where", text: placeName(spot) }), quote && h("q", { text: shorten(quote) })];
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
  return more > 0 ? [...shown, h("span", { class: "muted", text: `and ${more} more` })] : shown;
}

function placeName({ evidence, place }) {
  if (evidence.kind === "link") return `Link ${Number(evidence.name) + 1}`;
  if (evidence.kind === "dns") return `DNS ${evidence.name}`;
  if (evidence.kind === "sending") return `Sending: ${evidence.name.replace(/[._]/g, " ")}`;
  if (place.field === "headers") return evidence.name;
  if (evidence.kind === "attachment") return `Attachment ${evidence.name}`;
  return FIELD_NAMES[place.field] ?? (evidence.kind === "header" ? evidence.name : "Mailing");
}

function shorten(text) {
  const points = [...text.replace(/\s+/g, " ")];
  return points.length > 60 ? `${points.slice(0, 59).join("")}…` : points.join("");
}

/** One line a provider, its requirements below. */
export function providers(assessment, { details }) {
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
                text: PROVIDER_VERDICTS[report.verdict] ?? report.verdict,
              }),
            ],
            (body) => {
              body.append(
                report.reason && h("p", { text: report.reason }),
                h("ul", { class: "plain requirements" }, report.requirements.map(requirement)),
              );
            },
          ),
        ),
      ),
    ),
  ];
}

function requirement(item) {
  const state = item.met === null ? "unknown" : item.met ? "met" : "unmet";
  const mark = { met: "✓", unmet: "✗", unknown: "?" }[state];
  const word = { met: "Met", unmet: "Not met", unknown: "Not known" }[state];
  const expect = item.met === false ? `It follows: ${item.consequence}${item.code ? `, ${item.code}` : ""}.` : "";
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
        item.since && ["since ", h("time", { datetime: item.since, text: item.since }), " · "],
        item.checked && ["read ", h("time", { datetime: item.checked, text: item.checked }), " · "],
        outward(item.source, "source"),
      ),
    ),
  );
}

function sentence(text) {
  if (!text) return "";
  return `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

/** The summands of the score with a running sum. */
export function contributions(assessment, { details, titles, locateTerm, select }) {
  const byRule = new Map(assessment.findings.map((finding) => [finding.rule, finding.title]));
  const name = (item) => ORIGINS[item.id] ?? byRule.get(item.id) ?? titles.get(item.id) ?? item.id;
  const rows = runningSums(assessment.contributions);
  return [
    h("p", {
      class: "muted",
      text: "Each line is its share of the score, not what mending it would gain. The last sum is the score.",
    }),
    h(
      "table",
      {},
      h("caption", { class: "sr", text: "Contributions to the score" }),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col", text: "From" }),
          h("th", { scope: "col", class: "bar" }, h("span", { class: "sr", text: "Drawn" })),
          h("th", { scope: "col", class: "number", text: "Share" }),
          h("th", { scope: "col", class: "number", text: "Sum" }),
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
            h("td", { class: "number", text: signed(points) }),
            h("td", { class: "number", text: after.toFixed(1) }),
          ),
        ),
      ),
    ),
    rows.filter(({ item }) => item.terms.length).map(({ item }) =>
      details(`terms-${item.id}`, [`${name(item)}: the strongest signs`], (body) => {
        body.append(
          h("p", { class: "muted", text: "In log-odds: above zero raises the risk, below zero lowers it." }),
          h(
            "ul",
            { class: "plain terms" },
            item.terms.map((term) =>
              h(
                "li",
                {},
                termName(term, locateTerm(term), select),
                h("span", { class: "number", text: `${term.log_odds < 0 ? "−" : "+"}${Math.abs(term.log_odds).toFixed(2)}` }),
              ),
            ),
          ),
        );
      }),
    ),
  ];
}

function termName(term, place, select) {
  if (!term.spans.length) return h("span", { text: term.title || term.id });
  const words = [h("q", { text: termWords(term) }), term.id.startsWith("s:") && h("span", { class: "where", text: "Subject" })];
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
