"""The message has too many parts inside parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import defects
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="nested-too-deep",
    group="structure",
    severity="error",
    title="Parts nested too deeply",
    why=(
        "Filters stop reading at some depth and refuse what they cannot read; no mailing needs more than "
        "four levels."
    ),
    fixes={
        "main": Fix(
            text="Build the message anew with one text, one HTML and its files.",
            kind="edit",
            edit="repair-headers",
        )
    },
    limits="Counted from 40 levels or 500 parts on.",
    sources=(
        Source(
            "RFC 2046, 5.1 Multipart Media Type",
            "https://www.rfc-editor.org/rfc/rfc2046#section-5.1",
            "1996-11",
        ),
        Source(
            "Apache SpamAssassin, rule MIMEPART_LIMIT_EXCEEDED (0.001 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="defects",
    messages={"main": "The parts are nested too deeply, or too many, to be read."},
    fails=Example(
        raw=b"From: news@nordlys.example\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\n"
        + b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(60)
        )
        + b"Content-Type: text/plain\r\n\r\nForty new titles.\r\n"
    ),
    passes=Example(
        raw=b"From: news@nordlys.example\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\n"
        + b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(6)
        )
        + b"Content-Type: text/plain\r\n\r\nForty new titles.\r\n"
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the reading had to stop."""
    for _, place in defects(facts.message, "nested-too-deep", "too-many-parts"):
        yield Hit(evidence=(place,))
        return
