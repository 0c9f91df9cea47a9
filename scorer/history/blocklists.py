"""Which blocklist, or which block of a receiver, the text of a rejection names, and what to do about it."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache

import msgspec

from scorer.history.words import TABLES

MAX_TEXT = 4_000


class Block(msgspec.Struct, frozen=True):
    """A list or a receiver's own block. `about` is "ip", "domain" or "either"; `act` is what to do; the
    `patterns` recognise it in a rejection."""

    id: str
    name: str
    about: str
    act: str
    url: str
    patterns: tuple[str, ...]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    block: tuple[Block, ...]


@lru_cache(maxsize=1)
def blocks() -> dict[str, Block]:
    """All that are known, by id, in the order in which they are tried (`tables/blocks.toml`)."""
    table = msgspec.convert(tomllib.loads((TABLES / "blocks.toml").read_text("utf-8")), _Table)
    return {block.id: block for block in table.block}


@lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[Block, re.Pattern[str]], ...]:
    return tuple((block, re.compile("|".join(block.patterns))) for block in blocks().values())


def named_in(text: str) -> Block | None:
    """The blocklist, or the receiver's block, that a rejection names; None where it names none."""
    lowered = text[:MAX_TEXT].lower()
    return next((block for block, pattern in _compiled() if pattern.search(lowered)), None)
