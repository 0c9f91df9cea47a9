"""The report in Markdown, for pull requests and chat. Nothing from the mailing links or mentions."""

from __future__ import annotations

import re

from scorer.assessment import Assessment
from scorer.language import ENGLISH, Language
from scorer.message import Message
from scorer.render.visible import visible
from scorer.render.words import (
    Numbered,
    Words,
    model_words,
    numbered,
    signed,
    term_rows,
    unchecked_by_reason,
    unique,
)

SHOWN_PLACES = 4
SHOWN_TERMS = 8
_SPECIAL = re.compile(r"([\\`*_\[\]|~$])")
_MENTION = re.compile(r"(?<![\w.+-])([@#])(?=\w)|(?<=[\w)])(#)(?=\d)")
_WEB = re.compile(r"(?i)(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)")
_URL_UNSAFE = re.compile(r"[^!#$&*+,/:;=?@\w.~%-]")


def render_markdown(
    assessment: Assessment,
    *,
    verbose: bool = False,
    message: Message | None = None,
    language: Language = ENGLISH,
) -> str:
    """The report as GitHub-flavoured Markdown, its own words in `language`."""
    words = Words(language)
    lines = [
        *_headline(words, assessment),
        *_remedies(words, assessment),
        *_findings(words, assessment, message, verbose),
    ]
    lines += [
        *_sum(words, assessment),
        *_providers(words, assessment, verbose),
        *_law(words, assessment, message, verbose),
    ]
    lines += _not_checked(words, assessment)
    model = code(model_words(assessment))
    end = words.say("Model {model}, schema {schema}.", model=model, schema=escape(assessment.schema))
    return "\n".join([*lines, "", end]) + "\n"


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


def _headline(words: Words, assessment: Assessment) -> list[str]:
    score = round(assessment.score)
    subject = assessment.message.subject or words.say("(no subject)")
    of_100 = words.say("{score} of 100", score=score)
    from_ = code(assessment.message.from_ or words.say("(none)"), 200)
    return [
        f"## {of_100}: {words.verdict(assessment)}",
        "",
        words.say("{subject} from {sender}", subject=code(subject, 200), sender=from_),
        "",
        f"**{of_100}**: {words.meaning(assessment)}. {words.range_text(assessment)}".rstrip(),
        "",
        *(
            "- " + words.say("Blocked: {because}", because=escape(reason))
            for reason in words.blocked_because(assessment)
        ),
        "",
        escape(assessment.route.text),
    ]


def _remedies(words: Words, assessment: Assessment) -> list[str]:
    if not assessment.remedies:
        return []
    lines = ["", "### " + words.say("What would help most"), ""]
    for remedy in assessment.remedies:
        lines.append(f"- **{words.remedy_head(assessment, remedy)}**")
        lines += [f"  - {escape(text)}" for text in remedy.text]
        lines += [
            "  - " + words.say("publish {record}", record=code(f"{r.name} {r.type} {r.value}"))
            for r in remedy.records
        ]
    return lines


def _findings(words: Words, assessment: Assessment, message: Message | None, verbose: bool) -> list[str]:
    delivery, _ = numbered(assessment)
    lines = [
        "",
        "### " + (words.say("What to change") if delivery else words.say("Nothing to change was found")),
    ]
    for item in delivery:
        lines += _finding(words, item, message, verbose)
    return lines


def _finding(words: Words, item: Numbered, message: Message | None, verbose: bool) -> list[str]:
    finding = item.finding
    points = f", {words.points_words(item.points)}" if finding.log_odds else ""
    often = f" ({words.occurrences(finding)})" if finding.count > 1 else ""
    lines = [
        "",
        f"**{item.number}. {escape(finding.title)}** ({words.severity(finding)}{points})",
        "",
        escape(finding.because.text) + often,
        "",
    ]
    places = unique([words.place(evidence, message) for evidence in finding.evidence])
    shown = places if verbose else places[:SHOWN_PLACES]
    lines += [f"- {escape(where, 160)}" + (f" {code(quote, 200)}" if quote else "") for where, quote in shown]
    if len(places) > len(shown):
        more = len(places) - len(shown)
        lines.append("- " + words.plural("and {count} more place", "and {count} more places", more))
    lines.append(f"- **{words.say('To do:')}** {escape(finding.fix.text)}")
    if verbose:
        lines += [
            "- "
            + words.say(
                "Source: {source}", source=f"{_link(source.title, source.url)}, {escape(source.date)}"
            )
            for source in finding.sources
        ]
    return lines


def _sum(words: Words, assessment: Assessment) -> list[str]:
    score = round(assessment.score)
    lines = [
        "",
        "### " + words.plural("How the {count} point adds up", "How the {count} points add up", score),
        "",
    ]
    lines += [words.say("Points: {share}.", share=words.share), ""]
    lines += [
        f"| {words.say('what')} | {words.say('points')} | {words.say('sum')} |",
        "| --- | ---: | ---: |",
    ]
    for row in words.rows(assessment):
        first = row.contribution is not None and row.contribution.kind == "bias"
        share = str(row.points) if first else signed(row.points)
        lines.append(f"| {escape(row.title, 160)} | {share} | {row.before + row.points} |")
    lines.append(f"| **{words.say('Score')}** | **{score}** | |")
    for contribution in assessment.contributions:
        if contribution.kind == "text" and contribution.terms:
            told = [
                (code(row.title, 60) if row.term else row.title) + f" {words.tenths(row.tenths)}"
                for row in term_rows(contribution, words.others("text"), SHOWN_TERMS)
            ]
            lines += [
                "",
                f"{words.text} ({words.tenths(round(10 * contribution.points))}): {', '.join(told)}",
            ]
    return lines


def _providers(words: Words, assessment: Assessment, verbose: bool) -> list[str]:
    if not assessment.providers:
        return []
    lines = [
        "",
        "### " + words.say("What mailbox providers' own rules say"),
        "",
        f"| {words.say('provider')} | {words.say('verdict')} | {words.say('why')} |",
        "| --- | --- | --- |",
    ]
    for report in assessment.providers:
        verdict = words.provider_verdict(report.verdict)
        lines.append(f"| {escape(report.name, 60)} | {verdict} | {escape(report.reason)} |")
    if verbose:
        for report in assessment.providers:
            lines += ["", f"**{escape(report.name, 60)}**", ""]
            for line in report.requirements:
                told = words.say(
                    "{text}: {met}, {because}; otherwise {consequence}. Since {since}, {source} read {checked}",
                    text=escape(line.text),
                    met=words.met_words(line),
                    because=escape(line.reason),
                    consequence=escape(words.consequence(line)),
                    since=line.since,
                    source=_link(words.say("source"), line.source),
                    checked=line.checked,
                )
                lines.append(f"- {told}")
    return lines


def _law(words: Words, assessment: Assessment, message: Message | None, verbose: bool) -> list[str]:
    _, law = numbered(assessment)
    if not law:
        return []
    lines = ["", "### " + words.say("Law and courtesy"), "", words.say("Weighs nothing in the score.")]
    for item in law:
        lines += _finding(words, item, message, verbose)
    return lines


def _not_checked(words: Words, assessment: Assessment) -> list[str]:
    groups = unchecked_by_reason(assessment)
    if not groups:
        return []
    lines = ["", "### " + words.say("Not checked"), ""]
    lines += [
        f"- {escape(reason, 400)}: {', '.join(code(rule) for rule in rules)}" for reason, rules in groups
    ]
    return lines
