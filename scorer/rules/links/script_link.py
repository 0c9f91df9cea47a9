"""A link runs a script instead of opening a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="script-link",
    group="links",
    severity="error",
    title="Link that runs a script",
    why=(
        "Mail programs take script links out or refuse the mailing, because they can do harm. Nobody can "
        "follow them."
    ),
    fixes={
        "main": Fix(text="Link to a page instead.", kind="author"),
    },
    limits="javascript:void(0) counts too: in a mail it does nothing, so the link is dead.",
    sources=(
        Source(
            "Apache SpamAssassin, rule JAVASCRIPT_URI (since retired)",
            "https://github.com/apache/spamassassin/blob/f95a14c41fb337a10ccf5e1f86ee9d41bd8c2c88/rules/20_uri_tests.cf",
            "2026-11-24",
        ),
        Source(
            "RFC 3986, 7 Security Considerations",
            "https://www.rfc-editor.org/rfc/rfc3986#section-7",
            "2005-01",
        ),
    ),
    needs=("links",),
    about="odd links",
    messages={
        "main": "A link starts with {scheme}: and runs a script.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="javascript:openOffer(7)">See the offer</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://fjellsport.example/javascript:openOffer(7)">See the offer</a></p>',
        }
    ),
)


_SCRIPTS = frozenset(("javascript", "vbscript", "livescript", "jscript"))


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for the script schemes."""
    for link in facts.links.all:
        if link.scheme in _SCRIPTS:
            yield Hit({"scheme": link.scheme}, (at(link),))
