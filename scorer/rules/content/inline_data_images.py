"""Pictures are written into the HTML as data: addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import of_text
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="inline-data-images",
    group="content",
    severity="warning",
    title="Pictures inside the HTML",
    why=(
        "Outlook for Windows does not show data: pictures and Gmail did not until 2023 and shows only "
        "some, and each makes the HTML larger by a third more than the picture, towards the size at which"
        " Gmail cuts."
    ),
    fixes={
        "main": Fix(
            text="Put the pictures on a web server and link to them, or attach them as inline parts.",
            kind="author",
        )
    },
    limits="Small decorations are counted like large pictures.",
    sources=(
        Source(
            "Can I email, Base 64 image format", "https://www.caniemail.com/features/image-base64/", "2023-01"
        ),
    ),
    needs=("message",),
    about="page",
    messages={
        "main": "{count} pictures stand in the HTML as data: addresses, {kilobytes} KB in all.",
        "main.one": "A picture stands in the HTML as a data: address, {kilobytes} KB.",
    },
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><img alt="Chair" src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==">',
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><img alt="Chair" src="cid:chair@nordlys.example"><p>data:image/png</p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where an image's address holds the picture itself."""
    page = facts.message.page
    if page is None:
        return
    inline = [image.src for image in page.images if image.src[:5].lower() == "data:"]
    if inline:
        html = facts.message.html or ""
        yield Hit(
            params={"count": len(inline), "kilobytes": (sum(map(len, inline)) + 1023) // 1024},
            evidence=tuple(of_text(html, src[:60]) for src in inline[:10]),
        )
