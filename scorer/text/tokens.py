"""Words of a text, with their places in it.

Tokens are found in the text as it stands and folded one by one, so that a token's place is known whatever
folding does to its length. Addresses and web addresses are blanked first: they are links, not words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate

from scorer.lazyre import lazy
from scorer.replies import without_marks

MAX_CHARS = 60_000
"""Code points of the visible text that are read."""
MAX_SUBJECT = 500
MAX_WORD = 24
"""Longer runs of letters are no words (or a script without spaces) and are left out."""

SETTINGS = (
    "tokens/2 nfkc casefold url,address,reply marks blanked words money percent <=24 body<=60000 subject<=500"
)

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_WORD = lazy(r"([^\W\d_]+(?:['’][^\W\d_]+)?|[$€£¥]\s?\d|\d%)")
_WORD_INVISIBLE = lazy(rf"([^\W\d_]+(?:[{_INVISIBLE}'’]{{1,4}}[^\W\d_]+)*|[$€£¥]\s?\d|\d%)")
# The same for ASCII in lower case, whose letters are told in one step.
_WORD_ASCII = lazy(r"([a-z]+(?:'[a-z]+)?|\$\s?\d|\d%)")
_STRIP = str.maketrans("", "", _INVISIBLE)
_HAS_INVISIBLE = lazy(f"[{_INVISIBLE}]")
_URL = lazy(r"(?:https?://|www\.)[^\s<>\"']{1,4000}", re.IGNORECASE)
# In lower case, where the search can leap to the next "h" or "w".
_LOWER_URL = lazy(r"(?:https?://|www\.)[^\s<>\"']{1,4000}")
_LOCAL_BACKWARDS = lazy(r"[\w.+=-]*")
_HOST = lazy(r"(?:[^\W_]|[.-])*")


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def blank_addresses(text: str) -> str:
    """`text` with web and mail addresses overwritten by spaces; offsets stay."""
    if "://" in text or "www." in text or "WWW." in text:
        text = (_LOWER_URL if text.isascii() and text.islower() else _URL).sub(_blank, text)
    if "@" not in text:
        return text
    pieces: list[str] = []
    done = 0
    place = text.find("@")
    while place >= 0:
        before = text[max(done, place - 64) : place]
        start = place - _LOCAL_BACKWARDS.match(before[::-1]).end()  # type: ignore[union-attr]
        end = _HOST.match(text, place + 1, place + 200).end()  # type: ignore[union-attr]
        pieces.append(text[done:start])
        pieces.append(" " * (end - start))
        done = end
        place = text.find("@", end)
    pieces.append(text[done:])
    return "".join(pieces)


@lru_cache(maxsize=1 << 15)
def fold(token: str) -> str:
    """The form of a token under which it is looked up; money is `$0` and a percentage `0%`."""
    if token.isascii():
        first = token[0]
        if first == "$":
            return "$0"
        if first.isdigit():
            return "0%"
        return token.lower()
    if token[0] in "€£¥":
        return "$0"
    if token[-1] == "%":
        return "0%"
    return unicodedata.normalize("NFKC", token.translate(_STRIP)).casefold().replace("’", "'")


def _pattern(text: str) -> re.Pattern[str]:
    return _WORD_INVISIBLE if _HAS_INVISIBLE.search(text) else _WORD


class Tokens:
    """The tokens of a text, in order: `words` folded, those longer than `MAX_WORD` as "" (a gap)."""

    def __init__(self, text: str) -> None:
        text = text[:MAX_CHARS]
        plain = text.isascii()
        # ASCII keeps its places in lower case, so that its tokens need no folding one by one.
        text = blank_addresses(text.lower() if plain else text)
        self._pieces = (_WORD_ASCII if plain else _pattern(text)).split(text)
        """What stands between tokens and the tokens, in turn."""
        found = self._pieces[1::2]
        if plain and "$" not in text and "%" not in text and max(map(len, found), default=0) <= MAX_WORD:
            self.words = found
        else:
            self.words = _all_folded(found)

    def places(self) -> list[int]:
        """The start of the token with the number n at 2n, its end at 2n + 1, in code points of the text."""
        return list(accumulate(map(len, self._pieces)))


def _all_folded(tokens: list[str]) -> list[str]:
    """Every token folded, those longer than `MAX_WORD` as ""."""
    folded = {
        token: fold(token) if len(token) <= MAX_WORD else ""
        for token in set(tokens)
        if len(token) > MAX_WORD or not (token.islower() and token.isascii())
    }
    return list(map(folded.get, tokens, tokens))


def read_of_subject(subject: str) -> str:
    """What is read of a subject. What marks a reply ("Re:") is blanked: a rule states it, and in old mail, most of
    which answers other mail, it would speak for whatever poses as an answer."""
    return without_marks(subject[:MAX_SUBJECT])


def of_subject(subject: str) -> Tokens:
    """The tokens of a subject."""
    return Tokens(read_of_subject(subject))


def words_of(text: str) -> list[str]:
    """The folded tokens of `text`, in order; those longer than `MAX_WORD` are kept as "" (a gap)."""
    return Tokens(text).words
