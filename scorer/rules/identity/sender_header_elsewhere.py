"""The Sender header names another organization than From."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.identity import org_of
from scorer.rules.cited import RFC5322_FROM
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="sender-header-elsewhere",
    group="identity",
    severity="info",
    title="A Sender header of another domain",
    why=(
        "Outlook shows such mail as sent “on behalf of” the From address, which looks odd to recipients. DMARC "
        "looks at From alone, so a Sender header helps nothing there."
    ),
    fixes={
        "main": Fix(
            text="Leave the Sender header out, or let it name an address at the domain of From.",
            kind="author",
        )
    },
    limits="Sending services add such a header themselves for some customers, so a message that was sent already is not judged; filters give it no weight.",
    sources=(
        RFC5322_FROM,
        Source(
            "RFC 9989, DMARC: the Author Domain is that of From",
            "https://www.rfc-editor.org/rfc/rfc9989",
            "2026-05",
        ),
    ),
    needs=("identity",),
    about="sender",
    messages={"main": "The Sender header names {address}, while From is at {from_domain}."},
    fails=Example(
        draft={
            "from": "Nordic Skis <shop@nordic-skis.example>",
            "sender": "bulk@mailer.example.net",
            "subject": "Wax",
            "text": "Hi.",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordic Skis <shop@nordic-skis.com>",
            "sender": "news@mail.nordic-skis.com",
            "subject": "Wax",
            "text": "Hi.",
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    identity = facts.identity
    if not identity.author_org or facts.message.transported or facts.discussion:
        return
    for box in identity.sender[:1]:
        if box.domain and org_of(box.domain) != identity.author_org:
            yield Hit(
                params={"address": box.address[:80], "from_domain": identity.author_domain},
                evidence=(within(facts.message, "Sender", box.address),),
            )
