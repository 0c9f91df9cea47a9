"""Pictures have no alternative text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.content import is_pixel
from scorer.rules.places import of_text
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="images-without-alt",
    group="content",
    severity="info",
    title="Pictures without a description",
    why=(
        "Where pictures are not shown, which is the default in many mail programs and always so for blind"
        " readers, the alternative text is all that is left of them."
    ),
    fixes={
        "main": Fix(
            text="Describe each picture in its alt text; give purely decorative ones an empty alt.",
            kind="author",
        )
    },
    limits=(
        "An empty alt text is right for decoration and counts as one, except where the picture is a "
        "link's only content."
    ),
    sources=(
        Source(
            "Web Content Accessibility Guidelines 2.2, 1.1.1 Non-text Content",
            "https://www.w3.org/TR/WCAG22/#non-text-content",
            "2024-12-12",
        ),
    ),
    needs=("message",),
    about="page",
    messages={
        "main": "{count} of {images} pictures have no alternative text.",
        "main.one": "One picture has no alternative text (pictures in all: {images}).",
    },
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><img src="https://nordlys.example/a.jpg" width="600"><img src="https://nordlys.example/b.jpg" width="600">',
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><img src="https://nordlys.example/a.jpg" alt="Reading chair" width="600"><img src="https://nordlys.example/line.png" alt="" width="600"><img src="https://nordlys.example/open" width="1" height="1">',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where pictures that are shown have no alt attribute."""
    page = facts.message.page
    if page is None:
        return
    shown = [i for i in page.images if not i.hidden and not is_pixel(i.width, i.height)]
    bare = [image for image in shown if image.alt is None]
    if bare:
        html = facts.message.html or ""
        yield Hit(
            params={"count": len(bare), "images": len(shown)},
            evidence=tuple(of_text(html, image.src) for image in bare[:10] if image.src),
        )
