"""Gmail itself counts too many complaints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import GMAIL, GMAIL_FAQ
from scorer.rules.rates import percent
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Unchecked
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

ASKED = 0.001
LIMIT = 0.003

RULE = Rule(
    id="gmail-spam-rate-high",
    group="reputation",
    severity="warning",
    title="Gmail's own spam rate for you is high",
    why=(
        "Gmail sends no reports of single complaints; it publishes the rate in Postmaster Tools. It asks senders to "
        "stay below 0.1 % and never to reach 0.3 %: above, it gives no help with deliverability until seven days in "
        "a row were below."
    ),
    fixes={
        "main": Fix(
            text="Send to Gmail users who opened or clicked of late only, until the rate has been below 0.1 % for a week.",
            kind="list",
        )
    },
    limits=(
        "The rate comes without the number of messages, so that nothing can be said of its certainty; Google shows it "
        "for days with enough mail only. It is of mail in the inbox of active users, and not comparable with others."
    ),
    sources=(GMAIL, GMAIL_FAQ),
    needs=("audience",),
    known=("audience.gmail_spam_rate",),
    messages={
        "main": "Gmail's Postmaster Tools show a spam rate of {rate} % on a day of the last week, above 0.1 %.",
        "limit": "Gmail's Postmaster Tools show a spam rate of {rate} % on a day of the last week, at or above 0.3 %.",
    },
    fails=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"gmail_spam_rate": 0.004}},
    ),
    passes=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"gmail_spam_rate": 0.0008}},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    rate = facts.audience.gmail_spam_rate
    if isinstance(rate, Unknown):
        yield Unchecked(rate.reason)
    elif rate >= ASKED:
        over = rate >= LIMIT
        yield Hit(
            message="limit" if over else "main",
            severity="error" if over else None,
            params={"rate": percent(rate)},
            evidence=(Evidence("sending", "audience.gmail_spam_rate", str(rate)),),
        )
