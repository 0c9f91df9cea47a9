"""A link is a data: or blob: address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="data-link",
    group="links",
    severity="error",
    title="Link that holds a page instead of an address",
    why=(
        "A data: link carries a whole page inside itself. Browsers no longer open it from a click, and "
        "in mail it is known from phishing pages that want to get past address checks."
    ),
    fixes={
        "main": Fix(text="Put the page on your web site and link to it.", kind="author"),
    },
    limits="Pictures inside the mailing (data: in an img) are not meant.",
    sources=(
        Source("RFC 2397, The data URL scheme", "https://www.rfc-editor.org/rfc/rfc2397", "1998-08"),
        Source(
            "MDN, data: URLs (top-level navigation is blocked)",
            "https://developer.mozilla.org/en-US/docs/Web/URI/Reference/Schemes/data",
            "2026-11-24",
        ),
    ),
    needs=("links",),
    about="odd links",
    messages={
        "main": "A link starts with {scheme}: and leads to no web site.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="data:text/html;base64,PGgxPkhlbGxvPC9oMT4=">Open the invitation</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://fjellsport.example/?data:text/html">Open the invitation</a> <img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for links that hold their own content."""
    for link in facts.links.all:
        if link.scheme in ("data", "blob", "filesystem"):
            yield Hit({"scheme": link.scheme}, (at(link),))
