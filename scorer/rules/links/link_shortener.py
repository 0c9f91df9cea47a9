"""A link goes through a public URL shortener."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import is_shortener
from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="link-shortener",
    group="links",
    severity="warning",
    title="Shortened link",
    why=(
        "A shortener hides where a link leads. Spammers use the public ones, so their domains come and "
        "go on domain blocklists, and your mailing shares their reputation with every other user."
    ),
    fixes={
        "main": Fix(
            text=(
                "Link to the page itself. Use click tracking of your sending service if you want to count "
                "clicks."
            ),
            kind="author",
        ),
    },
    limits=(
        "Public shorteners of a list are recognised; a company's own short domain is not held against it."
    ),
    sources=(
        Source(
            "Google, Email sender guidelines (message formatting)",
            "https://support.google.com/a/answer/81126",
            "2026-07-02",
        ),
        Source(
            "Apache SpamAssassin, rules/25_url_shortener.cf",
            "https://github.com/apache/spamassassin/blob/trunk/rules/25_url_shortener.cf",
            "2026-11-24",
        ),
        Source(
            "Spamhaus, DBL return codes (127.0.1.103, abused redirector)",
            "https://docs.spamhaus.com/datasets/docs/source/10-data-type-documentation/datasets/040-zones.html",
            "2026-11-23",
        ),
    ),
    needs=("links",),
    about="links to odd hosts",
    messages={
        "main": (
            "A link goes through the public shortener {host}, so neither reader nor filter sees where it "
            "leads."
        ),
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://bit.ly/3xYzAbC">Read the report</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://go.fjellsport.example/3xYzAbC">Read the report</a></p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for hosts on the list of public shorteners."""
    for link in facts.links.web:
        if link.host and is_shortener(link.host):
            yield Hit({"host": link.host}, (at(link),))
