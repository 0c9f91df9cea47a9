"""Gmail cuts the HTML off before the unsubscribe link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import GMAIL
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

CLIP = 102 * 1024
"""Bytes of HTML that Gmail shows, as vendors measured; Google does not state it."""

RULE = Rule(
    id="unsubscribe-link-below-clip",
    group="unsubscribe",
    severity="warning",
    title="Gmail cuts off the unsubscribe link",
    why=(
        "Gmail shows the first 102 KB of the HTML and then “[Message clipped]”. An unsubscribe link below that is "
        "not visible, and recipients use the spam button instead."
    ),
    fixes={
        "main": Fix(
            text="Make the HTML shorter than 102 KB, or put an unsubscribe link further up as well.",
            kind="edit",
            edit="shorten-html",
        )
    },
    limits=(
        "Google states no limit; vendors agree on 102 KB. Links that the sending service rewrites get longer, so the "
        "cut may come sooner."
    ),
    sources=(
        Source(
            "Blueshift, Gmail clipping",
            "https://help.blueshift.com/hc/en-us/articles/42292160006675",
            "2026-11-23",
        ),
        Source(
            "Metorik, Gmail HTML clipping on long emails",
            "https://help.metorik.com/article/287-gmail-html-clipping-on-long-emails",
            "2026-11-23",
        ),
        GMAIL,
    ),
    needs=("unsubscribe", "content"),
    about="page",
    messages={
        "main": "The unsubscribe link stands {kilobytes} KB into the HTML; Gmail shows the first 102 KB."
    },
    fails=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week",
            "html": "<p>"
            + "Come by and see. " * 6500
            + '</p><p><a href="https://example.com/u/8f3a">Unsubscribe</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week",
            "html": '<p><a href="https://example.com/u/8f3a">Unsubscribe</a></p><p>'
            + "Come by and see. " * 6500
            + "</p>",
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    offset = facts.unsubscribe.offset
    if offset is not None and offset > CLIP:
        link = facts.unsubscribe.links[0]
        yield Hit(
            params={"kilobytes": offset // 1024},
            evidence=(Evidence("link", str(link.index), link.href[:120]),),
        )
