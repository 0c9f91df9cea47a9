"""Unusually many recipients unsubscribe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rates import certain_rate, percent
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

LIMIT = 0.01

RULE = Rule(
    id="unsubscribe-rate-high",
    group="audience",
    severity="info",
    title="Many recipients unsubscribe",
    why=(
        "To unsubscribe harms nobody, and filters are not known to count it; but a high rate says that the mailing "
        "is not what people signed up for, and those who do not find the link complain instead. Sending services "
        "warn accounts for it."
    ),
    fixes={
        "main": Fix(
            text="Look where those who left had signed up, and what they had been promised; mail less often or to fewer.",
            kind="list",
        )
    },
    limits="No provider publishes a number; 1 % is this program's own judgement, by the lower end of a 95 % interval.",
    sources=(
        Source(
            "Mailchimp, About Unsubscribe Warnings",
            "https://mailchimp.com/help/about-unsubscribe-warnings/",
            "2026-11-24",
        ),
    ),
    needs=("audience",),
    known=("audience.unsubscribe_rate",),
    messages={"main": "{rate} % of {n} recipients unsubscribed: with 95 % certainty at least {lower} %."},
    fails=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"unsubscribe_rate": 0.02, "unsubscribe_n": 5000}},
    ),
    passes=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"unsubscribe_rate": 0.02, "unsubscribe_n": 150}},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    found = certain_rate(facts.audience.unsubscribe_rate, facts.audience.unsubscribe_n)
    if isinstance(found, Unknown):
        yield Unchecked(found.reason)
        return
    rate, lower, n = found
    if lower >= LIMIT:
        yield Hit(
            params={"rate": percent(rate), "lower": percent(lower), "n": n},
            evidence=(Evidence("sending", "audience.unsubscribe_rate", str(rate)),),
        )
