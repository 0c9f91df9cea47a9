"""The HTML holds words in a font of no size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.concealment import concealed
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="unreadably-small-text",
    group="content",
    severity="error",
    title="Text too small to see",
    why=(
        "A font of zero or one pixel shows nothing to the reader and everything to the filter. It is used"
        " to break up words and to add others, so filters look for it."
    ),
    fixes={
        "main": Fix(
            text="Delete the text, or give it a size that can be read.",
            kind="edit",
            edit="remove-hidden-text",
        )
    },
    limits=(
        "Fonts of two pixels and more are not judged. Zero-size cells without words, as layouts use them,"
        " are left alone."
    ),
    sources=(
        Source(
            "Rspamd, symbol ZERO_FONT (1.0 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/html.lua",
            "2026-11-24",
        ),
        Source(
            "Google, Email sender guidelines, Message formatting",
            "https://support.google.com/mail/answer/81126",
            "2026-07-02",
        ),
    ),
    needs=("content", "message"),
    about="concealed text",
    messages={"main": '{words} words are in a font too small to see: "{text}".'},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><span style="font-size:0">Cheap loans approved tonight without credit history casino bonus refinance</span>',
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><td style="font-size:0;line-height:0"><span style="font-size:14px">Visit our shop in Bergen, open daily until eight</span></td><p style="font-size:9px">Terms apply to loans and refinancing offers shown above</p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where words that stand nowhere in the visible text are hidden this way."""
    yield from concealed(facts, "size")
