"""A BIMI record is published that cannot show a logo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.said import say
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="bimi-record-faulty",
    group="authentication",
    severity="info",
    title="BIMI record without effect",
    why="A logo is shown only where the BIMI record is well formed and DMARC is enforced with quarantine or reject; otherwise the record does nothing.",
    fixes={
        "main": Fix(
            text="Correct the TXT record at {name}, or move DMARC to quarantine once your mail passes.",
            kind="dns",
        )
    },
    limits="Whether the certificate is valid is not looked at; nothing is fetched. BIMI is a draft, not an RFC.",
    sources=(
        Source(
            "BIMI, draft-brand-indicators-for-message-identification",
            "https://datatracker.ietf.org/doc/draft-brand-indicators-for-message-identification/",
            "2026-11-23",
        ),
    ),
    needs=("hygiene", "authentication"),
    known=("hygiene", "authentication.dmarc"),
    messages={
        "main": "The BIMI record at {name} has faults: {faults}.",
        "policy": "The BIMI record at {name} has no effect while the DMARC policy is {policy}.",
    },
    fails=Example(
        draft=DRAFT,
        sending=SENDING,
        zone=zone(
            DMARC_NONE, OWN_KEY, ("default._bimi.shop.com", "v=BIMI1; l=https://shop.com/logo.svg; a=;")
        ),
    ),
    passes=Example(
        draft=DRAFT,
        sending=SENDING,
        zone=zone(
            ("_dmarc.shop.com", "v=DMARC1; p=reject; rua=mailto:d@shop.com"),
            OWN_KEY,
            ("default._bimi.shop.com", "v=BIMI1; l=https://shop.com/logo.svg; a=https://shop.com/vmc.pem;"),
        ),
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where a record is there and has no effect."""
    hygiene, dmarc = facts.hygiene, facts.authentication.dmarc
    if isinstance(hygiene, Unknown) or isinstance(dmarc, Unknown) or isinstance(hygiene.bimi, Unknown):
        yield from unknowns(hygiene, dmarc)
        return
    bimi = hygiene.bimi
    if bimi is None or bimi.declined:
        return
    name = bimi.found_at
    evidence = (Evidence("dns", name, bimi.text[:120]),)
    policy = dmarc.discovery.policy
    if bimi.faults:
        yield Hit(params={"name": name, "faults": ", ".join(bimi.faults), "policy": ""}, evidence=evidence)
    elif policy not in ("quarantine", "reject"):
        shown = policy if isinstance(policy, str) and policy else say("missing")
        yield Hit(params={"name": name, "faults": "", "policy": shown}, evidence=evidence, message="policy")
