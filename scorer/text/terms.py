"""From words to terms: single words and pairs, apart for subject and body."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

BODY = 10.0
SUBJECT = 5.0
"""Length of the vector of a body's and a subject's known terms: a term of a text with n known terms weighs
length / sqrt(n), so that long mailings do not add up to certainty."""

SETTINGS = f"terms/1 w,b,s,sb presence body={BODY} subject={SUBJECT}"


def pairs(words: Sequence[str]) -> set[str]:
    """Neighbouring words joined by a space; a gap ("") parts its neighbours."""
    return {a + " " + b for a, b in pairwise(words) if a and b}


def terms_of(subject: Sequence[str], body: Sequence[str]) -> tuple[set[str], set[str]]:
    """The terms of subject and body. Those of the subject are marked with "s:"."""
    in_subject = {word for word in subject if word} | pairs(subject)
    in_body = {word for word in body if word} | pairs(body)
    return {"s:" + term for term in in_subject}, in_body
