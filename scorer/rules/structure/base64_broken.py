"""A part in base64 cannot be decoded whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import defects
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="base64-broken",
    group="structure",
    severity="error",
    title="Broken base64",
    why=(
        "Readers get cut text or damaged files, and a part that programs decode differently is a way past"
        " filters, which therefore distrust it."
    ),
    fixes={"main": Fix(text="Encode the part anew.", kind="edit", edit="decode-charset")},
    limits="Line breaks and blanks inside base64 are allowed and not counted.",
    sources=(
        Source(
            "RFC 2045, 6.8 Base64 Content-Transfer-Encoding",
            "https://www.rfc-editor.org/rfc/rfc2045#section-6.8",
            "1996-11",
        ),
        Source(
            "Apache SpamAssassin, rule BASE64_LENGTH_79_INF (1.50 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="defects",
    messages={
        "base64-characters": "Part {part} holds characters that are not base64.",
        "base64-length": "Part {part} ends in the middle of a base64 group.",
    },
    fails=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nRm9ydHkgbmV3IHRpdGxlcw\r\n"
        )
    ),
    passes=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nRm9ydHkgbmV3\r\nIHRpdGxlcw==\r\n \r\n"
        )
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on each part."""
    if facts.message.composed:
        return
    for defect, place in defects(facts.message, *RULE.messages):
        yield Hit(
            message=defect.id,
            params={"part": defect.where},
            evidence=(place,),
            fix_params={"part": defect.where},
        )
