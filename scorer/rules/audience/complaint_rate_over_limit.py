"""The complaint rate is surely above the limit that providers name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import GMAIL, GMAIL_FAQ, YAHOO
from scorer.rules.rates import certain_rate, percent
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Unchecked
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

LIMIT = 0.003

RULE = Rule(
    id="complaint-rate-over-limit",
    group="audience",
    severity="error",
    title="The complaint rate is above 0.3 %",
    why=(
        "Gmail and Yahoo want the share of recipients who press “report spam” below 0.3 %. Above it Gmail gives no "
        "help with deliverability until the rate has been below for seven days in a row, and more mail goes to spam."
    ),
    fixes={
        "main": Fix(
            text=(
                "Stop mailing to those who did not ask for it or do not open, starting with the newest and the oldest "
                "sources of addresses; send again to the engaged part of the list first."
            ),
            kind="list",
        )
    },
    limits=(
        "Judged by the lower end of a 95 % interval, so that a few complaints among few messages do not count. Gmail "
        "counts mail that reached the inbox of active users; your service's number may have another denominator."
    ),
    sources=(GMAIL, GMAIL_FAQ, YAHOO),
    needs=("audience",),
    known=("audience.complaint_rate",),
    messages={
        "main": "The complaint rate is {rate} % of {n} messages: with 95 % certainty at least {lower} %, and so above 0.3 %."
    },
    fails=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"complaint_rate": 0.006, "complaint_n": 10000}},
    ),
    passes=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"complaint_rate": 0.006, "complaint_n": 500}},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    found = certain_rate(facts.audience.complaint_rate, facts.audience.complaint_n)
    if isinstance(found, Unknown):
        yield Unchecked(found.reason)
        return
    rate, lower, n = found
    if lower >= LIMIT:
        yield Hit(
            params={"rate": percent(rate), "lower": percent(lower), "n": n},
            evidence=(Evidence("sending", "audience.complaint_rate", str(rate)),),
        )
