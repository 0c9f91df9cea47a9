"""The HTML embeds another page, a plug-in or a player."""

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
    id="embedded-objects",
    group="content",
    severity="warning",
    title="Frames or embedded objects",
    why=(
        "Mail programs take frames, objects, embedded players and plug-ins out, so readers see a gap, and"
        " filters that find them think of attacks."
    ),
    fixes={
        "main": Fix(
            text="Put a picture with a link in their place.", kind="edit", edit="remove-embedded-objects"
        )
    },
    limits=(
        "Counted are <iframe>, <frame>, <object>, <embed> and <applet>. Fallbacks that only Outlook's "
        "conditional comments show are not seen."
    ),
    sources=(
        Source(
            "Mailercloud, Why are unsupported scripts removed automatically",
            "https://help.mailercloud.com/en/articles/127-why-are-unsupported-scripts-removed-automatically",
            "2026-11-24",
        ),
        Source(
            "Tavo, Technical limitations of emails",
            "https://tavo.work/en/blog/email-technical-limits/",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="active page",
    messages={
        "main": "The HTML embeds {count} frames or objects.",
        "main.one": "The HTML embeds a frame or an object.",
    },
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><iframe src="https://nordlys.example/film" width="560"></iframe>',
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><a href="https://nordlys.example/film"><img src="https://nordlys.example/film.jpg" alt="See the film"></a><!--[if mso]><object></object><![endif]-->',
        }
    ),
)
_TAG = lazy(r"<(?:iframe|frame|object|embed|applet)\b[^<>]{0,300}>", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the page embeds anything."""
    page = facts.message.page
    if page is not None and page.frames + page.objects:
        yield Hit(
            params={"count": page.frames + page.objects},
            evidence=in_html(facts.message.html or "", _TAG),
        )
