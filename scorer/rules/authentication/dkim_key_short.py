"""The sender's own DKIM key is an RSA key of 1024 to 2047 bits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, KEY_1024, OWN_KEY, SENDING, zone
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="dkim-key-short",
    group="authentication",
    severity="info",
    title="Short DKIM key",
    why="Gmail and Yahoo accept keys from 1024 bits and recommend 2048; signers should use at least 2048 (RFC 8301).",
    fixes={
        "main": Fix(
            text="Have the sending service make a key of 2048 bits and publish it at {name}.", kind="dns"
        )
    },
    limits="Receivers accept such a key today.",
    sources=(
        Source(
            "RFC 8301, DKIM algorithms and key sizes", "https://www.rfc-editor.org/rfc/rfc8301", "2018-01"
        ),
        Source(
            "Google, Email sender guidelines", "https://support.google.com/mail/answer/81126", "2026-07-02"
        ),
    ),
    needs=("authentication",),
    known=("authentication.own_keys",),
    messages={"main": "The DKIM key at {name} has {bits} bits."},
    fails=Example(draft=DRAFT, sending=SENDING, zone=zone(DMARC_NONE, ("own._domainkey.shop.com", KEY_1024))),
    passes=Example(draft=DRAFT, sending=SENDING, zone=zone(DMARC_NONE, OWN_KEY)),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for usable keys below the recommended length."""
    keys = facts.authentication.own_keys
    if isinstance(keys, Unknown):
        yield from unknowns(keys)
        return
    for key in keys:
        if key.strength == "weak":
            yield Hit(
                params={"name": key.name, "bits": key.bits},
                evidence=(Evidence("dns", key.name, key.record[:120]),),
            )
