"""What is wrong with an address, as sentences that can be translated: those of the library that checks it, too."""

from __future__ import annotations

from scorer.said import say

PLAIN = (
    "The email address is too long.",
    "The part before the @-sign is longer than 64 octets.",
    "The email address cannot be read.",
    "The part after the @-sign has no dot, so it names no domain on the Internet.",
    "An email address must have an @-sign.",
    "There must be something before the @-sign.",
    "There must be something after the @-sign.",
    "An email address cannot have two periods in a row.",
    "An email address cannot have a period and a hyphen next to each other.",
    "An email address cannot have a period immediately before the @-sign.",
    "An email address cannot start with a period.",
    "An email address cannot end with a period.",
    "An email address cannot have a period immediately after the @-sign.",
    "An email address cannot have a hyphen immediately before the @-sign.",
    "An email address cannot have a hyphen immediately after the @-sign.",
    "An email address cannot end with a hyphen.",
    "The email address contains invalid characters before the @-sign.",
    "The part after the @-sign is not valid. It should have a period.",
    "The part after the @-sign is not valid. It is not within a valid top-level domain.",
)
WITH_CHARACTERS = (
    "The email address contains invalid characters before the @-sign: {characters}.",
    "The email address contains unsafe characters: {characters}.",
    "The part after the @-sign contains invalid characters: {characters}.",
    "The part after the @-sign contains invalid characters in brackets: {characters}.",
    "The email address contains invalid characters in quotes before the @-sign: {characters}.",
)


def told(reason: str) -> str:
    """The sentence of `scorer.domains.address_syntax_error`, with its template where it is known."""
    head, colon, characters = reason.partition(": ")
    template = f"{head}: {{characters}}."
    if colon and template in WITH_CHARACTERS:
        return say(template, characters=characters.rstrip(".")[:200])
    return reason[:200]
