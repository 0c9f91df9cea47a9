"""A part names a transfer encoding that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import defects
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="transfer-encoding-unknown",
    group="structure",
    severity="error",
    title="Unknown transfer encoding",
    why=("The part must then be treated as bytes of no meaning: readers see the source or an attachment."),
    fixes={"main": Fix(text="Use quoted-printable or base64.", kind="edit", edit="decode-charset")},
    limits="Known are 7bit, 8bit, binary, quoted-printable, base64 and uuencode.",
    sources=(
        Source(
            "RFC 2045, 6.4 Interpretation and Use",
            "https://www.rfc-editor.org/rfc/rfc2045#section-6.4",
            "1996-11",
        ),
    ),
    needs=("message",),
    about="defects",
    messages={"main": 'Part {part} names the transfer encoding "{encoding}".'},
    fails=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: utf-8\r\n\r\nForty new titles for children and adults.\r\n"
        )
    ),
    passes=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: Quoted-Printable\r\n\r\nForty new titles for children and adults.\r\n"
        )
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on each part."""
    for defect, place in defects(facts.message, "transfer-encoding-unknown"):
        yield Hit(
            params={"part": defect.where, "encoding": defect.detail},
            evidence=(place,),
            fix_params={"part": defect.where},
        )
