"""The words that count, where they stand in subject and body."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scorer.render.words import TermRow, Words

MAX_SHOWN = 12_000
"""Code points of the body that are shown; the rest of a longer one is not."""


class Segment(NamedTuple):
    """A piece of text. `kind` is "up" or "down" for words that count and "" for the rest."""

    text: str
    kind: str = ""
    note: str = ""


def segments(
    text: str, where: str, rows: Sequence[TermRow], limit: int = MAX_SHOWN, words: Words | None = None
) -> tuple[Segment, ...]:
    """`text` in pieces; where words overlap, the one that counts more is marked."""
    words = words or Words()
    shown = text[:limit]
    taken = bytearray(len(shown))
    marks: list[tuple[int, int, TermRow]] = []
    for row in sorted(rows, key=lambda row: -abs(row.tenths)):
        for place, start, end in row.term.spans if row.term else ():
            if place == where and 0 <= start < end <= len(shown) and not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                marks.append((start, end, row))
    found: list[Segment] = []
    position = 0
    for start, end, row in sorted(marks, key=lambda mark: mark[0]):
        if start > position:
            found.append(Segment(shown[position:start]))
        kind = "up" if row.tenths > 0 else "down"
        found.append(
            Segment(shown[start:end], kind, words.say("{points} points", points=words.tenths(row.tenths)))
        )
        position = end
    if position < len(shown):
        found.append(Segment(shown[position:]))
    return tuple(found)
