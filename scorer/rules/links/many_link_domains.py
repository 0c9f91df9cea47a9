"""The mailing links to an unusual number of domains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="many-link-domains",
    group="links",
    severity="info",
    title="Links to many domains",
    why=(
        "Every domain that a mailing links to is looked up in domain blocklists, and one bad one taints "
        "the mailing. Among 347 newsletters and campaign mails with 5,300 web links none led to more "
        "than 20 organizational domains."
    ),
    fixes={
        "main": Fix(
            text="Keep the links that matter, and link to overviews on your own site for the rest.",
            kind="author",
        ),
    },
    limits="The number is of organizational domains. A press review may well link to so many.",
    sources=(
        Source(
            "Spamhaus, Domain Blocklist (DBL) zones",
            "https://docs.spamhaus.com/datasets/docs/source/10-data-type-documentation/datasets/040-zones.html",
            "2026-11-23",
        ),
    ),
    needs=("links",),
    about="links",
    messages={
        "main": "The links lead to {count} different domains.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "".join(
                f'<p><a href="https://site{number}.example/">Site {number}</a></p>' for number in range(21)
            ),
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "".join(
                f'<p><a href="https://site{number}.fjellsport.example/">Site {number}</a></p>'
                for number in range(40)
            ),
        }
    ),
)


MOST = 20


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire above the largest number seen in wanted mailings."""
    orgs = facts.links.orgs
    if len(orgs) > MOST:
        first = {link.org: link for link in reversed(facts.links.web) if link.org}
        yield Hit({"count": len(orgs)}, tuple(at(first[org]) for org in orgs[:20]))
