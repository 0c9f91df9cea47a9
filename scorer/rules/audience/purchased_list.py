"""The addresses were bought, rented or collected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import APPLE, GMAIL, YAHOO
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Unchecked, unknowns

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="purchased-list",
    group="audience",
    severity="error",
    title="The addresses were bought",
    why=(
        "Gmail and Yahoo tell senders not to buy addresses, Apple demands explicit consent. Bought lists hold spam "
        "traps and people who complain; in Europe mailing to them is unlawful besides. Most sending services close "
        "the account."
    ),
    fixes={
        "main": Fix(
            text="Do not send to the bought addresses; collect your own, each confirmed by a mail.",
            kind="list",
        )
    },
    limits="The program believes what it is told of the list; it cannot see where addresses come from.",
    sources=(GMAIL, YAHOO, APPLE),
    needs=("audience",),
    known=("audience.opt_in",),
    messages={
        "main": "The recipients come from a list that was bought, so they did not ask for this mailing."
    },
    fails=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"opt_in": "purchased"}},
    ),
    passes=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"opt_in": "single"}},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    yield from unknowns(facts.audience.opt_in)
    if facts.audience.opt_in == "purchased":
        yield Hit(evidence=(Evidence("sending", "audience.opt_in", "purchased"),))
