"""The Date field is not a date."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="malformed-date",
    group="structure",
    severity="warning",
    title="Date that cannot be read",
    why="Mail programs sort by it and filters count a date that does not follow the standard.",
    fixes={
        "main": Fix(
            text="Leave the Date field to the mail library or the sending service.",
            kind="edit",
            edit="repair-headers",
        )
    },
    limits=(
        "A draft needs no Date: the sending service adds it. Obsolete forms of the standard are accepted."
    ),
    sources=(
        Source(
            "RFC 5322, 3.3 Date and Time Specification",
            "https://www.rfc-editor.org/rfc/rfc5322#section-3.3",
            "2008-10",
        ),
        Source(
            "Apache SpamAssassin, rule INVALID_DATE (1.10 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    messages={"main": 'The Date field "{date}" cannot be read.'},
    fails=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nDate: tomorrow at ten\r\n\r\nForty new titles for children and adults.\r\n"
        )
    ),
    passes=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nDate: 2 Nov 26 10:00 GMT\r\n\r\nForty new titles for children and adults.\r\n"
        )
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where a Date field is there and is no date."""
    date = facts.message.get("date")
    if not facts.message.all("date") or _is_date(date):
        return
    yield Hit(
        params={"date": date[:60]},
        evidence=(Evidence("header", name="date", quote=date[:120]),),
        fix_params={"name": "Date"},
    )


def _is_date(text: str) -> bool:
    if len(text) > 200 or not any(c.isdigit() for c in text):
        return False
    try:
        parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    return True
