"""The HTML part stands before the plain text part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import defects
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="alternatives-reversed",
    group="structure",
    severity="error",
    title="HTML before text",
    why=(
        "In multipart/alternative the last part is the one to show, so mail programs show the plain text "
        "and nobody sees the design."
    ),
    fixes={
        "main": Fix(
            text="Put the plain text part first and the HTML part last.", kind="edit", edit="repair-headers"
        )
    },
    limits="Looks at multipart/alternative only.",
    sources=(
        Source(
            "RFC 2046, 5.1.4 Alternative Subtype",
            "https://www.rfc-editor.org/rfc/rfc2046#section-5.1.4",
            "1996-11",
        ),
    ),
    needs=("message",),
    about="defects",
    messages={"main": "In part {part} the HTML stands before the plain text."},
    fails=Example(
        raw=(
            b'From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Forty new titles.</p>\r\n--b\r\nContent-Type: text/plain\r\n\r\nForty new titles.\r\n--b--\r\n'
        )
    ),
    passes=Example(
        raw=(
            b'From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Forty new titles.</p>\r\n--b\r\nContent-Type: text/plain\r\n\r\nNordlys Books, Bergen\r\n--b--\r\n'
        )
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on each multipart/alternative with HTML before plain text."""
    for defect, place in defects(facts.message, "alternatives-reversed"):
        yield Hit(params={"part": defect.where}, evidence=(place,))
