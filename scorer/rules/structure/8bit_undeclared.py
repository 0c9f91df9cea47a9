"""A part holds bytes over 127 and does not say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import defects
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="8bit-undeclared",
    group="structure",
    severity="info",
    title="8-bit text that says it is 7-bit",
    why=(
        "The transfer encoding is missing or says 7bit, so a server may clear the eighth bit or refuse "
        "the message."
    ),
    fixes={
        "main": Fix(
            text="Encode the part as quoted-printable or base64, or declare 8bit.",
            kind="edit",
            edit="decode-charset",
        )
    },
    limits="Most servers today pass 8-bit text on unchanged.",
    sources=(
        Source(
            "RFC 2045, 6.2 Content-Transfer-Encodings Semantics",
            "https://www.rfc-editor.org/rfc/rfc2045#section-6.2",
            "1996-11",
        ),
    ),
    needs=("message",),
    about="defects",
    messages={"main": "Part {part} holds 8-bit text and does not declare it."},
    fails=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nV\xc3\xa5rt h\xc3\xb8stprogram\r\n"
        )
    ),
    passes=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nV\xc3\xa5rt h\xc3\xb8stprogram\r\n"
        )
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on each part; where its character set is missing too, that is said by charset-wrong."""
    unlabelled = {d.where for d in facts.message.defects if d.id in ("charset-undeclared", "charset-unknown")}
    for defect, place in defects(facts.message, "8bit-undeclared"):
        if defect.where not in unlabelled:
            yield Hit(params={"part": defect.where}, evidence=(place,), fix_params={"part": defect.where})
