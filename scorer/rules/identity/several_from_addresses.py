"""From names more than one address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import GMAIL, RFC5322_FROM, RSPAMD_HEADERS
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="several-from-addresses",
    group="identity",
    severity="error",
    title="More than one sender address",
    why=(
        "Gmail asks for exactly one address in the From header. With several, receivers cannot tell which domain "
        "DMARC is to be checked for, and some refuse the message for that alone."
    ),
    fixes={
        "main": Fix(
            text="Keep one address in the From header: {address}. Others can stand in Reply-To.",
            kind="edit",
            edit="single-from",
        )
    },
    limits=(
        "RFC 5322 allows several addresses together with a Sender header; in practice receivers do not. A second "
        "From header is another finding."
    ),
    sources=(GMAIL, RFC5322_FROM, RSPAMD_HEADERS),
    needs=("identity",),
    about="odd sender",
    messages={"main": "The From header names {count} addresses; receivers expect exactly one."},
    fails=Example(
        draft={
            "from": "Ann Berg <ann@example.com>, Ole Dahl <ole@example.com>",
            "sender": "ann@example.com",
            "subject": "Our autumn programme",
            "text": "See you there.",
        }
    ),
    passes=Example(
        draft={
            "from": '"Berg, Ann and Dahl, Ole" <office@example.com>',
            "reply_to": "ann@example.com, ole@example.com",
            "subject": "Our autumn programme",
            "text": "See you there.",
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    addresses = dict.fromkeys(box.address for box in facts.identity.from_ if "@" in box.address)
    if len(addresses) > 1:
        first, *others = addresses
        yield Hit(
            params={"count": len(addresses)},
            evidence=tuple(within(facts.message, "From", address) for address in others[:5]),
            fix_params={"address": first},
        )
