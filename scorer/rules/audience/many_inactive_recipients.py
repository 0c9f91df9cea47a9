"""Most of the recipients do not react any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import APPLE, GMAIL, YAHOO
from scorer.rules.rates import percent
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Unchecked
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

HALF = 0.5

RULE = Rule(
    id="many-inactive-recipients",
    group="audience",
    severity="warning",
    title="Most recipients are inactive",
    why=(
        "Yahoo says that mail to users who do not read it harms delivery, Gmail advises to unsubscribe those who do "
        "not open, Apple demands that inactive recipients be removed."
    ),
    fixes={
        "main": Fix(
            text="Send to the active part of the list, and ask the others once whether they want to stay.",
            kind="list",
        )
    },
    limits=(
        "No provider publishes a share; one half is this program's own judgement. Opens are hard to measure since mail "
        "programs fetch pictures by themselves: count clicks, answers and purchases."
    ),
    sources=(YAHOO, GMAIL, APPLE),
    needs=("audience",),
    known=("audience.inactive_share",),
    messages={"main": "{share} % of the recipients have shown no sign of life lately."},
    fails=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"inactive_share": 0.7}},
    ),
    passes=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"inactive_share": 0.45}},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    share = facts.audience.inactive_share
    if isinstance(share, Unknown):
        yield Unchecked(share.reason)
    elif share > HALF:
        yield Hit(
            params={"share": percent(share)},
            evidence=(Evidence("sending", "audience.inactive_share", str(share)),),
        )
