"""A mailing whose sender has no name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import APPLE, GMAIL_NAMES
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="no-display-name",
    group="identity",
    severity="info",
    title="The sender has no name",
    why=(
        "Recipients decide by the sender's name whether they know a mailing; one that they do not recognize is "
        "reported as spam sooner. Gmail asks for clear and visible sender information, Apple for a consistent name."
    ),
    fixes={
        "main": Fix(
            text="Put your organization's name before the address: Your Name <{address}>.", kind="author"
        )
    },
    limits="No filter is known to count it; only mailings are judged, letters from person to person are not.",
    sources=(GMAIL_NAMES, APPLE),
    needs=("identity", "unsubscribe", "content"),
    about="odd sender",
    messages={"main": "The mailing comes from the bare address {address}, without a name."},
    fails=Example(
        draft={
            "from": "nl7@mail.example.com",
            "subject": "November",
            "html": '<p>News.</p><p><a href="https://example.com/u">Unsubscribe</a></p>',
        }
    ),
    passes=Example(
        draft={"from": "ann@example.com", "subject": "Lunch", "text": "Shall we have lunch on Friday?"}
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    author = facts.identity.author
    if author is None or "@" not in author.address or author.display_name.strip():
        return
    if facts.subscribed is True:
        shown = author.address[:80]
        yield Hit(
            params={"address": shown},
            evidence=(within(facts.message, "From", author.address),),
            fix_params={"address": shown},
        )
