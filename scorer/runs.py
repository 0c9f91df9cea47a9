"""Runs of letters or of letters and digits: as regular expressions find them, and for most texts several times as fast.

Where all letters are of Latin-1, a table blanks out what is none and `split` does the rest.
"""

from __future__ import annotations

import re
from functools import cache

from scorer.lazyre import lazy
from scorer.screen import Phrases

_LETTER_RUN = lazy(r"[^\W\d_]+")
_ALNUM_RUN = lazy(r"[^\W_]+")
_WORD_OR_NUMBER = lazy(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+")
_BEYOND_LATIN_1 = Phrases(r"[^\x00-\xff\pP\pS\pZ\pC]")
"""Letters, digits and marks of which the tables know nothing."""


@cache
def _blanking(kept: str) -> bytes:
    """A table that leaves the characters that an expression matches, and spaces for all others."""
    pattern = re.compile(kept)
    return bytes(byte if pattern.match(chr(byte)) else 32 for byte in range(256))


def holds(text: str, opening: str) -> bool:
    """`opening in text`, for an opening whose first character is rare: that alone is looked for many times as fast."""
    place = text.find(opening[0])
    for _ in range(200):
        if place < 0 or text.startswith(opening, place):
            return place >= 0
        place = text.find(opening[0], place + 1)
    return opening in text


def letters_of(text: str) -> list[str]:
    """`[^\\W\\d_]+`, in order."""
    found = _blanked(text, r"[^\W\d_]")
    return _LETTER_RUN.findall(text) if found is None else found.decode("latin-1").split()


def alnum_of(text: str) -> list[str]:
    """`[^\\W_]+`, in order."""
    found = _blanked(text, r"[^\W_]")
    return _ALNUM_RUN.findall(text) if found is None else found.decode("latin-1").split()


def words_and_numbers(text: str) -> list[str]:
    """`[^\\W\\d_]+(?:'[^\\W\\d_]+)?|\\d+`, in order: "don't" is one word, "a1" two."""
    blanked = _blanked(text, r"[^\W_]|'")
    if blanked is None:
        return _WORD_OR_NUMBER.findall(text)
    found: list[str] = []
    for run in blanked.decode("latin-1").split():
        if run.isalpha():
            found.append(run)
        else:
            found += _WORD_OR_NUMBER.findall(run)
    return found


def _blanked(text: str, kept: str) -> bytes | None:
    """`text` in Latin-1 with spaces for all but `kept`; None where it holds letters beyond."""
    if text.isascii():
        return text.encode("ascii").translate(_blanking(kept))
    if _BEYOND_LATIN_1.within(text):
        return None
    return text.encode("latin-1", "replace").translate(_blanking(kept))
