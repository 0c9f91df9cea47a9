"""The HTML holds words in the colour of what is behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.concealment import concealed
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="same-colour-text",
    group="content",
    severity="error",
    title="Text in the colour of its background",
    why=(
        "White words on white are there for the filter only. Filters compare the colours and count such "
        "text heavily; Google says that hiding content might cause messages to be marked as spam."
    ),
    fixes={
        "main": Fix(
            text="Delete the text, or give it a colour that can be read on its background.",
            kind="edit",
            edit="remove-hidden-text",
        )
    },
    limits=(
        "Judged only where every colour is known: not over background images, and not where style sheets "
        "or functions such as rgb() set backgrounds."
    ),
    sources=(
        Source(
            "Rspamd, symbol R_WHITE_ON_WHITE (4.0 of 15)",
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
    messages={"main": '{words} words have the colour of their background: "{text}".'},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><p style="color:#ffffff">Cheap loans approved tonight without credit history casino bonus refinance</p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><table bgcolor="#003366"><tr><td style="color:#ffffff">Visit our shop in Bergen, open daily until eight</td></tr></table>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where words that stand nowhere in the visible text are hidden this way."""
    yield from concealed(facts, "colour")
