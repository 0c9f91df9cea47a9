"""The addresses were imported, and nobody confirmed them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import GMAIL, YAHOO
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="imported-list",
    group="audience",
    severity="warning",
    title="The addresses were imported and not confirmed",
    why=(
        "Addresses taken over from another system hold typing errors, abandoned mailboxes that have become spam "
        "traps, and people who left the list there. Gmail and Yahoo ask that each address be confirmed."
    ),
    fixes={
        "main": Fix(
            text="Take over who had unsubscribed or bounced in the old system, and ask the others once whether they want to stay.",
            kind="list",
        )
    },
    limits="An import with proof of consent and with the old system's suppressions is no risk; state it as single or confirmed opt-in.",
    sources=(
        GMAIL,
        YAHOO,
        Source(
            "M3AAWG, Best Current Practices for Building and Operating a Spamtrap, 1.2.0",
            "https://docslib.org/doc/8633827/",
            "2016",
        ),
    ),
    needs=("audience",),
    known=("audience.opt_in",),
    messages={"main": "The recipients come from an import whose addresses were not confirmed."},
    fails=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"opt_in": "imported"}},
    ),
    passes=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"opt_in": "confirmed"}},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    yield from unknowns(facts.audience.opt_in)
    if facts.audience.opt_in == "imported":
        yield Hit(evidence=(Evidence("sending", "audience.opt_in", "imported"),))
