"""A field of the draft holds a line break."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import defects
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="line-break-in-field",
    group="structure",
    severity="error",
    title="A line break inside a field",
    why=(
        "A line break in a subject or an address ends the header field and makes the rest a field of its "
        "own: that is how headers are forged through forms. Sending services refuse such a field or cut "
        "it."
    ),
    fixes={"main": Fix(text="Take the line break out of {name}.", kind="edit", edit="repair-headers")},
    limits="For drafts from an editor. Line breaks at the ends are ignored.",
    sources=(
        Source(
            "RFC 5322, 2.2 Header Fields", "https://www.rfc-editor.org/rfc/rfc5322#section-2.2", "2008-10"
        ),
        Source(
            "MITRE, CWE-93: Improper Neutralization of CRLF Sequences",
            "https://cwe.mitre.org/data/definitions/93.html",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="defects",
    messages={"main": "The field {name} holds a line break."},
    fails=Example(
        draft={
            "from": "news@nordlys.example",
            "subject": "Our autumn catalogue\r\nBcc: all@example.org",
            "text": "Forty new titles.",
        }
    ),
    passes=Example(
        draft={
            "from": "news@nordlys.example",
            "subject": "Our autumn catalogue\n",
            "text": "Forty new titles.\r\nBcc: all",
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on each field of the draft with a line break inside."""
    for defect, place in defects(facts.message, "field-line-break"):
        yield Hit(params={"name": defect.where}, evidence=(place,), fix_params={"name": defect.where})
