"""A link names a port that web sites do not use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import display_domain
from scorer.facts.links import is_internal
from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="link-with-unusual-port",
    group="links",
    severity="warning",
    title="Link to an unusual port",
    why=(
        "Public web sites answer on the ports 80 and 443. Other ports are those of test servers and of "
        "hacked machines, and many companies' networks do not let their people open them."
    ),
    fixes={
        "main": Fix(text="Link to the page at its usual address, without a port.", kind="author"),
    },
    limits="Ports 80 and 443 pass.",
    sources=(
        Source(
            "Apache SpamAssassin, rule WEIRD_PORT",
            "https://github.com/apache/spamassassin/blob/trunk/rules/20_uri_tests.cf",
            "2026-11-24",
        ),
        Source(
            "IANA, Service Name and Transport Protocol Port Number Registry",
            "https://www.iana.org/assignments/service-names-port-numbers/",
            "2026-11-24",
        ),
    ),
    needs=("links",),
    about="odd links",
    messages={
        "main": "A link leads to port {port} of {host}.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.fjellsport.example:8443/offer">The offer</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.fjellsport.example:443/offer:8443">The offer</a></p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for ports other than those of http and https."""
    for link in facts.links.web:
        if link.port not in (None, 80, 443) and link.host and not is_internal(link.host):
            yield Hit({"port": link.port or 0, "host": display_domain(link.host)}, (at(link),))
