"""Check marks or badges in the sender's name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.cited import GMAIL_NAMES
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="fake-verification-mark",
    group="identity",
    severity="warning",
    title="The sender's name wears a check mark",
    why=(
        "Gmail asks senders not to put emojis or other signs beside a name to imply that it has been verified. "
        "The real mark is shown by the mail program after BIMI with a certificate, never by the name."
    ),
    fixes={
        "main": Fix(text="Take {mark} out of the sender's name.", kind="edit", edit="repair-display-name"),
    },
    limits="Only check marks, blue discs and seals are judged; other emojis in a name are left alone.",
    sources=(
        GMAIL_NAMES,
        Source("Google, Set up BIMI", "https://support.google.com/a/answer/10911320", "2026-11-23"),
    ),
    needs=("identity",),
    about="odd sender",
    messages={"main": "The sender's name has the sign {mark}, which looks as if somebody had verified it."},
    fails=Example(
        draft={
            "from": "Harbour Bank ✅ <news@harbour-bank.example>",
            "subject": "Rates",
            "text": "New rates.",
        }
    ),
    passes=Example(
        draft={
            "from": "Harbour Bank ⚓ <news@harbour-bank.example>",
            "subject": "Rates",
            "text": "New rates.",
        }
    ),
)

_MARK = lazy(
    "[\u2611\u2705\u2713\u2714\U0001f5f8\U0001f5f9\u237b\U0001f535\U0001f396\U0001f3f5]\ufe0f?|\\[[vV\u2713]\\]"
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    found = _MARK.search(facts.identity.display_name[:500])
    if found is not None:
        yield Hit(
            params={"mark": found[0]},
            evidence=(within(facts.message, "From", found[0]),),
            fix_params={"mark": found[0], "remove": found[0]},
        )
