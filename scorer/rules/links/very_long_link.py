"""The address of a link has more than 2,000 characters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="very-long-link",
    group="links",
    severity="info",
    title="Very long link",
    why=(
        "Some mail programs and gateways cut addresses of that length, and filters count them as a sign "
        "of hidden content. Among 6,000 links of newsletters and campaign mails the longest had 1,069 "
        "characters."
    ),
    fixes={
        "main": Fix(
            text="Shorten the address: take tracking parameters out, or let your web site redirect to it.",
            kind="author",
        ),
    },
    limits="What the sending service makes of the link is not known, only what stands in the draft.",
    sources=(
        Source(
            "Rspamd, URL_VERY_LONG (1.5 of 15), conf/scores.d/url_suspect_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/url_suspect_group.conf",
            "2026-11-24",
        ),
        Source(
            "RFC 9110, 4.1 URI References (8,000 octets recommended)",
            "https://www.rfc-editor.org/rfc/rfc9110#section-4.1",
            "2022-06",
        ),
    ),
    needs=("links",),
    about="odd links",
    messages={
        "main": "The address of a link has {length} characters.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.fjellsport.example/?q=' + "a1" * 1000 + '">The offer</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.fjellsport.example/?q=' + "a1" * 900 + '">The offer</a></p>',
        }
    ),
)


MOST = 2000


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for long web addresses."""
    for link in facts.links.web:
        if len(link.href) > MOST:
            yield Hit({"length": len(link.href)}, (at(link),))
