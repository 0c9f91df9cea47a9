"""The mailing has no subject."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="subject-missing",
    group="content",
    severity="warning",
    title="No subject",
    why=(
        'Readers see "(no subject)" where the reason to open should stand, and filters count a missing '
        "subject."
    ),
    fixes={"main": Fix(text="Write a subject that says what the mailing is about.", kind="author")},
    limits="A subject made of merge tags only is not judged: it is filled when the mailing is sent.",
    sources=(
        Source(
            "Apache SpamAssassin, rule MISSING_SUBJECT (1.80 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
        Source(
            "Rspamd, symbols MISSING_SUBJECT (2.0 of 15) and EMPTY_SUBJECT (1.0)",
            "https://github.com/rspamd/rspamd/blob/master/rules/regexp/headers.lua",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="odd subject",
    messages={"main": "The mailing has no subject.", "empty": "The subject is empty."},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "{{campaign.subject}}",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>",
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where there is no Subject field or nothing that shows in it."""
    if facts.message.subject[:1].isalnum():
        return
    if any(not c.isspace() and c.isprintable() for c in facts.message.subject[:1000]):
        return
    found = bool(facts.message.all("subject"))
    yield Hit(message="empty" if found else "main", evidence=(Evidence("header", name="subject"),))
