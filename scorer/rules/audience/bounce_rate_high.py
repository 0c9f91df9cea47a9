"""Too many addresses bounce."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import APPLE, YAHOO
from scorer.rules.rates import certain_rate, percent
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

REVIEW = 0.05
PAUSE = 0.10

RULE = Rule(
    id="bounce-rate-high",
    group="audience",
    severity="warning",
    title="Many addresses bounce",
    why=(
        "Mail to many addresses that do not exist is how providers tell bought or neglected lists. They publish no "
        "number; Amazon SES, whose accounts share its reputation, reviews from 5 % and pauses from 10 %."
    ),
    fixes={
        "main": Fix(
            text="Remove the addresses that bounced for good, and confirm new ones by a mail before you use them.",
            kind="list",
        )
    },
    limits=(
        "Judged by the lower end of a 95 % interval. Count addresses that do not exist (hard bounces), not refusals for "
        "reasons of policy or reputation, which say nothing of the list."
    ),
    sources=(
        Source(
            "Amazon SES, Reputation metrics messages",
            "https://docs.aws.amazon.com/ses/latest/dg/reputationdashboardmessages.html",
            "2026-11-24",
        ),
        YAHOO,
        APPLE,
    ),
    needs=("audience",),
    known=("audience.bounce_rate",),
    messages={
        "main": "{rate} % of {n} messages bounced: with 95 % certainty at least {lower} %, and so above 5 %.",
        "pause": "{rate} % of {n} messages bounced: with 95 % certainty at least {lower} %, and so above 10 %.",
    },
    fails=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"bounce_rate": 0.08, "bounce_n": 4000}},
    ),
    passes=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"bounce_rate": 0.08, "bounce_n": 50}},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    found = certain_rate(facts.audience.bounce_rate, facts.audience.bounce_n)
    if isinstance(found, Unknown):
        yield Unchecked(found.reason)
        return
    rate, lower, n = found
    if lower >= REVIEW:
        pause = lower >= PAUSE
        yield Hit(
            message="pause" if pause else "main",
            severity="error" if pause else None,
            params={"rate": percent(rate), "lower": percent(lower), "n": n},
            evidence=(Evidence("sending", "audience.bounce_rate", str(rate)),),
        )
