"""The bytes of a text part are not what their label says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import defects
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="charset-wrong",
    group="structure",
    severity="warning",
    title="Text in another character set than it says",
    why="Programs that believe the label show wrong letters, often in names and prices.",
    fixes={"main": Fix(text="Write the text in UTF-8 and label it so.", kind="edit", edit="decode-charset")},
    limits=(
        "Seen only where the bytes are impossible in the character set that is named, or none is named "
        "for letters beyond ASCII; wrong labels that happen to be possible are not seen."
    ),
    sources=(
        Source(
            "RFC 2046, 4.1.2 Charset Parameter",
            "https://www.rfc-editor.org/rfc/rfc2046#section-4.1.2",
            "1996-11",
        ),
        Source(
            "Rspamd, symbol R_MISSING_CHARSET (0.5 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/regexp/headers.lua",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="defects",
    messages={
        "charset-wrong": "The text of part {part} is labelled {charset} and is not.",
        "charset-undeclared": "The text of part {part} has letters beyond ASCII and names no character set.",
    },
    fails=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nV\xe5rt h\xf8stprogram\r\n"
        )
    ),
    passes=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nV\xe5rt h\xf8stprogram koster 100 \x80\r\n"
        )
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on each part with a wrong label or none."""
    for defect, place in defects(facts.message, *RULE.messages):
        yield Hit(
            message=defect.id,
            params={"part": defect.where, "charset": defect.detail},
            evidence=(place,),
            fix_params={"part": defect.where},
        )
