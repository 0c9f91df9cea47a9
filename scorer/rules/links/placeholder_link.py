"""A link leads to a domain that is reserved for examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.links import at, is_reserved, is_template_domain
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="placeholder-link",
    group="links",
    severity="warning",
    title="Link to an example domain",
    why=(
        "Templates come with links to example.com or yourdomain.com. One that is left in a mailing leads "
        "readers nowhere."
    ),
    fixes={
        "main": Fix(text="Put your own address in place of the example.", kind="author"),
    },
    limits=("Not judged where the sender's own domain is one of the reserved ones, as in a demonstration."),
    sources=(
        Source("RFC 2606, Reserved Top Level DNS Names", "https://www.rfc-editor.org/rfc/rfc2606", "1999-06"),
        Source(
            "RFC 6761, 6 Special-Use Domain Names",
            "https://www.rfc-editor.org/rfc/rfc6761#section-6",
            "2013-02",
        ),
    ),
    needs=(
        "links",
        "identity",
    ),
    about="links to odd hosts",
    messages={
        "main": "A link leads to {host}, which is an example and not a web site of yours.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport-demo.no>",
            "subject": "News for November",
            "html": '<p><a href="https://www.example.com/offer">The offer</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport-demo.no>",
            "subject": "News for November",
            "html": '<p><a href="https://www.fjellsport-demo.no/offer?from=example.com">The offer</a></p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for reserved and template domains."""
    author = facts.identity.author_org
    if is_reserved(author):
        return
    for link in facts.links.web:
        if link.host and link.org != author and (is_reserved(link.org) or is_template_domain(link.org)):
            yield Hit({"host": link.host}, (at(link),))
