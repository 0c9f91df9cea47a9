"""The boundaries of a multipart message do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import defects
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked
from scorer.said import say

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="broken-multipart",
    group="structure",
    severity="error",
    title="The MIME parts are broken",
    why=(
        "Mail programs then show the source, nothing, or the wrong part, and filters see something else "
        "than the reader does, which is why they distrust such messages."
    ),
    fixes={
        "main": Fix(
            text="Build the message anew with a MIME library or the sending service's editor.",
            kind="edit",
            edit="repair-headers",
        )
    },
    limits=("A closing boundary that is missing at the very end is read by every program and not counted."),
    sources=(
        Source(
            "RFC 2046, 5.1.1 Common Syntax", "https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1", "1996-11"
        ),
        Source(
            "Rspamd, symbol BROKEN_CONTENT_TYPE (1.5 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/headers_checks.lua",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="defects",
    messages={
        "multipart-no-boundary": "Part {part} is a multipart without a boundary.",
        "multipart-boundary-absent": "The boundary that part {part} announces does not occur.",
        "multipart-empty": "Part {part} is a multipart without parts.",
        "multipart-encoded": "Part {part} is a multipart in {detail} encoding, which is not allowed.",
        "unreadable-structure": "The parts cannot be read.",
    },
    fails=Example(
        raw=(
            b'From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="part"\r\n\r\n--other\r\nContent-Type: text/html\r\n\r\n<p>Forty new titles.</p>\r\n--other--\r\n'
        )
    ),
    passes=Example(
        raw=(
            b'From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="part"\r\n\r\n--part\r\nContent-Type: text/html\r\n\r\n<p>Forty new titles.</p>\r\n--part\r\n'
        )
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on multiparts that cannot be taken apart as announced."""
    if facts.message.composed:
        return
    for defect, place in defects(facts.message, *RULE.messages):
        yield Hit(
            message=defect.id,
            params={"part": defect.where or "1", "detail": defect.detail or say("a transfer")},
            evidence=(place,),
        )
