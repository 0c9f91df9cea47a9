"""The message does not begin as a message must."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import defects
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="header-section-broken",
    group="structure",
    severity="error",
    title="The header section is broken",
    why=(
        "A line that is no field ends the header section for some programs and not for others, so fields "
        "below it, such as Subject or DKIM-Signature, are lost or shown as text."
    ),
    fixes={
        "main": Fix(
            text="Remove what stands between or before the header fields.", kind="edit", edit="repair-headers"
        )
    },
    limits='A "From " line of a mailbox file at the very top is taken off silently.',
    sources=(
        Source(
            "RFC 5322, 2.1 General Description",
            "https://www.rfc-editor.org/rfc/rfc5322#section-2.1",
            "2008-10",
        ),
        Source(
            "Rspamd, symbol BROKEN_HEADERS (10.0 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/headers_checks.lua",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="defects",
    messages={
        "header-no-separator": "A line in the header section is no field, and the empty line after the fields is missing.",
        "header-continuation-first": "The message begins with a continuation line.",
        "header-misplaced-from": 'A "From " line stands between the header fields.',
        "byte-order-mark": "The message begins with a byte order mark.",
    },
    fails=Example(
        raw=b"From: news@nordlys.example\r\nSubject: Our autumn catalogue\r\nForty new titles for children and adults.\r\nSee you on Saturday.\r\n"
    ),
    passes=Example(
        raw=b"From MAILER-DAEMON Mon Nov  2 10:00:00 2026\r\nFrom: news@nordlys.example\r\nSubject: Our\r\n autumn catalogue\r\n\r\nForty new titles.\r\n"
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on what breaks the header section of the message itself."""
    if facts.message.composed:
        return
    for defect, place in defects(facts.message, *RULE.messages):
        if defect.where in ("", "1"):
            yield Hit(message=defect.id, evidence=(place,))
