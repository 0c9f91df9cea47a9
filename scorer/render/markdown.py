"""The report in Markdown, for pull requests and chat. Nothing from the mailing links or mentions."""

from __future__ import annotations

import re

from scorer.assessment import Assessment
from scorer.message import Message
from scorer.render import words
from scorer.render.visible import visible

SHOWN_PLACES = 4
SHOWN_TERMS = 8
_SPECIAL = re.compile(r"([\\`*_\[\]|~$])")
_MENTION = re.compile(r"(?<![\w.+-])([@#])(?=\w)|(?<=[\w)])(#)(?=\d)")
_WEB = re.compile(r"(?i)(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)")
_URL_UNSAFE = re.compile(r"[^!#$&*+,/:;=?@\w.~%-]")


def render_markdown(assessment: Assessment, *, verbose: bool = False, message: Message | None = None) -> str:
    """The report as GitHub-flavoured Markdown."""
    lines = [*_headline(assessment), *_remedies(assessment), *_findings(assessment, message, verbose)]
    lines += [*_sum(assessment), *_providers(assessment, verbose), *_law(assessment, message, verbose)]
    lines += _not_checked(assessment)
    model = code(words.model_words(assessment))
    return "\n".join([*lines, "", f"Model {model}, schema {escape(assessment.schema)}."]) + "\n"


def escape(text: str, limit: int = 0) -> str:
    """`text` as Markdown that shows it as it is: no markup, HTML, link, mention or reference comes of it."""
    safe = visible(text, limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = _WEB.sub(lambda m: f"{m[1] or m[3]}\u200b{m[2] or m[4]}", safe)
    safe = _MENTION.sub(lambda m: f"{m[1] or m[2]}\u200b", safe)
    return _SPECIAL.sub(r"\\\1", safe)


def code(text: str, limit: int = 0) -> str:
    """`text` as a code span (not for table cells, where a bar would end it)."""
    shown = visible(text, limit) or " "
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _link(title: str, url: str) -> str:
    if not url.startswith("https://") or _URL_UNSAFE.search(url):
        return escape(title)
    return f"[{escape(title)}]({url})"


def _headline(assessment: Assessment) -> list[str]:
    score = round(assessment.score)
    subject = assessment.message.subject or "(no subject)"
    return [
        f"## {score} of 100: {words.VERDICTS[assessment.verdict]}",
        "",
        f"{code(subject, 200)} from {code(assessment.message.from_ or '(none)', 200)}",
        "",
        f"**{score} of 100**: {words.meaning(assessment)}. {words.range_text(assessment)}".rstrip(),
        "",
        *(f"- Blocked: {escape(reason)}" for reason in words.blocked_because(assessment)),
        "",
        escape(assessment.route.text),
    ]


def _remedies(assessment: Assessment) -> list[str]:
    if not assessment.remedies:
        return []
    lines = ["", "### What would help most", ""]
    for remedy in assessment.remedies:
        lines.append(f"- **{words.remedy_head(assessment, remedy)}**")
        lines += [f"  - {escape(text)}" for text in remedy.text]
        lines += [f"  - publish {code(f'{r.name} {r.type} {r.value}')}" for r in remedy.records]
    return lines


def _findings(assessment: Assessment, message: Message | None, verbose: bool) -> list[str]:
    delivery, _ = words.numbered(assessment)
    lines = ["", "### What to change" if delivery else "### Nothing to change was found"]
    for item in delivery:
        lines += _finding(item, message, verbose)
    return lines


def _finding(item: words.Numbered, message: Message | None, verbose: bool) -> list[str]:
    finding = item.finding
    points = f", {words.points_words(item.points)}" if finding.log_odds else ""
    often = f" ({words.occurrences(finding)})" if finding.count > 1 else ""
    lines = [
        "",
        f"**{item.number}. {escape(finding.title)}** ({finding.severity}{points})",
        "",
        escape(finding.because.text) + often,
        "",
    ]
    places = words.unique([words.place(evidence, message) for evidence in finding.evidence])
    shown = places if verbose else places[:SHOWN_PLACES]
    lines += [f"- {escape(where, 160)}" + (f" {code(quote, 200)}" if quote else "") for where, quote in shown]
    if len(places) > len(shown):
        lines.append(f"- and {len(places) - len(shown)} more places")
    lines.append(f"- **To do:** {escape(finding.fix.text)}")
    if verbose:
        lines += [
            f"- Source: {_link(source.title, source.url)}, {escape(source.date)}"
            for source in finding.sources
        ]
    return lines


def _sum(assessment: Assessment) -> list[str]:
    score = round(assessment.score)
    lines = ["", f"### How the {score} points add up", "", f"Points: {words.SHARE}.", ""]
    lines += ["| what | points | sum |", "| --- | ---: | ---: |"]
    for row in words.rows(assessment):
        first = row.contribution is not None and row.contribution.kind == "bias"
        share = str(row.points) if first else words.signed(row.points)
        lines.append(f"| {escape(row.title, 160)} | {share} | {row.before + row.points} |")
    lines.append(f"| **Score** | **{score}** | |")
    for contribution in assessment.contributions:
        if contribution.kind == "text" and contribution.terms:
            told = [
                (code(row.title, 60) if row.term else row.title) + f" {words.tenths(row.tenths)}"
                for row in words.term_rows(contribution, "all other words", SHOWN_TERMS)
            ]
            lines += [
                "",
                f"{words.TEXT} ({words.tenths(round(10 * contribution.points))}): {', '.join(told)}",
            ]
    return lines


def _providers(assessment: Assessment, verbose: bool) -> list[str]:
    if not assessment.providers:
        return []
    lines = [
        "",
        "### What mailbox providers' own rules say",
        "",
        "| provider | verdict | why |",
        "| --- | --- | --- |",
    ]
    for report in assessment.providers:
        verdict = words.PROVIDER_VERDICTS[report.verdict]
        lines.append(f"| {escape(report.name, 60)} | {verdict} | {escape(report.reason)} |")
    if verbose:
        for report in assessment.providers:
            lines += ["", f"**{escape(report.name, 60)}**", ""]
            for line in report.requirements:
                reply = f" ({escape(line.code)})" if line.code else ""
                lines.append(
                    f"- {escape(line.text)}: {words.met_words(line)}, {escape(line.reason)}; otherwise "
                    f"{line.consequence}{reply}. Since {line.since}, "
                    f"{_link('source', line.source)} read {line.checked}"
                )
    return lines


def _law(assessment: Assessment, message: Message | None, verbose: bool) -> list[str]:
    _, law = words.numbered(assessment)
    if not law:
        return []
    lines = ["", "### Law and courtesy", "", "Weighs nothing in the score."]
    for item in law:
        lines += _finding(item, message, verbose)
    return lines


def _not_checked(assessment: Assessment) -> list[str]:
    groups = words.unchecked_by_reason(assessment)
    if not groups:
        return []
    lines = ["", "### Not checked", ""]
    lines += [
        f"- {escape(reason, 400)}: {', '.join(code(rule) for rule in rules)}" for reason, rules in groups
    ]
    return lines
