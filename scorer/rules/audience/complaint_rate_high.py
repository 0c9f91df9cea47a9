"""The complaint rate is surely above the rate to aim for, though not surely above the limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.audience.complaint_rate_over_limit import LIMIT
from scorer.rules.cited import GMAIL, GMAIL_FAQ
from scorer.rules.rates import certain_rate, percent
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

TARGET = 0.001

RULE = Rule(
    id="complaint-rate-high",
    group="audience",
    severity="warning",
    title="The complaint rate is above 0.1 %",
    why=(
        "Gmail asks senders to stay below 0.1 %; a higher rate lowers the reputation of the domain and with it the "
        "placement of everything that it sends. Amazon SES reviews accounts from 0.1 %."
    ),
    fixes={
        "main": Fix(
            text="Find the source of addresses, or the kind of mailing, that draws the complaints, and stop mailing to it.",
            kind="list",
        )
    },
    limits="Judged by the lower end of a 95 % interval; see also the rule for 0.3 %, which takes its place above that.",
    sources=(
        GMAIL,
        GMAIL_FAQ,
        Source(
            "Amazon SES, Reputation metrics messages",
            "https://docs.aws.amazon.com/ses/latest/dg/reputationdashboardmessages.html",
            "2026-11-24",
        ),
    ),
    needs=("audience",),
    known=("audience.complaint_rate",),
    messages={
        "main": "The complaint rate is {rate} % of {n} messages: with 95 % certainty at least {lower} %, and so above 0.1 %."
    },
    fails=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"complaint_rate": 0.0025, "complaint_n": 20000}},
    ),
    passes=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"complaint_rate": 0.02, "complaint_n": 50}},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    found = certain_rate(facts.audience.complaint_rate, facts.audience.complaint_n)
    if isinstance(found, Unknown):
        yield Unchecked(found.reason)
        return
    rate, lower, n = found
    if TARGET <= lower < LIMIT:
        yield Hit(
            params={"rate": percent(rate), "lower": percent(lower), "n": n},
            evidence=(Evidence("sending", "audience.complaint_rate", str(rate)),),
        )
