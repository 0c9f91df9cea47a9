"""The report for a terminal: plain text, or the same with colour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from scorer.assessment import Assessment, ProviderReport
from scorer.language import ENGLISH, Language
from scorer.message import Message
from scorer.render.visible import cell_width, fit, visible, wrap
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
from scorer.risk import Contribution

SHOWN_PLACES = 4
SHOWN_ROWS = 14
SHOWN_RULES = 4
SHOWN_TERMS = 6


class Run(NamedTuple):
    """A piece of a line and its style (a name of `_STYLES`, "" for none)."""

    text: str
    style: str = ""


Line = tuple[Run, ...]
_STYLES = {
    "title": "bold",
    "dim": "dim",
    "good": "green",
    "warn": "yellow",
    "bad": "red",
    "badge-good": "bold green",
    "badge-warn": "bold yellow",
    "badge-bad": "bold red",
    "quote": "cyan",
}
_VERDICT_STYLE = {"send": "good", "review": "warn", "fix": "bad", "blocked": "bad"}
_SEVERITY_STYLE = {"blocker": "badge-bad", "error": "bad", "warning": "warn", "info": "dim"}
_PROVIDER_STYLE = {
    "fine": "good",
    "no mitigation": "warn",
    "junk": "bad",
    "rejected": "badge-bad",
    "unknown": "dim",
}


def render_text(
    assessment: Assessment,
    *,
    width: int = 80,
    colour: bool = False,
    verbose: bool = False,
    message: Message | None = None,
    language: Language = ENGLISH,
) -> str:
    """The report as text, no line wider than `width` columns.

    Args:
        width: columns; at least 40 are used.
        colour: with ANSI colours; the caller has looked at the terminal and at NO_COLOR.
        verbose: with sources, every place, every requirement and everything not checked.
        message: the message that was assessed, for line numbers and the words around a place.
        language: of the report's own words; the assessment's sentences are in theirs already.
    """
    page = _Page(max(width, 40), language)
    _headline(page, assessment)
    _findings(page, assessment, message, verbose)
    _sum(page, assessment, message, verbose)
    _remedies(page, assessment)
    _providers(page, assessment, verbose)
    _law(page, assessment, message, verbose)
    _not_checked(page, assessment, verbose)
    _footer(page, assessment, verbose)
    return _coloured(page.lines, page.width) if colour else _plain(page.lines)


class _Page:
    """Lines under construction."""

    def __init__(self, width: int, language: Language) -> None:
        self.words = Words(language)
        self.say = language.say
        self.plural = language.plural
        self.width = width
        self.lines: list[Line] = []

    def line(self, *runs: Run) -> None:
        self.lines.append(runs)

    def indent(self, *leads: str, before: int = 0, least: int = 9) -> int:
        """Where the text beside the longest of `leads` begins, which stand `before` columns in."""
        return max(least, before + max(map(cell_width, leads)) + 1)

    def blank(self) -> None:
        self.lines.append(())

    def section(self, title: str, note: str = "") -> None:
        self.blank()
        if note and cell_width(title) + cell_width(note) + 3 <= self.width:
            self.line(Run(title, "title"), Run(f" ({note})", "dim"))
        else:
            self.line(Run(title, "title"))
            if note:
                self.paragraph(f"({note})", 2, style="dim")

    def paragraph(self, text: str, indent: int, lead: Iterable[Run] = (), style: str = "") -> None:
        """Wrapped text; `lead` stands in the first line's indent."""
        head = tuple(lead)
        used = sum(cell_width(run.text) for run in head)
        for number, part in enumerate(wrap(visible(text), self.width - indent)):
            if number == 0 and head:
                self.line(*head, Run(" " * max(0, indent - used)), Run(part, style))
            else:
                self.line(Run(" " * indent), Run(part, style))


def _headline(page: _Page, assessment: Assessment) -> None:
    style = _VERDICT_STYLE[assessment.verdict]
    score = round(assessment.score)
    page.line(
        Run(page.say("{score} of 100", score=score), "badge-" + style),
        Run("  "),
        Run(page.words.verdict(assessment), "title"),
    )
    cells = min(50, page.width - 4)
    full = min(cells, max(round(cells * assessment.score / 100), 1 if score else 0))
    page.line(Run("\u2588" * full, style), Run("\u2591" * (cells - full), "dim"))
    meaning = page.words.meaning(assessment)
    page.paragraph(f"{meaning[:1].upper()}{meaning[1:]}.", 0)
    for reason in page.words.blocked_because(assessment):
        page.paragraph(page.say("Blocked: {because}.", because=reason), 2, style="badge-bad")
    if range_ := page.words.range_text(assessment):
        page.paragraph(range_, 0, style="dim")
    page.blank()
    lines = (
        (page.say("From"), assessment.message.from_ or page.say("(none)")),
        (page.say("Subject"), assessment.message.subject or page.say("(none)")),
        (page.say("Size"), page.words.size_words(assessment.message.size)),
    )
    indent = page.indent(*(name for name, _ in lines))
    for name, value in lines:
        page.paragraph(visible(value, 300), indent, [Run(name, "dim")])
    page.blank()
    page.paragraph(assessment.route.text, 0)


