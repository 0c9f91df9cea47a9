"""The DMARC record that applies has faults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.said import joined, say
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="dmarc-record-faulty",
    group="authentication",
    severity="warning",
    title="DMARC record with faults",
    why=(
        "A receiver ignores what it cannot read in a DMARC record, and in the worst case the whole record; then "
        "the policy that you believe to be in force is not."
    ),
    fixes={"main": Fix(text="Correct the TXT record at {name}.", kind="dns")},
    limits="Tags that the standard dropped (pct, rf, ri) are no fault, they only do nothing.",
    sources=(Source("RFC 9989, DMARC", "https://www.rfc-editor.org/rfc/rfc9989", "2026-05"),),
    needs=("authentication",),
    known=("authentication.dmarc",),
    messages={"main": "The DMARC record at {name} has faults: {faults}."},
    fails=Example(
        draft=DRAFT,
        sending=SENDING,
        zone=zone(OWN_KEY, ("_dmarc.shop.com", "v=DMARC1; p=rejekt; rua=mailto:dmarc@shop.com")),
    ),
    passes=Example(draft=DRAFT, sending=SENDING, zone=zone(OWN_KEY, DMARC_NONE)),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for each record met on the way that has faults."""
    dmarc = facts.authentication.dmarc
    if isinstance(dmarc, Unknown):
        yield from unknowns(dmarc)
        return
    for step in dmarc.discovery.asked:
        faults = list(step.record.faults) if step.record is not None else []
        if step.outcome == "several":
            faults.append(say("several records, so that none counts"))
        faults += [say("not read as a record: {record}", record=near[:60]) for near in step.near_misses[:5]]
        if faults:
            name = f"_dmarc.{step.domain}"
            quote = step.record.text[:120] if step.record is not None else "; ".join(step.records)[:120]
            yield Hit(
                params={"name": name, "faults": joined(faults[:10])},
                evidence=(Evidence("dns", name, quote),),
                fix_params={"name": name},
            )
