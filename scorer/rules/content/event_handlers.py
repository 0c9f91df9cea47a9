"""The HTML holds attributes that run scripts."""

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
    id="event-handlers",
    group="content",
    severity="warning",
    title="Event handlers in the HTML",
    why=(
        "Attributes such as onclick run scripts, which no mail program does. They are taken out on "
        "arrival and are a mark of attacks to filters."
    ),
    fixes={"main": Fix(text="Take the attributes out.", kind="edit", edit="remove-event-handlers")},
    limits='Any attribute whose name begins with "on" counts.',
    sources=(
        Source(
            "Mailercloud, Why are unsupported scripts removed automatically",
            "https://help.mailercloud.com/en/articles/127-why-are-unsupported-scripts-removed-automatically",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="active page",
    messages={
        "main": "{count} elements have attributes such as onclick.",
        "main.one": "An element has an attribute such as onclick.",
    },
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><a href="https://nordlys.example/" onclick="track()">Read on</a>',
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><p>Click on="autumn" to read <a href="https://nordlys.example/?onclick=1">more</a></p>',
        }
    ),
)
_TAG = lazy(r"<[a-z][^<>]{0,400}?\son[a-z]{3,30}\s*=[^<>]{0,60}", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the page has one."""
    page = facts.message.page
    if page is not None and page.handlers:
        yield Hit(params={"count": page.handlers}, evidence=in_html(facts.message.html or "", _TAG))
