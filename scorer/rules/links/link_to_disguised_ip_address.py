"""A link leads to an IP address spelt so that nobody recognises it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.links import at, plain_address
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="link-to-disguised-ip-address",
    group="links",
    severity="error",
    title="Link to an IP address in disguise",
    why=(
        "Browsers read 3232235777 and 0xC0A80101 as addresses. Nobody writes them so but to hide where a "
        "link leads."
    ),
    fixes={
        "main": Fix(text="Link to the web site by its domain name.", kind="author"),
    },
    limits="Decimal, octal, hexadecimal and shortened spellings of IPv4 addresses are recognised.",
    sources=(
        Source(
            "WHATWG URL Standard, IPv4 parser",
            "https://url.spec.whatwg.org/#concept-ipv4-parser",
            "2026-11-24",
        ),
        Source(
            "Apache SpamAssassin, rule NUMERIC_HTTP_ADDR",
            "https://github.com/apache/spamassassin/blob/trunk/rules/20_uri_tests.cf",
            "2026-11-24",
        ),
    ),
    needs=("links",),
    about="odd links",
    messages={
        "main": "A link leads to {host}, which a browser reads as an IP address in an unusual spelling.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>Confirm <a href="http://3221226028/confirm">your order</a>.</p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>Confirm <a href="https://fjellsport.example/3221226028/confirm">your order</a>.</p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for every spelling but the usual one."""
    for link in facts.links.web:
        if link.is_ip and plain_address(link.host) is None:
            yield Hit({"host": link.host}, (at(link),))
