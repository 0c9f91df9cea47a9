"""A text part names a character set that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import defects
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="charset-unknown",
    group="structure",
    severity="error",
    title="Unknown character set",
    why="Each program then guesses how to read the text, and readers see wrong letters.",
    fixes={"main": Fix(text="Write the text in UTF-8 and label it so.", kind="edit", edit="decode-charset")},
    limits=(
        "Known are the character sets that mail uses and Python reads, with the misspellings that are common."
    ),
    sources=(
        Source(
            "RFC 2046, 4.1.2 Charset Parameter",
            "https://www.rfc-editor.org/rfc/rfc2046#section-4.1.2",
            "1996-11",
        ),
        Source(
            "IANA, Character Sets",
            "https://www.iana.org/assignments/character-sets/character-sets.xhtml",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="defects",
    messages={"main": 'Part {part} names the character set "{charset}", which is unknown.'},
    fails=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-9\r\nContent-Transfer-Encoding: 8bit\r\n\r\nV\xc3\xa5rt h\xc3\xb8stprogram\r\n"
        )
    ),
    passes=Example(
        raw=(
            b'From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset="UTF8"\r\nContent-Transfer-Encoding: 8bit\r\n\r\nV\xc3\xa5rt h\xc3\xb8stprogram\r\n'
        )
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on each part whose label is unknown."""
    for defect, place in defects(facts.message, "charset-unknown"):
        yield Hit(
            params={"part": defect.where, "charset": defect.detail},
            evidence=(place,),
            fix_params={"part": defect.where},
        )
