"""A link leads to a host that recipients cannot reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.links import is_internal
from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="link-to-internal-host",
    group="links",
    severity="error",
    title="Link that only works inside your network",
    why=(
        "Recipients cannot open addresses of your own network or of a test machine. Such links are left "
        "over from the making of the mailing, and tell strangers about your network."
    ),
    fixes={
        "main": Fix(text="Link to the public address of the page.", kind="author"),
    },
    limits=(
        "Recognised by the name or the address alone (localhost, .local, .internal, names without a dot, "
        "private addresses); whether a public name answers is not tried."
    ),
    sources=(
        Source("RFC 6761, Special-Use Domain Names", "https://www.rfc-editor.org/rfc/rfc6761", "2013-02"),
        Source(
            "RFC 6762, Multicast DNS, 3 (.local)",
            "https://www.rfc-editor.org/rfc/rfc6762#section-3",
            "2013-02",
        ),
        Source(
            "RFC 1918, Address Allocation for Private Internets",
            "https://www.rfc-editor.org/rfc/rfc1918",
            "1996-02",
        ),
        Source(
            "Rspamd, URL_NUMERIC_PRIVATE_IP (0.5 of 15), conf/scores.d/url_suspect_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/url_suspect_group.conf",
            "2026-11-24",
        ),
    ),
    needs=("links",),
    about="links to odd hosts",
    messages={
        "main": "A link leads to {host}, which recipients cannot reach from outside your network.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>See <a href="http://intranet/news/42">all the news</a>.</p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>See <a href="https://intranet.fjellsport.example/news/42">all the news</a>.</p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for private names and addresses."""
    for link in facts.links.web:
        if link.host and not link.flaw and is_internal(link.host):
            yield Hit({"host": link.host}, (at(link),))
