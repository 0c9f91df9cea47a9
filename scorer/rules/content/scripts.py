"""The HTML holds scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.places import in_html
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="scripts",
    group="content",
    severity="error",
    title="Scripts in the mailing",
    why=(
        "No mail program runs scripts: they are taken out or the message is refused, and sending services"
        " take them out too. In mail they are a mark of attacks."
    ),
    fixes={
        "main": Fix(
            text="Take the scripts out, and link to a page that has what they do.",
            kind="edit",
            edit="remove-scripts",
        )
    },
    limits=(
        "Data for search engines and mail programs (application/ld+json), as for order confirmations, is "
        "not a script and is left alone."
    ),
    sources=(
        Source(
            "Mailercloud, Why are unsupported scripts removed automatically",
            "https://help.mailercloud.com/en/articles/127-why-are-unsupported-scripts-removed-automatically",
            "2026-11-24",
        ),
        Source(
            "Acoustic Campaign, Email limitations and restrictions",
            "https://help.goacoustic.com/hc/en-us/articles/360043608773-Email-limitations-and-restrictions",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="active page",
    messages={
        "main": "The HTML holds {count} scripts.",
        "main.one": "The HTML holds a script.",
    },
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><script>document.write("Forty new titles")</script>',
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><script type="application/ld+json">{"@context": "http://schema.org"}</script>',
        }
    ),
)
_SCRIPT = lazy(
    r"<script\b(?![^<>]{0,200}\btype\s*=\s*['\"]?\s*application/(?:ld\+)?json)[^<>]{0,200}>", re.IGNORECASE
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on elements that hold or load a program."""
    page = facts.message.page
    if page is None or not page.scripts:
        return
    places = in_html(facts.message.html or "", _SCRIPT, limit=20)
    if places:
        yield Hit(params={"count": len(places)}, evidence=places)
