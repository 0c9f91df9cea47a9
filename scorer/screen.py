"""One pass over a text for everything that it may hold.

Most mailings hold next to nothing of what the rules look for, and Python's own expressions look for each thing
separately, character by character. A gate is an expression without which a costlier one cannot match. All gates
together are one automaton of RE2, whose time is linear in the text whatever the expressions are. A closed gate is
proof that a thing is absent; an open one is no proof that it is there.

Gates see the text folded (`folded`), so they are written in lower case. `\\b` may stand only beside an ASCII letter
or digit: RE2 knows no other word boundaries.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

try:
    from scorer.native import search as _native
except ImportError:  # nothing was compiled
    _native = None  # type: ignore[assignment]

DIGIT = r"[0-9\x{660}-\x{10ffff}]"
"""At least what Python takes for a digit: the classes of Unicode make an automaton slow to build."""
SPACE = (
    r"[\x{9}-\x{d}\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
)
"""What Python takes for white space."""

# Letters that Python takes for each other where case does not count, beyond what `str.lower` does.
_SAME = (
    *(("\u0131", "i"), ("\u0307", ""), ("\u017f", "s"), ("\u03c2", "\u03c3"), ("\u00b5", "\u03bc")),
    *(("\u03d0", "\u03b2"), ("\u03f5", "\u03b5"), ("\u03d1", "\u03b8"), ("\u03f0", "\u03ba")),
    *(("\u03d6", "\u03c0"), ("\u03f1", "\u03c1"), ("\u03d5", "\u03c6"), ("\u1e9b", "\u1e61")),
    *(("\u1c80", "\u0432"), ("\u1c81", "\u0434"), ("\u1c82", "\u043e"), ("\u1c83", "\u0441")),
    *(("\u1c84", "\u0442"), ("\u1c85", "\u0442"), ("\u1c86", "\u044a"), ("\u1c87", "\u0463")),
)


class _Automaton(Protocol):
    def Match(self, text: bytes) -> list[int] | None: ...


def _compiled(expressions: list[str]) -> _Automaton:
    import re2

    options = re2.Options()
    options.never_capture = True
    options.max_mem = 64 << 20
    options.log_errors = False
    automaton: _Automaton = re2.Set.SearchSet(options)
    for expression in expressions:
        automaton.Add(expression)  # type: ignore[attr-defined]
    automaton.Compile()  # type: ignore[attr-defined]
    return automaton


def folded(text: str) -> str:
    """`text` in lower case, and letters that count as the same where case does not matter made the same."""
    text = text.lower()
    if not text.isascii():
        for letter, same in _SAME:
            text = text.replace(letter, same)
    return text


def literals(alternatives: str) -> list[bytes] | None:
    """The alternatives of an expression, None if one of them is no literal or too short to be told quickly."""
    found: list[bytes] = []
    for alternative in re.split(r"(?<!\\)\|", alternatives):
        plain = re.sub(r"\\([^\w\s])", "", alternative)
        literal = re.sub(r"\\([^\w\s])", r"\1", alternative).encode()
        if re.search(r"[\\.^$*+?()\[\]{}|]", plain) or len(literal) < 4:
            return None
        found.append(literal)
    return found


class Phrases:
    """Whether a text holds one of many phrases (an alternation of literals), as `re.search` would say."""

    def __init__(self, alternatives: str) -> None:
        self._alternatives = alternatives
        self._holds: Callable[[bytes], object] | None = None

    def within(self, text: str) -> bool:
        """Whether a phrase stands in `text`, letter by letter."""
        if self._holds is None:
            plain = None if _native is None else literals(self._alternatives)
            if plain is None:
                self._holds = _compiled([self._alternatives]).Match
            else:
                self._holds = _native.Literals(plain).within
        return bool(self._holds(text.encode("utf-8", "replace")))


class Gates:
    """Gates that are looked for together. They are numbered as they are added, usually when a module that needs
    one is imported; the automaton is made at the first use."""

    def __init__(self) -> None:
        self._expressions: list[str] = []
        self._automaton: _Automaton | None = None

    def add(self, expression: str) -> int:
        """The number of a new gate."""
        self._expressions.append(expression)
        self._automaton = None
        return len(self._expressions) - 1

    def open(self, text: str) -> frozenset[int]:
        """The numbers of the gates whose expressions match the folded text."""
        if self._automaton is None:
            self._automaton = _compiled(self._expressions)
        return frozenset(self._automaton.Match(folded(text).encode("utf-8", "replace")) or ())


VISIBLE = Gates()
"""The gates of a mailing's visible text: `Message.gates`."""
