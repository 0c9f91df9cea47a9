"""The part before the @ of the From address holds letters outside ASCII."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="from-needs-smtputf8",
    group="identity",
    severity="warning",
    title="The sender's mailbox name needs an extension that many servers lack",
    why=(
        "Letters outside ASCII before the @ can only travel with the SMTPUTF8 extension, and every server on "
        "the way must offer it; one that does not refuses the message. A domain with such letters has no such "
        "trouble, because it has an ASCII form."
    ),
    fixes={
        "main": Fix(text="Send from an address with only ASCII letters before the @.", kind="author"),
    },
    limits="Servers that offer SMTPUTF8, Gmail's among them, take such addresses.",
    sources=(
        Source(
            "RFC 6531, 3.2 The SMTPUTF8 Extension",
            "https://www.rfc-editor.org/rfc/rfc6531#section-3.2",
            "2012-02",
        ),
    ),
    needs=("identity",),
    about="odd sender",
    messages={
        "main": "The address {address} has letters outside ASCII before the @, which not every mail server takes."
    },
    fails=Example(
        draft={"from": "Blomster <blåbær@example.no>", "subject": "Nye blomster", "text": "Velkommen innom."}
    ),
    passes=Example(
        draft={
            "from": "Blåbær <post@blåbær.example.no>",
            "subject": "Nye blomster",
            "text": "Velkommen innom.",
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    author = facts.identity.author
    if author is None or author.local_part.isascii():
        return
    yield Hit(
        params={"address": author.address[:80]}, evidence=(within(facts.message, "From", author.address),)
    )
