"""Where in a header something stands."""

from __future__ import annotations

from scorer.message import Message
from scorer.rules.places import of_header
from scorer.rules.rule import Evidence


def within(message: Message, name: str, part: str) -> Evidence:
    """The place of `part` in the first header of that name (its decoded value); the whole header where it
    does not stand there literally."""
    start = message.get(name).find(part) if part else -1
    return of_header(message, name) if start < 0 else of_header(message, name, start, start + len(part))
