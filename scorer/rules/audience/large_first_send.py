"""The first mailing of a new sender goes to very many recipients at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import GMAIL
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Unchecked, unknowns
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

LARGE = 5000
"""Recipients: the size from which Gmail counts a sender as a bulk sender."""

RULE = Rule(
    id="large-first-send",
    group="audience",
    severity="warning",
    title="A large first mailing",
    why=(
        "Providers do not know a new domain or address, and a sudden volume is what hijacked accounts and spammers "
        "show. Gmail asks to raise the volume slowly, starting with recipients who are engaged; mail beyond that is "
        "put off or goes to spam."
    ),
    fixes={
        "main": Fix(
            text="Send in portions over several days or weeks, the most engaged recipients first, and watch the results.",
            kind="sending",
        )
    },
    limits=(
        "Gmail names no number for a start; the threshold of 5,000 is that of its bulk senders. A shared sending domain "
        "or address of a service that is known already softens the effect."
    ),
    sources=(GMAIL,),
    needs=("audience",),
    known=("audience.first_send",),
    messages={
        "main": "This is the first mailing from this sender, and it goes to {recipients} recipients at once."
    },
    fails=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"first_send": True, "recipients": 40000}},
    ),
    passes=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"first_send": True, "recipients": 800}},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    first, recipients = facts.audience.first_send, facts.audience.recipients
    if first is False:
        return
    if isinstance(first, Unknown) or isinstance(recipients, Unknown):
        yield from unknowns(first, recipients)
    elif recipients >= LARGE:
        yield Hit(
            params={"recipients": recipients},
            evidence=(Evidence("sending", "audience.recipients", str(recipients)),),
        )
