"""The mailing is far larger than anything the sender has sent of late."""

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
FACTOR = 2

RULE = Rule(
    id="volume-jump",
    group="reputation",
    severity="warning",
    title="A jump of the volume",
    why=(
        "Gmail asks not to raise the volume suddenly, for instance not to double it, if the sender has no history of "
        "large mailings: mail beyond the usual amount is put off or goes to spam."
    ),
    fixes={
        "main": Fix(
            text="Send in portions of no more than twice your usual {most} a day, the most engaged recipients first.",
            kind="sending",
        )
    },
    limits=(
        "The usual amount is the largest of a day of the last 30. Below 5,000 recipients a jump is not reported, by "
        "this program's own judgement."
    ),
    sources=(GMAIL,),
    needs=("audience", "sending"),
    known=("audience.most_per_day",),
    messages={
        "main": "It goes to {recipients} recipients; the most that was sent on a day of the last 30 is {most}."
    },
    fails=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"recipients": 40000, "most_per_day": 9000}},
    ),
    passes=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"recipients": 15000, "most_per_day": 9000}},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    most = facts.audience.most_per_day
    recipients = facts.audience.recipients
    if isinstance(recipients, Unknown):
        recipients = facts.sending.volume_per_day
    if isinstance(most, Unknown) or isinstance(recipients, Unknown):
        yield from unknowns(most, recipients)
    elif recipients >= LARGE and recipients > FACTOR * most:
        yield Hit(
            params={"recipients": recipients, "most": most},
            evidence=(Evidence("sending", "audience.most_per_day", str(most)),),
            fix_params={"most": most},
        )
