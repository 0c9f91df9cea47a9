"""A header field holds encoded-words that cannot be decoded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import defects
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="encoded-word-broken",
    group="structure",
    severity="warning",
    title="A header is encoded wrongly",
    why=(
        "Readers see the code (=?utf-8?…) in place of the words, and broken encoding is a mark of home-"
        "made bulk mail."
    ),
    fixes={"main": Fix(text="Encode the {name} field anew.", kind="edit", edit="repair-headers")},
    limits="Looks at the fields that readers see.",
    sources=(
        Source(
            "RFC 2047, 2 Syntax of encoded-words",
            "https://www.rfc-editor.org/rfc/rfc2047#section-2",
            "1996-11",
        ),
        Source(
            "Apache SpamAssassin, rule BAD_ENC_HEADER (0.001 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="defects",
    messages={"main": "{name} holds an encoded-word that cannot be decoded."},
    fails=Example(
        raw=b"From: news@nordlys.example\r\nSubject: =?utf-8?b?SMO4c3Rwcm9ncmF?= =?utf-8?q?V=C3=A5rt\r\n\r\nForty new titles.\r\n"
    ),
    passes=Example(
        raw=b"From: news@nordlys.example\r\nSubject: =?iso-8859-1?q?H=F8st?= =?utf-8?q?programmet?= a=?b\r\n\r\nForty new titles.\r\n"
    ),
)


SHOWN = frozenset(("from", "to", "cc", "reply-to", "sender", "subject"))


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on fields that readers see."""
    for defect, place in defects(facts.message, "header-encoded-word", "header-charset"):
        if defect.where.lower() in SHOWN:
            yield Hit(params={"name": defect.where}, evidence=(place,), fix_params={"name": defect.where})
