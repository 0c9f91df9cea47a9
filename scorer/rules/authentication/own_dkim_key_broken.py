"""The sender's own DKIM key is published in a form that receivers refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.dkim import STATES
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.said import joined, say
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="own-dkim-key-broken",
    group="authentication",
    severity="error",
    title="Your own DKIM key does not work",
    why=(
        "A signature is worth what its key record is worth: a revoked or broken one, or an RSA key below 1024 "
        "bits, makes every signature fail."
    ),
    fixes={
        "main": Fix(text="Publish the key of the sending service anew at {name}, with 2048 bits.", kind="dns")
    },
    limits="Whether the service signs with this key at all cannot be seen before sending.",
    sources=(
        Source("RFC 6376, DKIM", "https://www.rfc-editor.org/rfc/rfc6376", "2011-09"),
        Source(
            "RFC 8301, DKIM algorithms and key sizes", "https://www.rfc-editor.org/rfc/rfc8301", "2018-01"
        ),
    ),
    needs=("authentication",),
    known=("authentication.own_keys",),
    messages={"main": "The DKIM key at {name} is {state}."},
    fails=Example(
        draft=DRAFT, sending=SENDING, zone=zone(DMARC_NONE, ("own._domainkey.shop.com", "v=DKIM1; k=rsa; p="))
    ),
    passes=Example(draft=DRAFT, sending=SENDING, zone=zone(DMARC_NONE, OWN_KEY)),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for keys that are there and cannot be used."""
    keys = facts.authentication.own_keys
    if isinstance(keys, Unknown):
        yield from unknowns(keys)
        return
    for key in keys:
        if key.status in ("revoked", "invalid") or key.strength == "refused":
            state = (
                say("too short ({bits} bits)", bits=key.bits)
                if key.strength == "refused"
                else say(STATES[key.status])
            )
            if key.faults:
                state = joined((state, f"({', '.join(key.faults)})"), " ")
            yield Hit(
                params={"name": key.name, "state": state},
                evidence=(Evidence("dns", key.name, key.record[:120]),),
                fix_params={"name": key.name},
            )
