"""A sending address has no reverse DNS that leads back to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="no-reverse-dns",
    group="authentication",
    severity="error",
    title="Reverse DNS missing or not confirmed",
    why="Gmail asks all senders for forward and reverse DNS that match, and refuses mail without (5.7.25); Yahoo, Microsoft and Apple ask for it too.",
    fixes={
        "main": Fix(
            text="Have a PTR record set for {address} and let the name it gives lead back to {address}.",
            kind="dns",
        )
    },
    limits="Only addresses that the sending profile or you name can be looked at.",
    sources=(
        Source(
            "Google, Email sender guidelines", "https://support.google.com/mail/answer/81126", "2026-07-02"
        ),
        Source("Yahoo, Sender best practices", "https://senders.yahooinc.com/best-practices/", "2025-04-10"),
    ),
    needs=("hygiene",),
    known=("hygiene",),
    messages={"main": "{address} has no reverse DNS that leads back to it."},
    fails=Example(
        draft=DRAFT,
        sending={**SENDING, "ips": ["198.51.100.7"]},
        zone=zone(DMARC_NONE, OWN_KEY, "51.198.in-addr.arpa. 3600 IN SOA ns.x.net. h.x.net. 1 1 1 1 1"),
    ),
    passes=Example(
        draft=DRAFT,
        sending={**SENDING, "ips": ["198.51.100.7"]},
        zone=zone(
            DMARC_NONE,
            OWN_KEY,
            "7.100.51.198.in-addr.arpa. 3600 IN PTR mta.mail-service.net.",
            "mta.mail-service.net. 3600 IN A 198.51.100.7",
        ),
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for each address whose reverse DNS is known not to match."""
    hygiene = facts.hygiene
    if isinstance(hygiene, Unknown):
        yield from unknowns(hygiene)
        return
    for item in hygiene.reverse:
        yield from unknowns(item.confirmed)
        if item.confirmed is False:
            yield Hit(params={"address": item.address}, evidence=(Evidence("dns", item.address, "PTR"),))
