"""A link leads to a bare IP address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.links import is_internal
from scorer.rules.links import at, plain_address
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="link-to-ip-address",
    group="links",
    severity="warning",
    title="Link to an IP address",
    why=(
        "Companies have names for their web sites; links to bare addresses come from hacked machines and "
        "test servers. A reader cannot know whose it is, and reputation lists for domains have nothing "
        "to say about it."
    ),
    fixes={
        "main": Fix(text="Link to the web site by its domain name.", kind="author"),
    },
    limits="Private addresses and disguised ones are findings of their own.",
    sources=(
        Source(
            "Rspamd, URL_NUMERIC_IP (1.5 of 15), conf/scores.d/url_suspect_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/url_suspect_group.conf",
            "2026-11-24",
        ),
        Source(
            "Apache SpamAssassin, rule NORMAL_HTTP_TO_IP",
            "https://github.com/apache/spamassassin/blob/trunk/rules/20_uri_tests.cf",
            "2026-11-24",
        ),
        Source(
            "Google, Email sender guidelines (message formatting)",
            "https://support.google.com/a/answer/81126",
            "2026-07-02",
        ),
    ),
    needs=("links",),
    about="odd links",
    messages={
        "main": "A link leads to the IP address {host} and not to a domain name.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>See the <a href="http://192.0.2.44/offer">offer of the week</a>.</p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>See the <a href="https://192-0-2-44.fjellsport.example/offer">offer of the week</a>.</p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for public addresses in their usual spelling."""
    for link in facts.links.web:
        if link.is_ip and plain_address(link.host) is not None and not is_internal(link.host):
            yield Hit({"host": link.host}, (at(link),))