def _findings(page: _Page, assessment: Assessment, message: Message | None, verbose: bool) -> None:
    delivery, _ = numbered(assessment)
    page.section(page.say("What to change") if delivery else page.say("Nothing to change was found."))
    for item in delivery:
        _finding(page, item, message, verbose, f"{signed(item.points)}" if item.finding.log_odds else "")


def _finding(page: _Page, item: Numbered, message: Message | None, verbose: bool, points: str) -> None:
    finding = item.finding
    page.blank()
    severity = page.words.severity(finding)
    often = page.words.occurrences(finding)
    head = [Run(f"{item.number:>2}  "), Run(severity, _SEVERITY_STYLE[finding.severity]), Run("  ")]
    indent = sum(cell_width(run.text) for run in head)
    title = wrap(visible(finding.title), page.width - indent - 6)
    tail = fit("", page.width - indent - cell_width(title[0]) - len(points)) + points if points else ""
    page.line(*head, Run(title[0], "title"), Run(tail, "dim"))
    for part in title[1:]:
        page.line(Run(" " * indent), Run(part, "title"))
    page.paragraph(finding.because.text + (f" ({often})" if often else ""), 4)
    at, fix, rule, see = page.say("at"), page.say("fix"), page.say("rule"), page.say("see")
    inside = page.indent(*((at, fix, rule, see) if verbose else (at, fix)), before=4, least=9)
    places = unique([page.words.place(evidence, message) for evidence in finding.evidence])
    shown = places if verbose else places[:SHOWN_PLACES]
    for where, quote in shown:
        _place(page, at, inside, where, quote)
    if len(places) > len(shown):
        more = page.plural(
            "and {count} more place (--verbose)",
            "and {count} more places (--verbose)",
            len(places) - len(shown),
        )
        page.paragraph(more, inside, style="dim")
    page.paragraph(finding.fix.text, inside, [Run("    "), Run(fix, "good")])
    if verbose:
        group = page.words.group(finding)
        page.paragraph(f"{finding.rule}, {group}", inside, [Run("    "), Run(rule, "dim")], style="dim")
        for source in finding.sources:
            text = f"{source.title} ({source.date}) {source.url}"
            page.paragraph(text, inside, [Run("    "), Run(see, "dim")], style="dim")


def _place(page: _Page, at: str, indent: int, where: str, quote: str) -> None:
    text = visible(where, 120)
    lead = [Run("    "), Run(at, "dim")]
    if not quote:
        page.paragraph(text, indent, lead)
        return
    quoted = page.words.quote(visible(quote, 160))
    if indent + cell_width(text) + 2 + cell_width(quoted) <= page.width:
        page.line(*lead, Run(" " * (indent - 4 - cell_width(at))), Run(text + " "), Run(quoted, "quote"))
    else:
        page.paragraph(text, indent, lead)
        page.paragraph(quoted, indent, style="quote")


def _sum(page: _Page, assessment: Assessment, message: Message | None, verbose: bool) -> None:
    score = round(assessment.score)
    table = page.words.rows(assessment, 0 if verbose else SHOWN_ROWS)
    page.section(
        page.plural("How the {count} point adds up", "How the {count} points add up", score), page.words.share
    )
    ends = [0, *(row.before for row in table), *(row.before + row.points for row in table)]
    low, high = min(ends), max(max(ends), 1)
    cells = max(10, min(30, page.width - 50))
    label = page.width - cells - 2 - 6 - 1

    def column(points: int) -> int:
        return round(cells * (points - low) / (high - low))

    for row in table:
        start, end = sorted((column(row.before), column(row.before + row.points)))
        if row.points and start == end:
            end = min(cells, start + 1)
            start = end - 1
        bar = " " * start + ("\u2588" if row.points >= 0 else "\u2592") * (end - start)
        style = "bad" if row.points > 0 and row.contribution and row.contribution.kind != "bias" else "dim"
        style = "good" if row.points < 0 else style
        number = (
            str(row.points) if row.contribution and row.contribution.kind == "bias" else signed(row.points)
        )
        page.line(
            Run("  " + fit(visible(row.title), label - 2)),
            Run(f"{number:>6}  "),
            Run(bar, style),
        )
    page.line(Run("  " + fit(page.say("Score"), label - 2), "title"), Run(f"{score:>6}  ", "title"))
    for contribution in assessment.contributions:
        if contribution.kind in ("text", "structure") and contribution.terms:
            _terms(page, contribution, message, verbose)


