"""Some contacts have not been heard of for years."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import APPLE, GMAIL
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

OLD = 730
"""Days: after two years without use Google may delete an account."""

RULE = Rule(
    id="old-contacts",
    group="audience",
    severity="warning",
    title="Contacts that have not been heard of for years",
    why=(
        "Mailboxes that nobody uses are deleted, after two years at Google, and bounce; some are later run as spam "
        "traps. Mail to them tells providers that a list is not looked after."
    ),
    fixes={
        "main": Fix(
            text="Leave out everybody of whom you have seen nothing for {days} days, or ask them once whether they want to stay.",
            kind="list",
        )
    },
    limits="Only the oldest contact's age is known here, not how many are that old; nobody knows which addresses are traps.",
    sources=(
        Source(
            "Google, Inactive Google Account Policy",
            "https://support.google.com/accounts/answer/12418290",
            "2026-11-24",
        ),
        Source(
            "M3AAWG, Best Current Practices for Building and Operating a Spamtrap, 1.2.0",
            "https://docslib.org/doc/8633827/",
            "2016",
        ),
        GMAIL,
        APPLE,
    ),
    needs=("audience",),
    known=("audience.oldest_contact_days",),
    messages={
        "main": "The oldest contact has not been heard of for {age} days, which is more than two years."
    },
    fails=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"oldest_contact_days": 1600}},
    ),
    passes=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"oldest_contact_days": 700}},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    age = facts.audience.oldest_contact_days
    if isinstance(age, Unknown):
        yield Unchecked(age.reason)
    elif age > OLD:
        yield Hit(
            params={"age": age},
            evidence=(Evidence("sending", "audience.oldest_contact_days", str(age)),),
            fix_params={"days": OLD},
        )
