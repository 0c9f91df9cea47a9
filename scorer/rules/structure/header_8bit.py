"""A header field holds raw letters beyond ASCII."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import defects
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="header-8bit",
    group="structure",
    severity="warning",
    title="Letters in a header that are not encoded",
    why=(
        "Only servers with SMTPUTF8 take such fields; others refuse the message or show question marks, "
        "and filters count raw letters in From and Subject."
    ),
    fixes={
        "main": Fix(
            text="Write the {name} field with encoded-words (RFC 2047); mail libraries do so.",
            kind="edit",
            edit="repair-headers",
        )
    },
    limits="Valid UTF-8 is counted too: without SMTPUTF8 in the whole route it is not allowed.",
    sources=(
        Source(
            "RFC 5322, 2.2 Header Fields", "https://www.rfc-editor.org/rfc/rfc5322#section-2.2", "2008-10"
        ),
        Source("RFC 2047, 1 Introduction", "https://www.rfc-editor.org/rfc/rfc2047#section-1", "1996-11"),
        Source(
            "Apache SpamAssassin, rule SUBJ_ILLEGAL_CHARS (1.52 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
        Source(
            "Rspamd, symbols SUBJECT_NEEDS_ENCODING and FROM_NEEDS_ENCODING (1.0 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/regexp/headers.lua",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="defects",
    messages={"main": "{name} holds letters that are not encoded."},
    fails=Example(
        raw=b"From: news@nordlys.example\r\nSubject: V\xc3\xa5rt h\xc3\xb8stprogram\r\n\r\nForty new titles.\r\n"
    ),
    passes=Example(
        raw=b"From: news@nordlys.example\r\nSubject: =?utf-8?q?V=C3=A5rt_h=C3=B8stprogram?=\r\n\r\nForty new titles.\r\n"
    ),
)


SHOWN = frozenset(("from", "to", "cc", "reply-to", "sender", "subject", "list-unsubscribe", "message-id"))
"""Fields that mail programs show or servers act on; trace fields are the servers' own."""


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on each field that a reader or server uses."""
    for defect, place in defects(facts.message, "header-8bit"):
        if defect.where.lower() in SHOWN:
            yield Hit(params={"name": defect.where}, evidence=(place,), fix_params={"name": defect.where})
