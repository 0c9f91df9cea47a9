"""The report as one self-contained HTML file: no script, nothing loaded, nothing of the mailing active."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from scorer.assessment import Assessment
from scorer.language import ENGLISH, Language
from scorer.message import Message
from scorer.render import words
from scorer.render.highlight import MAX_SHOWN, segments
from scorer.render.preview import Preview, Span, preview
from scorer.render.visible import visible, visible_lines

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

SHOWN_TERMS = 10
MAX_TEXT = 30_000
"""Code points of the plain text part that are shown."""
_HEADERS = ("From", "Sender", "Reply-To", "To", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post")


class Bar(NamedTuple):
    """A row of the sum as drawn: left edge and width in per cent of the chart's width."""

    row: words.Row
    left: float
    width: float
    after: int
    share: str


class Shown(NamedTuple):
    """A header field, or the text part, with the places of findings: (text, number or 0) in order."""

    name: str
    pieces: tuple[tuple[str, int], ...]


def render_html(assessment: Assessment, message: Message, language: Language = ENGLISH) -> str:
    """The report of `assessment` with a preview of `message`, the message that was assessed, its own words in
    `language`."""
    from markupsafe import Markup, escape

    said = words.Words(language)
    delivery, law = words.numbered(assessment)
    table = said.rows(assessment)
    shown = _preview(message, [*delivery, *law], language)
    explained = [
        (contribution, words.term_rows(contribution, said.others(contribution.kind), SHOWN_TERMS))
        for contribution in assessment.contributions
        if contribution.terms
    ]
    spoken = [
        row
        for contribution in assessment.contributions
        if contribution.kind == "text"
        for row in words.term_rows(contribution, "")
    ]

    def lines(text: str) -> Markup:
        return escape(visible_lines(text))

    return _template().render(
        a=assessment,
        w=said,
        say=said.say,
        plural=said.plural,
        model=words.model_words(assessment),
        unchecked=words.unchecked_by_reason(assessment),
        language=language.tag,
        score=round(assessment.score),
        delivery=delivery,
        law=law,
        bars=_bars(table),
        gauge=_gauge(assessment),
        explained=explained,
        subject_words=segments(message.subject, "subject", spoken, words=said) if spoken else (),
        body_words=segments(message.visible_text, "body", spoken, words=said) if spoken else (),
        body_cut=len(message.visible_text) > MAX_SHOWN,
        preview=shown,
        srcdoc=Markup(str(escape(shown.document))) if shown else "",  # noqa: S704  # escaped here
        headers=_headers(message, [*delivery, *law]),
        text_part=_text_part(message, [*delivery, *law]),
        text_cut=len(message.text or "") > MAX_TEXT,
        places=lambda finding: words.unique([said.place(item, message) for item in finding.evidence]),
        where_term=lambda term: said.where_term(term, message),
        lines=lines,
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def finalize(value: object) -> object:
        return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=PackageLoader("scorer.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["web"] = lambda url: url if url.startswith("https://") else ""
    environment.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    return environment.get_template("report.html")


def _bars(table: Sequence[words.Row]) -> tuple[Bar, ...]:
    ends = [0, *(row.before for row in table), *(row.before + row.points for row in table)]
    low, high = min(ends), max(max(ends), 1)
    bars = []
    for row in table:
        start, end = sorted((row.before, row.before + row.points))
        left, width = (100 * (part) / (high - low) for part in (start - low, end - start))
        share = (
            str(row.points)
            if row.contribution and row.contribution.kind == "bias"
            else words.signed(row.points)
        )
        bars.append(Bar(row, round(left, 2), round(max(width, 0.4), 2), row.before + row.points, share))
    return tuple(bars)


def _gauge(assessment: Assessment) -> dict[str, Any]:
    """The half ring, 100 units long: how much is filled, the range, and the needle's end."""
    low, high = assessment.score_range
    angle = math.pi * (1 - assessment.score / 100)
    return {
        "filled": round(assessment.score, 2),
        "low": round(low, 2),
        "range": round(max(0.0, high - low), 2),
        "x": round(100 + 78 * math.cos(angle), 2),
        "y": round(100 - 78 * math.sin(angle), 2),
    }


def _preview(message: Message, findings: Sequence[words.Numbered], language: Language) -> Preview | None:
    """The preview of the HTML part with the findings' places, None without one."""
    if message.html is None or message.page is None:
        return None
    text = message.page.visible
    spans: list[Span] = []
    links: dict[int, list[int]] = {}
    quotes: list[tuple[str, int]] = []
    for number, finding, _ in findings:
        for item in finding.evidence:
            if item.kind == "link" and item.name.isdecimal() and len(item.name) < 7:
                links.setdefault(int(item.name), []).append(number)
            elif item.kind == "visible" and 0 <= item.start < item.end:
                spans.append(Span(item.start, item.end, number))
            elif item.kind in ("visible", "html") and item.quote:
                quotes.append((item.quote, number))
                position = text.find(item.quote)
                if position >= 0:
                    spans.append(Span(position, position + len(item.quote), number))
    return preview(message.html, spans, links, quotes, language=language)


def _headers(message: Message, findings: Sequence[words.Numbered]) -> tuple[Shown, ...]:
    named = {
        item.name.lower() or "subject"
        for _, finding, _ in findings
        for item in finding.evidence
        if item.kind == "header"
    }
    wanted = {name.lower() for name in _HEADERS} | named
    shown: list[Shown] = []
    for header in message.headers[:200]:
        if header.name.lower() in wanted and len(shown) < 20:
            value = header.value[:1000]
            spans = [
                _span(item.start, item.end, item.quote, value, number)
                for number, finding, _ in findings
                for item in finding.evidence
                if item.kind == "header" and item.name.lower() == header.name.lower()
            ]
            shown.append(Shown(header.name, _pieces(value, spans)))
    return tuple(shown)


def _text_part(message: Message, findings: Sequence[words.Numbered]) -> Shown | None:
    if message.text is None:
        return None
    # The visible text of a mailing without HTML is its text part.
    kinds = ("text",) if message.html is not None else ("text", "visible")
    text = message.text[:MAX_TEXT]
    spans = [
        _span(item.start, item.end, item.quote, text, number)
        for number, finding, _ in findings
        for item in finding.evidence
        if item.kind in kinds
    ]
    return Shown("text", _pieces(text, spans))


def _span(start: int, end: int, quote: str, text: str, number: int) -> Span:
    """The place in `text`: as stated, else where the quote is; the whole for neither."""
    if not 0 <= start < end <= len(text):
        start = text.find(quote) if quote else -1
        end = start + len(quote)
    return Span(start, end, number) if start >= 0 else Span(0, len(text), number)


def _pieces(text: str, spans: Sequence[Span]) -> tuple[tuple[str, int], ...]:
    """`text` cut at the places; where places overlap, the first has them."""
    pieces: list[tuple[str, int]] = []
    position = 0
    for start, end, number in sorted(spans):
        start = max(start, position)
        if start >= end:
            continue
        pieces += [(text[position:start], 0), (text[start:end], number)]
        position = end
    pieces.append((text[position:], 0))
    return tuple(piece for piece in pieces if piece[0])
