"""The HTML refers to a style sheet on the web."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.places import of_text
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="external-stylesheet",
    group="content",
    severity="warning",
    title="Style sheet from outside",
    why=(
        "Gmail, Outlook.com and Yahoo do not load style sheets from the web, so the mailing shows without"
        " its design; Rspamd counts the reference."
    ),
    fixes={
        "main": Fix(text="Put the styles into the HTML itself, best into style attributes.", kind="author")
    },
    limits=(
        "Style sheets of font services are left alone: without them the mailing shows in another font and"
        " nothing else is lost."
    ),
    sources=(
        Source("Can I email, <link> element", "https://www.caniemail.com/features/html-link/", "2019-02-28"),
        Source(
            "Rspamd, symbol EXT_CSS (1.0 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/html.lua",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="active page",
    messages={"main": "The HTML takes its styles from {address}."},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<head><link rel="stylesheet" href="https://nordlys.example/mail.css"></head><p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<head><link href="https://fonts.googleapis.com/css2?family=Lora" rel="stylesheet"><style>p{margin:0}</style></head><p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>',
        }
    ),
)
_FONTS = lazy(r"\bfonts?\b|typekit|typography\.com|fontawesome", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on each style sheet on the web that is not of fonts."""
    page = facts.message.page
    for address in page.stylesheets[:20] if page is not None else ():
        if address and not _FONTS.search(address):
            place = of_text(facts.message.html or "", address)
            yield Hit(params={"address": address[:120]}, evidence=(place,))
