"""A link is a path or a bare domain, which only works on a web site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import address_syntax_error
from scorer.facts.links import named_host
from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Param, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="relative-link",
    group="links",
    severity="warning",
    title="Link without a domain",
    why=(
        "A mail has no address of its own that a relative link could start from, so the link is dead in "
        "most mail programs."
    ),
    fixes={
        "main": Fix(text="Write the complete address, starting with https://.", kind="author"),
        "scheme": Fix(text="Write https:// in front of the address.", kind="edit", edit="replace-link"),
        "mail": Fix(text="Write mailto: in front of the address.", kind="edit", edit="replace-link"),
    },
    limits=(
        "Some mail programs mend a missing https:// themselves. Targets that look like a merge tag of an "
        "unknown kind are left alone."
    ),
    sources=(
        Source(
            "RFC 3986, 5.1 Establishing a Base URI",
            "https://www.rfc-editor.org/rfc/rfc3986#section-5.1",
            "2005-01",
        ),
    ),
    needs=("links",),
    about="odd links",
    messages={
        "main": 'The link "{text}" has the target {href}, which is no complete address.',
        "scheme": 'The link "{text}" has the target {href}; https:// is missing at its start.',
        "mail": 'The link "{text}" has the target {href}; mailto: is missing at its start.',
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="/offers/november">All offers</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="//fjellsport.example/offers/november">All offers</a> <a href="{{ offers_url }}">More</a></p>',
        }
    ),
)


_TAG = tuple("[{<%$*|-(#@")


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for targets without a scheme, where no base is given."""
    for link in facts.links.all:
        href = link.href.strip()
        if link.flaw != "relative" or not link.visible or href.startswith(_TAG):
            continue
        params: dict[str, Param] = {"text": link.text[:60], "href": href[:120]}
        if named_host(href):
            yield Hit(
                params,
                (at(link),),
                message="scheme",
                fix="scheme",
                fix_params={"index": link.index, "href": "https://" + href[:2000]},
            )
        elif "@" in href and address_syntax_error(href) is None:
            yield Hit(
                params,
                (at(link),),
                message="mail",
                fix="mail",
                fix_params={"index": link.index, "href": "mailto:" + href[:300]},
            )
        else:
            yield Hit(params, (at(link),))
