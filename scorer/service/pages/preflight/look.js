/** The look of the element. Colours follow `color-scheme` of the page around it. */

export const LOOK = `
:host {
  --ink: light-dark(#18212d, #e7ebf1);
  --muted: light-dark(#536072, #a5b1c2);
  --ground: light-dark(#ffffff, #171d26);
  --raised: light-dark(#f6f8fb, #1f2732);
  --line: light-dark(#dde3eb, #313c4b);
  --accent: light-dark(#1d5bd6, #8bb4ff);
  --on-accent: light-dark(#ffffff, #0c1524);
  --send: light-dark(#0f6b3a, #7ddca4);
  --send-ground: light-dark(#e2f5ea, #123222);
  --review: light-dark(#775000, #f1c76d);
  --review-ground: light-dark(#fcf1d4, #362b10);
  --fix: light-dark(#a03a00, #ffab7d);
  --fix-ground: light-dark(#fde9dd, #3b2214);
  --blocked: light-dark(#a8122a, #ff9caa);
  --blocked-ground: light-dark(#fde5e9, #3d171e);
  display: block;
  color: var(--ink);
  background: var(--ground);
  font: 400 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere;
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
p, h2, h3, h4, ul, ol, dl { margin: 0; padding: 0; }
h2, h3 { font-size: 1rem; font-weight: 650; line-height: 1.3; }
h4 { font-size: .875rem; font-weight: 600; }
.sr {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}
.muted { color: var(--muted); font-size: .875rem; }
a { color: var(--accent); text-underline-offset: 2px; }
button {
  font: inherit; font-size: .875rem; font-weight: 550; color: var(--accent); background: var(--ground);
  border: 1px solid var(--line); border-radius: 7px; padding: 4px 11px; min-height: 32px; cursor: pointer;
  overflow-wrap: normal;
}
time { white-space: nowrap; }
button:hover:not(:disabled) { border-color: var(--accent); }
button.primary { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
button.primary:hover:not(:disabled) { filter: brightness(1.08); }
button:disabled { cursor: progress; opacity: .65; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 7px; }
code { font: .8125rem/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }

.panel { position: relative; padding: 20px; }
section { margin-top: 22px; }
section > h3 { margin-bottom: 9px; display: flex; gap: 8px; align-items: baseline; }
section > h3 .count { color: var(--muted); font-weight: 450; font-size: .875rem; }

.score { display: grid; grid-template-columns: 148px 1fr; gap: 4px 18px; align-items: center; min-height: 108px; margin: 0; }
.gauge { position: relative; width: 148px; height: 90px; }
.gauge svg { width: 100%; height: 100%; display: block; }
.gauge path { fill: none; stroke-width: 13; stroke-linecap: round; }
.gauge .track { stroke: var(--line); }
.gauge .value { stroke: var(--muted); transition: stroke-dashoffset .35s ease-out, stroke .2s; }
.gauge .number {
  position: absolute; inset: auto 0 0; text-align: center; font-size: 2.5rem; line-height: 1; font-weight: 700;
  font-variant-numeric: tabular-nums; letter-spacing: -.03em;
}
.gauge .of { position: absolute; inset: auto 0 -17px; text-align: center; font-size: .75rem; color: var(--muted); }
.verdict {
  display: inline-block; font-weight: 650; padding: 2px 11px; border-radius: 99px; background: var(--raised);
}
.says { margin-top: 5px; min-height: 3em; }
.range { min-height: 1.5em; font-size: .8125rem; color: var(--muted); grid-column: 1 / -1; margin-top: 18px; }
.busy { position: absolute; inset: 0 0 auto; height: 3px; overflow: hidden; opacity: 0; transition: opacity .15s .2s; }
.busy.on { opacity: 1; }
.busy::after { content: ""; display: block; width: 35%; height: 100%; background: var(--accent); animation: pass 1.1s infinite; }
@keyframes pass { from { transform: translateX(-100%); } to { transform: translateX(300%); } }
:host([data-verdict="send"]) .verdict { color: var(--send); background: var(--send-ground); }
:host([data-verdict="send"]) .gauge .value { stroke: var(--send); }
:host([data-verdict="review"]) .verdict { color: var(--review); background: var(--review-ground); }
:host([data-verdict="review"]) .gauge .value { stroke: var(--review); }
:host([data-verdict="fix"]) .verdict { color: var(--fix); background: var(--fix-ground); }
:host([data-verdict="fix"]) .gauge .value { stroke: var(--fix); }
:host([data-verdict="blocked"]) .verdict { color: var(--blocked); background: var(--blocked-ground); }
:host([data-verdict="blocked"]) .gauge .value { stroke: var(--blocked); }

.notice { margin-top: 14px; padding: 10px 13px; border-radius: 9px; background: var(--blocked-ground); color: var(--blocked); }
.done {
  margin-top: 14px; padding: 8px 13px; border-radius: 9px; background: var(--send-ground); color: var(--send);
  display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center;
}
.done p { flex: 1 1 12rem; }
.done.none { background: var(--review-ground); color: var(--review); }
[hidden] { display: none !important; }

.cards { list-style: none; display: grid; gap: 9px; }
.card { border: 1px solid var(--line); border-radius: 11px; padding: 11px 13px; background: var(--ground); }
.remedy { display: grid; gap: 6px; }
.remedy .head { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; justify-content: space-between; min-height: 32px; }
.remedy ul:not(.plain) { padding-left: 1.1em; }
.remedy .change { flex: 1 1 7rem; font-variant-numeric: tabular-nums; font-size: 1.125rem; }
.remedy .change .from { color: var(--muted); }
.records { display: grid; gap: 6px; }
.record { display: flex; gap: 8px; align-items: center; background: var(--raised); border-radius: 7px; padding: 6px 6px 6px 10px; }
.record code { flex: 1; min-width: 0; }
.finding { border-left: 4px solid var(--line); }
.finding.blocker, .finding.error { border-left-color: var(--blocked); }
.finding.warning { border-left-color: var(--fix); }
.finding .head { display: flex; gap: 10px; align-items: flex-start; }
.finding .locate {
  flex: 1; display: flex; flex-wrap: wrap; gap: 3px 8px; align-items: baseline; text-align: left; padding: 0; min-height: 0;
  border: 0; background: none; color: inherit; font-size: .9375rem; font-weight: 600; min-width: 0; overflow-wrap: anywhere;
}
.finding button.locate:hover .title { color: var(--accent); text-decoration: underline; text-underline-offset: 3px; }
.points { font-variant-numeric: tabular-nums; font-weight: 600; white-space: nowrap; }
.badge { white-space: nowrap; font-size: .75rem; font-weight: 650; padding: 0 7px; border-radius: 5px; background: var(--raised); color: var(--muted); }
.badge.blocker, .badge.error { background: var(--blocked-ground); color: var(--blocked); }
.badge.warning { background: var(--fix-ground); color: var(--fix); }
.because { margin-top: 4px; }
.spots { margin-top: 6px; display: flex; flex-wrap: wrap; gap: 5px; align-items: center; }
.spot {
  max-width: 100%; display: inline-flex; gap: 6px; font-size: .8125rem; font-weight: 450; padding: 1px 8px; min-height: 26px;
  align-items: center; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); color: var(--ink); overflow-wrap: anywhere;
}
.spot .where { color: var(--muted); white-space: nowrap; }
span.spot .where { white-space: normal; }
.spot q { quotes: none; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .75rem; text-align: left; }
.fix { margin-top: 8px; display: flex; gap: 10px; align-items: center; flex-wrap: wrap; }
.fix p { flex: 1 1 13rem; }
.fix .label { font-weight: 650; color: var(--send); }
.plain { list-style: none; }
details > summary { cursor: pointer; font-size: .875rem; color: var(--muted); padding: 4px 0; min-height: 28px; }
details > summary:hover { color: var(--ink); }
.finding details { margin-top: 4px; }
details .body { padding: 4px 0 8px; display: grid; gap: 8px; font-size: .875rem; }
.sources li { margin-top: 3px; }
section > details > summary { font-size: 1rem; font-weight: 650; color: var(--ink); }
section > details > summary .count { color: var(--muted); font-weight: 450; font-size: .875rem; margin-left: 6px; }
.reports { display: grid; border: 1px solid var(--line); border-radius: 11px; overflow: hidden; }
.reports li + li { border-top: 1px solid var(--line); }
.reports > li > details > summary { display: flex; gap: 10px; align-items: center; padding: 8px 13px; color: var(--ink); font-size: .9375rem; list-style: none; }
.reports summary::before { content: "›"; color: var(--muted); transition: transform .12s; width: .6em; }
.reports details[open] > summary::before { transform: rotate(90deg); }
.reports summary::-webkit-details-marker { display: none; }
.reports .name { flex: 1; }
.reports .body { padding: 2px 13px 12px; }
.reports :focus-visible { outline-offset: -3px; }
.pill { font-size: .8125rem; font-weight: 600; padding: 1px 10px; border-radius: 99px; background: var(--raised); color: var(--muted); }
.pill.fine { background: var(--send-ground); color: var(--send); }
.pill.no-mitigation { background: var(--review-ground); color: var(--review); }
.pill.junk { background: var(--fix-ground); color: var(--fix); }
.pill.rejected { background: var(--blocked-ground); color: var(--blocked); }
.requirement { display: grid; grid-template-columns: 1.4em 1fr; gap: 6px; padding: 7px 0; border: 0 !important; }
.requirement .mark { font-weight: 700; color: var(--muted); }
.requirement.met .mark { color: var(--send); }
.requirement.unmet .mark { color: var(--blocked); }
.requirement .muted { font-size: .8125rem; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; margin-top: 6px; }
th, td { padding: 5px 4px; text-align: left; font-weight: 450; border-bottom: 1px solid var(--line); vertical-align: middle; }
thead th { font-size: .8125rem; color: var(--muted); }
tbody th { max-width: 15rem; line-height: 1.35; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.number:last-child { font-weight: 600; }
td.bar { width: 30%; }
svg.bar { width: 100%; height: 10px; display: block; }
svg.bar line { stroke-width: 8; }
svg.bar .track { stroke: var(--raised); }
svg.bar .up { stroke: var(--fix); }
svg.bar .down { stroke: var(--send); }
.terms li { display: flex; justify-content: space-between; gap: 12px; padding: 2px 0; }
.reason + .reason { margin-top: 6px; }
.reason ul { padding-left: 1.2em; color: var(--muted); }
footer { margin-top: 22px; padding-top: 12px; border-top: 1px solid var(--line); font-size: .8125rem; color: var(--muted); }
.frame { container-type: inline-size; }
@container (max-width: 380px) {
  .panel { padding: 16px 14px; }
  td.bar, th.bar { display: none; }
  .score { grid-template-columns: 124px 1fr; gap: 4px 14px; }
  .gauge { width: 124px; height: 76px; }
  .gauge .number { font-size: 2.125rem; }
}
.stale { opacity: .55; transition: opacity .2s .25s; }
@media (prefers-reduced-motion: reduce) { * { transition: none !important; animation: none !important; } }
@media (forced-colors: active) { .gauge .value, svg.bar .up, svg.bar .down { stroke: CanvasText; } .badge, .pill, .verdict { border: 1px solid; } }
`;
