"""The HTML holds words that no reader sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.concealment import concealed
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="hidden-text",
    group="content",
    severity="error",
    title="Text that readers cannot see",
    why=(
        "Filters read what readers do not, and text hidden with CSS is an old way to feed them other "
        "words than the reader gets. Google says that hiding content might cause messages to be marked as"
        " spam."
    ),
    fixes={
        "main": Fix(
            text="Delete the hidden text, or show it. A short preview line at the very top is fine.",
            kind="edit",
            edit="remove-hidden-text",
        )
    },
    limits=(
        "A hidden preview line at the top (up to 300 characters) and hidden copies of visible text, as in"
        " layouts for small screens, are left alone. Style sheets are read for simple class and id "
        "selectors only."
    ),
    sources=(
        Source(
            "Google, Email sender guidelines, Message formatting",
            "https://support.google.com/mail/answer/81126",
            "2026-07-02",
        ),
        Source(
            "Rspamd, symbol MANY_INVISIBLE_PARTS (1.0 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/html.lua",
            "2026-11-24",
        ),
    ),
    needs=("content", "message"),
    about="concealed text",
    messages={"main": '{words} words are hidden from readers ({how}): "{text}".'},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><div style="display:none">Cheap loans approved tonight without credit history casino bonus refinance</div>',
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<div style="display:none;max-height:0">Forty new titles, and a reading list from our booksellers</div><p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><div class="mobile" style="display:none">Our autumn catalogue is here, with forty new titles</div>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where words that stand nowhere in the visible text are hidden this way."""
    yield from concealed(facts, "style")
