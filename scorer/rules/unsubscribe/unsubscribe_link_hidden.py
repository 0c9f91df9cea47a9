"""The only unsubscribe link is one that readers do not see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.unsubscribe import hidden_unsubscribe_link
from scorer.rules.cited import CAN_SPAM, GMAIL, YAHOO
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="unsubscribe-link-hidden",
    group="unsubscribe",
    severity="error",
    title="The unsubscribe link is hidden",
    why=(
        "The link has to be clearly visible. One that is hidden, or in the colour of the background, is hidden "
        "content in Gmail's sense besides, and leaves recipients only the spam button."
    ),
    fixes={
        "main": Fix(
            text="Show the unsubscribe link in the footer, in a size and colour that can be read.",
            kind="author",
        )
    },
    limits="Styles in the HTML are read; what a mail program makes of them may differ, in dark mode for instance.",
    sources=(GMAIL, YAHOO, CAN_SPAM),
    needs=("unsubscribe", "links"),
    about="page",
    messages={"main": "The unsubscribe link “{text}” is not visible to readers, and there is no other."},
    fails=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week",
            "html": (
                '<p>Come by.</p><p style="display:none"><a href="https://example.com/u/8f3a">Unsubscribe</a></p>'
            ),
        }
    ),
    passes=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week",
            "html": (
                '<p style="display:none"><a href="https://example.com/u/8f3a">Unsubscribe</a></p><p>Come by.</p>'
                '<p style="color:#777;font-size:11px"><a href="https://example.com/u/8f3a">Unsubscribe</a></p>'
            ),
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    if facts.unsubscribe.links or facts.unsubscribe.footer is True:
        return
    found = hidden_unsubscribe_link(facts.message, facts.links)
    if found is not None:
        link, words = found
        yield Hit(params={"text": words[:60]}, evidence=(Evidence("link", str(link.index), link.href[:120]),))
