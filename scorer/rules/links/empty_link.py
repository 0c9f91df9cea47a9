"""A link has no target yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="empty-link",
    group="links",
    severity="warning",
    title="Link that leads nowhere",
    why=(
        "A link whose target was never filled in does nothing when it is clicked. Readers of a mailing "
        "that does not work report it."
    ),
    fixes={
        "main": Fix(text="Give the link its target, or take the link away.", kind="author"),
    },
    limits=(
        "A lone # around a date, a number or an address is left alone: designers use it to keep mail "
        "programs from making their own links."
    ),
    sources=(
        Source(
            "Google, Email sender guidelines (message formatting)",
            "https://support.google.com/a/answer/81126",
            "2026-07-02",
        ),
        Source(
            "WHATWG HTML Standard, 4.6.1 Links: Introduction",
            "https://html.spec.whatwg.org/multipage/links.html",
            "2026-11-24",
        ),
    ),
    needs=("links",),
    about="links without hosts",
    messages={
        "main": 'The link "{text}" has no target.',
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="#">Shop now</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="#offers">Shop now</a> <a href="#">12 November 2026</a></p>',
        }
    ),
)


_NOTHING = frozenset(
    ("", "#", "http://", "https://", "http://#", "https://#", "http:", "https:", "about:blank")
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for visible links with nothing in them."""
    for link in facts.links.all:
        href = link.href.strip().lower()
        if not link.visible or href not in _NOTHING:
            continue
        if href == "#" and any(character.isdigit() for character in link.text):
            continue
        yield Hit({"text": link.text[:60]}, (at(link),))
