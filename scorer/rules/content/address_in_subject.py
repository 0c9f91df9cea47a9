"""The subject holds a web address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.places import of_header
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="address-in-subject",
    group="content",
    severity="warning",
    title="A web address in the subject",
    why=(
        "An address in the subject cannot be clicked, takes the room of the reason to open, and is what "
        "link-spreading junk mail does; Rspamd counts it."
    ),
    fixes={
        "main": Fix(text="Take the address out of the subject and put a link into the body.", kind="author")
    },
    limits="Names of sites without http:// or www., such as Booking.com, are left alone.",
    sources=(
        Source(
            "Rspamd, symbol URL_IN_SUBJECT (up to 4.0 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/misc.lua",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="odd subject",
    messages={"main": 'The subject holds the address "{address}".'},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Forty new titles at https://nordlys.example/autumn",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Your Booking.com stay and our autumn catalogue",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>",
        }
    ),
)
_ADDRESS = lazy(r"\bhttps?://[^\s<>\"]{1,300}|\bwww\.[^\s<>\".]{1,63}\.[^\s<>\"]{2,200}", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on the first address with a scheme or "www."."""
    match = _ADDRESS.search(facts.message.subject)
    if match is not None:
        yield Hit(
            params={"address": match[0][:80]},
            evidence=(of_header(facts.message, "subject", match.start(), match.end()),),
        )
