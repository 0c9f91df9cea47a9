"""Answers go to another organization than the sender's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import is_freemail, sending_service_of
from scorer.facts.identity import org_of
from scorer.rules.cited import RSPAMD_HEADERS
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="reply-to-elsewhere",
    group="identity",
    severity="info",
    title="Answers go to another domain",
    why=(
        "It is allowed and common, and filters give it no weight by itself; but a wrong Reply-To sends your "
        "customers' answers to strangers, so it is worth a look."
    ),
    fixes={
        "main": Fix(
            text="If {domain} is not meant to get the answers, take the Reply-To header out or name another address.",
            kind="edit",
            edit="drop-reply-to",
        )
    },
    limits="Two domains may belong to one organization. Addresses of sending services and free-mail addresses are not meant here.",
    sources=(
        Source(
            "RFC 5322, 3.6.2 Originator Fields",
            "https://www.rfc-editor.org/rfc/rfc5322#section-3.6.2",
            "2008-10",
        ),
        RSPAMD_HEADERS,
    ),
    needs=("identity",),
    about="reply-to",
    messages={"main": "Answers go to {address}, while the mailing comes from {from_domain}."},
    fails=Example(
        draft={
            "from": "Nordic Skis <shop@nordic-skis.example>",
            "reply_to": "orders@waxworks.example",
            "subject": "Wax",
            "text": "Hi.",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordic Skis <shop@mail.nordic-skis.com>",
            "reply_to": "orders@nordic-skis.com",
            "subject": "Wax",
            "text": "Hi.",
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    identity = facts.identity
    if not identity.author_org or facts.discussion:
        return
    to = facts.message.get("to").lower()
    for box in identity.reply_to[:10]:
        if box.address and box.address.lower() in to:
            # A list that lets answers go to itself.
            continue
        if not box.domain or org_of(box.domain) == identity.author_org:
            continue
        if is_freemail(box.domain) or is_freemail(identity.author_domain) or sending_service_of(box.domain):
            continue
        yield Hit(
            params={"address": box.address[:80], "from_domain": identity.author_domain},
            evidence=(within(facts.message, "Reply-To", box.address),),
            fix_params={"domain": box.domain},
        )
        return
