"""The address of a link holds characters that nobody sees."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from scorer.lazyre import lazy
from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="link-with-invisible-characters",
    group="links",
    severity="error",
    title="Link with invisible characters in its address",
    why=(
        "Zero-width and direction characters get into an address when it is copied from a document or a "
        "chat. The link breaks, or leads elsewhere than it shows, and filters know the trick."
    ),
    fixes={
        "main": Fix(
            text="Take the invisible character out of the address.",
            kind="edit",
            edit="remove-invisible-characters",
        ),
    },
    limits="Joiners that belong to a script or an emoji are let through in paths.",
    sources=(
        Source(
            "Rspamd, URL_ZERO_WIDTH_SPACES (7.0 of 15), conf/scores.d/url_suspect_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/url_suspect_group.conf",
            "2026-11-24",
        ),
        Source(
            "Rspamd, URL_RTL_OVERRIDE (6.0 of 15), conf/scores.d/url_suspect_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/url_suspect_group.conf",
            "2026-11-24",
        ),
    ),
    needs=("links",),
    about="links",
    messages={
        "main": "The address of a link has the invisible character {name}.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.fjellsport.example/\u200boffer">The offer</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.fjellsport.example/%F0%9F%91%A8%E2%80%8D%F0%9F%92%BB">The offer</a></p>',
        }
    ),
)


_INVISIBLE = lazy(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for invisible characters, raw or percent-encoded."""
    for link in facts.links.all:
        if link.href.isascii() and "%" not in link.href:
            continue
        found = _INVISIBLE.search(unquote(link.href[:4000]).strip("\ufeff"))
        if found is not None:
            name = unicodedata.name(found[0], f"U+{ord(found[0]):04X}")
            yield Hit({"name": name}, (at(link),), fix_params={"index": link.index})
