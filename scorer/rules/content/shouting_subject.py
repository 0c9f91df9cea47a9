"""The whole subject is in capital letters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import of_header
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="shouting-subject",
    group="content",
    severity="warning",
    title="Subject in capitals",
    why=(
        "Capitals throughout are hard to read and typical of junk mail; SpamAssassin and Rspamd count them."
    ),
    fixes={"main": Fix(text="Write the subject in ordinary letters.", kind="edit", edit="calm-subject")},
    limits=(
        "Single words and short names in capitals are left alone, and so are scripts without capital letters."
    ),
    sources=(
        Source(
            "Apache SpamAssassin, rule SUBJ_ALL_CAPS (0.5 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
        Source(
            "Rspamd, symbol SUBJ_ALL_CAPS (3.0 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/subject_checks.lua",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="odd subject",
    messages={"main": "All {letters} letters of the subject are capitals."},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "FORTY NEW TITLES, ONLY THIS WEEK",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "IKEA and NASA: the new RFID catalogue",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>",
        }
    ),
)


MIN_LETTERS = 10


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where two words and more, of `MIN_LETTERS` letters and more, are all capitals."""
    subject = facts.message.subject
    head = subject[:1000]
    if head.isascii() and not head.isupper():
        return
    letters = [c for c in head if c.upper() != c.lower()]
    if len(letters) < MIN_LETTERS or any(c != c.upper() for c in letters):
        return
    words = [word for word in head.split() if sum(c.isalpha() for c in word) >= 2]
    if len(words) >= 2:
        yield Hit(
            params={"letters": len(letters)},
            evidence=(of_header(facts.message, "subject", 0, len(subject)),),
            fix_params={"subject": subject[:200]},
        )
