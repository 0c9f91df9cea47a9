"""A direction override turns letters round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.content import direction_overrides
from scorer.rules.places import of_header, of_visible
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="direction-override",
    group="content",
    severity="error",
    title="Text that runs backwards",
    why=(
        "The override characters U+202D and U+202E make text show in another order than it is stored in. "
        "In a mailing they serve only to show other words than the filter reads."
    ),
    fixes={
        "main": Fix(
            text="Delete the direction override characters.", kind="edit", edit="remove-invisible-characters"
        )
    },
    limits=(
        "Embeddings and isolates, which Hebrew and Arabic text needs, and overrides that agree with their"
        " letters are left alone."
    ),
    sources=(
        Source(
            "Unicode Technical Report 36, Unicode Security Considerations",
            "https://www.unicode.org/reports/tr36/",
            "2014-09-19",
        ),
        Source(
            "Unicode Standard Annex 9, 2.2 Explicit Directional Overrides",
            "https://www.unicode.org/reports/tr9/",
            "2025",
        ),
    ),
    needs=("content", "message"),
    about="letters beyond ASCII",
    messages={"main": 'A direction override turns round "{text}".'},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Your \u202ecilbup\u202c library card",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><p>\u2067שלום\u2069 and \u202aNordlys\u202c</p>",
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on an override in subject or body that turns the letters after it round."""
    subject = facts.message.subject
    found = direction_overrides(subject)
    if found:
        start = found[0]
        place = of_header(facts.message, "subject", start, min(len(subject), start + 20))
        yield Hit(params={"text": subject[start + 1 : start + 20]}, evidence=(place,))
    visible = facts.content.visible
    for start in facts.content.direction_overrides[:5]:
        place = of_visible(visible, start, min(len(visible), start + 20))
        yield Hit(params={"text": visible[start + 1 : start + 20]}, evidence=(place,))
