"""Which language an answer is in."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from scorer.sentences import Translate, untranslated


class Spoken(NamedTuple):
    """A language (BCP 47) and what puts English sentences into it."""

    tag: str
    translate: Translate


Choose = Callable[[str], Spoken]
"""From the value of Accept-Language (RFC 9110 12.5.4) to the language of the answer."""


def english(accept_language: str) -> Spoken:
    """English, whatever is asked for."""
    return Spoken("en", untranslated)
