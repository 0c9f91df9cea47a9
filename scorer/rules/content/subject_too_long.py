"""The subject is longer than any mail program shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import of_header
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="subject-too-long",
    group="content",
    severity="warning",
    title="Very long subject",
    why=(
        "Mail programs show the first 30 to 90 characters of a subject. Text that was meant for the body "
        "looks like stuffing to filters."
    ),
    fixes={"main": Fix(text="Say it in fewer than 100 characters.", kind="author")},
    limits="Counted in characters after decoding, without a reply prefix.",
    sources=(
        Source(
            "Rspamd, symbol LONG_SUBJ (3.0 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/subject_checks.lua",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="odd subject",
    messages={"main": "The subject has {length} characters."},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue is here, with forty new titles for children and adults, twelve signed copies, a reading list from our booksellers, and coffee on Saturday from ten at the shop in Bergen, where the winner of the prize reads from the book",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue is here, with forty new titles for children and adults, twelve signed copies, and a reading list from our booksellers",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>",
        }
    ),
)


MAX_LENGTH = 200


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire above `MAX_LENGTH` code points."""
    subject = facts.message.subject
    if len(subject) > MAX_LENGTH:
        yield Hit(
            params={"length": len(subject)},
            evidence=(of_header(facts.message, "subject", MAX_LENGTH, len(subject)),),
        )
