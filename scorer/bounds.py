"""Bounds on what an HTML source makes a parser build, told from its tags before it is parsed.

By the HTML Standard an element that nothing closes stays open, and what opens inside it searches all that is open:
time grows with the square of the depth. And a formatting element that nothing closes (`<b id=1>`) is opened again in
every block that follows (13.2.4.3, "the list of active formatting elements"): some thirty kilobytes make a tree of
millions of elements. No mailing is like this; a source that is, is read up to where it becomes so.
"""

from __future__ import annotations

import re

from scorer.lazyre import lazy

try:
    from scorer.native import markup as _native
except ImportError:  # nothing was compiled
    _native = None  # type: ignore[assignment]

MAX_NESTING = 512
"""Elements inside one another. Chromium builds no deeper tree (2026-11)."""
MAX_COPIES = 600_000
"""Formatting elements that are opened again."""
_LONG = 256
"""For each so many characters of its tag a formatting element counts as one more: they are copied too."""
_FEW = 1_500
"""A source of so few tags makes no more copies than `MAX_COPIES`, however they are laid out."""

_START = lazy(r"<([a-z][^\s/>]*+)", re.IGNORECASE)
# Comments, elements whose content is text, and tags, as a tokenizer parts them (HTML Standard, 13.2.5).
_TOKEN = lazy(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(script|style|title|textarea|xmp|iframe|noembed|noframes)(?=[\s/>]).*?(?:</\1(?=[\s/>])|\Z)"
    r"|<(/?)([a-z][^\s/>]*+)(?:[\s/]++|[^\s/>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?+)*+(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_CLOSED_BY_OTHERS = frozenset(
    "a area base br col dd dt embed hr img input li link meta nobr option p param source track wbr".split()
)
"""Elements that have no end tag, or that the next of their kind ends."""
_IN_TABLES = {"td": ("td", "th"), "th": ("td", "th"), "tr": ("tr",)}
"""Elements of a table, each with those that it ends; outside of tables they are nothing."""
_FORMATTING = frozenset("b big code em font i s small strike strong tt u".split())
_ALONE = frozenset(("a", "nobr"))
"""Formatting elements of which a second one closes the first: only their length counts."""
_FORMATTING_TAG = lazy(rf"<(?:{'|'.join(sorted(_FORMATTING))})(?=[\s/>])[^>]*", re.IGNORECASE)
_MEASURED_TAG = lazy(rf"<({'|'.join(sorted(_FORMATTING | _ALONE))})(?=[\s/>])([^<>]*+)(>?)", re.IGNORECASE)
_AMONG_THEMSELVES = frozenset("td th caption applet object marquee template".split())
"""Elements whose content opens again no formatting element from outside, and closes none there."""
_ALIKE = 3
"""How many like formatting elements are kept open ("Noah's Ark clause")."""
_NEAR = 50
"""How far back the cell is looked for that another one ends."""


