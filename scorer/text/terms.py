"""From words to terms: words and pairs, apart for subject and body, and the letters of words that are not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

BODY = 10.0
SUBJECT = 5.0
"""Length of the vector of a body's and a subject's known terms: a term of a text with n known terms weighs
length / sqrt(n), so that long mailings do not add up to certainty."""
LETTERS = 4.0
LETTERS_LEAST = 30
"""The same for runs of letters; fewer than `LETTERS_LEAST` of them weigh no more than so many would."""
RUN = 4
SUBJECT_MARK, LETTERS_MARK = "s:", "#"

SETTINGS = (
    f"terms/3 w,b,s,sb presence body={BODY} subject={SUBJECT} letters={LETTERS}/{LETTERS_LEAST} run={RUN}"
)


def pairs(words: Sequence[str]) -> set[str]:
    """Neighbouring words joined by a space; a gap ("") parts its neighbours."""
    if "" not in words:
        return set(map(" ".join, pairwise(words)))
    return {a + " " + b for a, b in pairwise(words) if a and b}


def terms_of(subject: Sequence[str], body: Sequence[str]) -> tuple[set[str], set[str]]:
    """The terms of subject and body. Those of the subject are marked with "s:"."""
    return marked(terms_with(subject, pairs(subject))), terms_with(body, pairs(body))


def terms_with(words: Iterable[str], pairs: set[str]) -> set[str]:
    """The words (not the gaps) and their pairs."""
    found = pairs.union(words)
    found.discard("")
    return found


def marked(terms: Iterable[str]) -> set[str]:
    """Terms as those of a subject."""
    return {SUBJECT_MARK + term for term in terms}


@lru_cache(maxsize=1 << 15)
def runs(word: str) -> tuple[str, ...]:
    """The runs of four letters of a word with its ends marked, themselves marked with "#"; none of a short word or
    of a number."""
    if len(word) < 3 or any(character.isdigit() for character in word):
        return ()
    ends = f"<{word}>"
    return tuple(dict.fromkeys(LETTERS_MARK + ends[i : i + RUN] for i in range(len(ends) - RUN + 1)))


def letters_of(words: Iterable[str]) -> set[str]:
    """The runs of letters of several words."""
    return {run for word in words for run in runs(word)}
