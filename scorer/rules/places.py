"""Where in a message a rule found something: evidence with exact spans."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scorer.message import Defect, Message
from scorer.rules.rule import Evidence

QUOTE = 120


def in_html(html: str, pattern: re.Pattern[str], limit: int = 5) -> tuple[Evidence, ...]:
    """The places in the HTML source that match `pattern`, at most `limit`."""
    found: list[Evidence] = []
    for match in pattern.finditer(html):
        end = min(match.end(), match.start() + QUOTE)
        found.append(Evidence("html", quote=html[match.start() : end], start=match.start(), end=match.end()))
        if len(found) >= limit:
            break
    return tuple(found)


def of_text(html: str, text: str) -> Evidence:
    """The place of `text` (white space collapsed) in the HTML source; without a span where the source
    spells it another way, as with character references inside it."""
    for length in (40, 16):
        start = html.find(text[:length])
        if start >= 0 and text[:length]:
            end = start + len(text) if html.startswith(text, start) else start + len(text[:length])
            return Evidence("html", quote=html[start : min(end, start + QUOTE)], start=start, end=end)
    return Evidence("html", quote=text[:QUOTE])


def of_header(message: Message, name: str, start: int = -1, end: int = -1) -> Evidence:
    """A header field's decoded value, or a span of it."""
    value = message.get(name)
    if start < 0:
        return Evidence("header", name=name, quote=value[:QUOTE])
    return Evidence("header", name=name, quote=value[start : min(end, start + QUOTE)], start=start, end=end)


def of_visible(text: str, start: int, end: int) -> Evidence:
    """A span of the visible text."""
    return Evidence("visible", quote=text[start : min(end, start + QUOTE)], start=start, end=end)


def defects(message: Message, *ids: str) -> Iterator[tuple[Defect, Evidence]]:
    """The defects of these ids, each with the header or part that it was met in."""
    for defect in message.defects:
        if defect.id in ids:
            yield defect, of_defect(message, defect)


def of_defect(message: Message, defect: Defect) -> Evidence:
    """The header or part that a defect names, else the whole message."""
    if defect.where[:1].isdigit():
        return Evidence("part", name=defect.where, quote=defect.detail[:QUOTE])
    if defect.where:
        found = message.all(defect.where)
        raw = found[0].raw.encode("ascii", "backslashreplace").decode() if found else ""
        return Evidence("header", name=defect.where, quote=raw[:QUOTE])
    return Evidence("part", name="1", quote=defect.detail[:QUOTE])
