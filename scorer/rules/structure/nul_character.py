"""The message holds bytes of value zero."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import defects
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="nul-character",
    group="structure",
    severity="error",
    title="NUL characters in the message",
    why=(
        "Mail may not hold them. Servers refuse or cut such messages, and programs stop reading at them, "
        "which hides what follows."
    ),
    fixes={"main": Fix(text="Delete the NUL characters.", kind="edit", edit="repair-headers")},
    limits="NUL inside attached files is ordinary and not counted.",
    sources=(
        Source("RFC 5322, 4 Obsolete Syntax", "https://www.rfc-editor.org/rfc/rfc5322#section-4", "2008-10"),
        Source(
            "Apache SpamAssassin, rule NULL_IN_BODY (1.60 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="defects",
    messages={"main": "The message holds NUL characters."},
    fails=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nForty new\x00 titles\r\n"
        )
    ),
    passes=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nForty new\\0 titles &#0;\r\n"
        )
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where header or text holds one."""
    if facts.message.composed:
        return
    for _, place in defects(facts.message, "header-nul", "nul-in-text"):
        yield Hit(evidence=(place,))
