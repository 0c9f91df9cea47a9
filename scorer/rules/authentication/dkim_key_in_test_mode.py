"""The sender's own DKIM key is marked as a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, KEY_2048, OWN_KEY, SENDING, zone
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="dkim-key-in-test-mode",
    group="authentication",
    severity="warning",
    title="DKIM key in test mode",
    why="With t=y in its key record a domain says that it is only testing DKIM; receivers must not treat its mail differently from unsigned mail.",
    fixes={"main": Fix(text="Take t=y out of the TXT record at {name}.", kind="dns")},
    limits="Most receivers take the signature all the same.",
    sources=(Source("RFC 6376, DKIM", "https://www.rfc-editor.org/rfc/rfc6376", "2011-09"),),
    needs=("authentication",),
    known=("authentication.own_keys",),
    messages={"main": "The DKIM key at {name} says that it is a test (t=y)."},
    fails=Example(
        draft=DRAFT,
        sending=SENDING,
        zone=zone(DMARC_NONE, ("own._domainkey.shop.com", KEY_2048.replace("k=rsa;", "k=rsa; t=y;"))),
    ),
    passes=Example(draft=DRAFT, sending=SENDING, zone=zone(DMARC_NONE, OWN_KEY)),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for usable keys with t=y."""
    keys = facts.authentication.own_keys
    if isinstance(keys, Unknown):
        yield from unknowns(keys)
        return
    for key in keys:
        if key.testing and key.usable is True:
            yield Hit(params={"name": key.name}, evidence=(Evidence("dns", key.name, key.record[:120]),))