def _terms(page: _Page, contribution: Contribution, message: Message | None, verbose: bool) -> None:
    is_text = contribution.kind == "text"
    title = page.words.text if is_text else page.words.structure
    page.blank()
    points = page.words.tenths(round(10 * contribution.points))
    page.paragraph(page.say("{title}: {points} points", title=title, points=points), 2, style="title")
    others = page.words.others(contribution.kind)
    for row in term_rows(contribution, others, 0 if verbose else SHOWN_TERMS):
        name = visible(row.title, 80)
        text = page.words.quote(name) if is_text and row.term else name
        lead = [Run(f"  {page.words.tenths(row.tenths):>6}  ", "bad" if row.tenths > 0 else "good")]
        where = visible(page.words.where_term(row.term, message), 160) if row.term else ""
        page.paragraph(text + (f" \u00b7 {where}" if where else ""), 10, lead)


def _remedies(page: _Page, assessment: Assessment) -> None:
    if not assessment.remedies:
        return
    page.section(
        page.say("What it would score if mended"), page.say("computed by scoring the mended mailing")
    )
    for remedy in assessment.remedies:
        page.paragraph(page.words.remedy_head(assessment, remedy), 2, [Run("  ")], style="title")
        for text in remedy.text:
            page.paragraph(text, 6, [Run("    \u2022")])
        for record in remedy.records:
            # A record is copied into a zone: it stays in one piece and may be wider than the page.
            page.line(Run("      "), Run(visible(f"{record.name} {record.type} {record.value}"), "quote"))


def _providers(page: _Page, assessment: Assessment, verbose: bool) -> None:
    if not assessment.providers:
        return
    page.section(page.say("What mailbox providers' own rules say"), page.say("apart from the score"))
    indent = page.indent(*map(page.words.provider_verdict, _PROVIDER_STYLE), before=2, least=17)
    for item in assessment.providers:
        verdict = page.words.provider_verdict(item.verdict)
        lead = [Run("  "), Run(verdict, _PROVIDER_STYLE[item.verdict])]
        page.paragraph(f"{visible(item.name, 40)}: {item.reason}", indent, lead)
        if verbose:
            _requirements(page, item)


def _requirements(page: _Page, report: ProviderReport) -> None:
    for line in report.requirements:
        page.paragraph(page.words.requirement(line), 6, [Run("    -")], style="dim")


def _law(page: _Page, assessment: Assessment, message: Message | None, verbose: bool) -> None:
    _, law = numbered(assessment)
    if not law:
        return
    page.section(page.say("Law and courtesy"), page.say("weighs nothing in the score"))
    for item in law:
        _finding(page, item, message, verbose, "")


def _not_checked(page: _Page, assessment: Assessment, verbose: bool) -> None:
    groups = unchecked_by_reason(assessment)
    if not groups:
        return
    page.section(page.say("Not checked"), page.say("gives no points and takes none away"))
    for reason, rules in groups:
        shown = rules if verbose else rules[:SHOWN_RULES]
        more = len(rules) - len(shown)
        also = " " + page.plural("and {count} more", "and {count} more", more) if more else ""
        page.paragraph(f"{visible(reason, 400)}: {', '.join(shown)}{also}", 4, [Run("  -")])


def _footer(page: _Page, assessment: Assessment, verbose: bool) -> None:
    if verbose and assessment.defects:
        page.section(page.say("Oddities met while reading"))
        for defect in assessment.defects:
            page.paragraph(visible(page.words.defect(defect), 300), 4, [Run("  -")])
    page.blank()
    page.paragraph(page.say("Model: {model}", model=model_words(assessment)), 0, style="dim")


def _plain(lines: list[Line]) -> str:
    return "".join("".join(run.text for run in line).rstrip() + "\n" for line in lines)


def _coloured(lines: list[Line], width: int) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    out = StringIO()
    # Lines are wrapped already; rich gets room so that it does not wrap them again by other measures.
    console = Console(
        file=out,
        force_terminal=True,
        color_system="standard",
        width=width + 5000,
        no_color=False,
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
    )
    for line in lines:
        text = Text()
        for run in line:
            text.append(run.text, _STYLES.get(run.style, ""))
        text.rstrip()
        console.print(text, soft_wrap=True)
    return out.getvalue()