def bounded(source: str) -> str:
    """`source`, up to where its elements lie deeper than `MAX_NESTING` or open more than `MAX_COPIES` again."""
    tags = source.count("<")
    copied = (tags >= _FEW and tags * _different_formatting(source) > MAX_COPIES) or (
        tags * (len(source) // _LONG) > MAX_COPIES and tags * _long_formatting(source) > MAX_COPIES
    )
    if copied or (tags >= MAX_NESTING and _lasting(source, tags) >= MAX_NESTING):
        return source[: _end(source, copied)]
    return source


def is_plainly_bounded(source: bytes) -> bool:
    """Whether a quick look says that `source`, in UTF-8, is within the bounds, as that of nearly all mailings is; False
    where only `bounded` tells, or nothing was compiled."""
    return _native is not None and _native.is_plainly_bounded(source, MAX_NESTING, _FEW, MAX_COPIES, _LONG)


def _lasting(source: str, tags: int) -> int:
    """At least as many tags as open an element that may stay open."""
    return tags - sum(map(source.count, ("</", "<td", "<tr", "<p>", "<p ", "<br", "<img", "<!")))


def _different_formatting(source: str) -> int:
    """How many formatting elements can be open at once, if none is closed."""
    times: dict[str, int] = {}
    found = 0
    for tag in _FORMATTING_TAG.findall(source):
        # With a quote left open the tag goes on beyond the ">": it may be unlike any other. Quotes of one kind may
        # hide those of the other.
        if (tag.count('"') % 2 == 0 and "'" not in tag) or (tag.count("'") % 2 == 0 and '"' not in tag):
            times[tag] = times.get(tag, 0) + 1
            if times[tag] > _ALIKE:
                continue
        found += 1
    return found


def _long_formatting(source: str) -> int:
    """How many formatting elements can be open at once, with those that count for the length of a tag; more than any
    source holds where this takes a closer look."""
    counted = longest = 0
    for name, tag, end in _MEASURED_TAG.findall(source):
        singles, doubles = tag.count("'"), tag.count('"')
        if not end or singles % 2 or doubles % 2 or (singles and doubles):
            # The ">" may stand within quotes.
            return MAX_COPIES + 1
        if name.lower() in _ALONE:
            longest = max(longest, len(tag) // _LONG)
        else:
            counted += 1 + len(tag) // _LONG
    return counted + longest


def _end(source: str, copied: bool) -> int:
    """Where `source` goes beyond a bound, that of copies if `copied`; its length if nowhere. Whoever wants to be
    taken for harmless hides end tags where the parser sees none: what may be a start tag counts as one, an end tag
    only outside comments, attributes and elements of text."""
    state = _Open()
    trusted = True
    for match in _TOKEN.finditer(source):
        text = match[0]
        if match[2] and trusted:
            state.close(match[3].lower())
        elif not match[2]:
            if match[3]:
                name = match[3].lower()
                if trusted:
                    state.end_before(name)
                state.open(name, len(text) // _LONG)
            start = _START.search(text, 1 if match[3] else 0)
            while start is not None:
                following = _START.search(text, start.end())
                # What may be a tag goes on to the next at most.
                end = len(text) if following is None else following.start()
                state.open(start[1].lower(), (end - start.start()) // _LONG)
                start = following
        # Inside <svg>, these are no elements of text, and a comment in them goes on behind them.
        trusted = trusted and not (match[1] and text.rfind("<!--") > text.rfind("-->"))
        if len(state.opened) > MAX_NESTING or (copied and state.copies > MAX_COPIES):
            return match.start()
    return len(source)


class _Open:
    """What is open: `opened` in order, `copies` how many formatting elements have been opened again at most."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.copies = 0
        self._times: dict[str, int] = {}
        self._formatting: dict[str, list[tuple[int, int]]] = {}
        self._kept = self._apart = 0

    def open(self, name: str, long: int) -> None:
        """Open an element whose tag is `long` times `_LONG` characters long."""
        self.copies += self._kept
        if name in _AMONG_THEMSELVES:
            self._apart += 1
        counts = long if name in _ALONE else 1 + long if name in _FORMATTING else 0
        if counts:
            self._formatting.setdefault(name, []).append((self._apart, counts))
            self._kept += counts
        if name not in _CLOSED_BY_OTHERS and (name not in _IN_TABLES or self._times.get("table")):
            self.opened.append(name)
            self._times[name] = self._times.get(name, 0) + 1

    def close(self, name: str) -> None:
        self.copies += self._kept
        self._close_formatting(name)
        if self._times.get(name):
            self._close_to(name)

    def _close_formatting(self, name: str) -> None:
        starts = self._formatting.get(name)
        if starts and starts[-1][0] == self._apart:
            self._kept -= starts.pop()[1]

    def end_before(self, name: str) -> None:
        """End what a cell or row of a table, or a link, ends that begins."""
        if name in _ALONE:
            self._close_formatting(name)
        for last in reversed(self.opened[-_NEAR:]) if name in _IN_TABLES and self._times.get("table") else ():
            if last == "table":
                return
            if last in _IN_TABLES[name]:
                self._close_to(last)
                return

    def _close_to(self, name: str) -> None:
        """Close all up to the last of a name. With a cell its formatting ends, with other elements it goes on
        behind them."""
        last = ""
        while last != name:
            last = self.opened.pop()
            self._times[last] -= 1
            if name in _IN_TABLES and self._formatting.get(last):
                self._kept -= self._formatting[last].pop()[1]
