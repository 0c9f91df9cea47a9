"""The DMARC record names no address for aggregate reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.dmarc import DmarcRecord
from scorer.rules.rule import Evidence, Example, Fix, Hit, Param, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="dmarc-without-reports",
    group="authentication",
    severity="info",
    title="DMARC without reports",
    why=(
        "The aggregate reports are the only way to see who sends as your domain, and whether your own mail "
        "passes, before you ask receivers to refuse what fails. Yahoo recommends them strongly."
    ),
    fixes={"main": Fix(text="Add rua=mailto:dmarc@{author} to the TXT record at {name}.", kind="dns")},
    limits="Whether somebody reads the reports cannot be seen from outside.",
    sources=(
        Source("Yahoo, Sender best practices", "https://senders.yahooinc.com/best-practices/", "2025-04-10"),
        Source("RFC 9990, DMARC aggregate reports", "https://www.rfc-editor.org/rfc/rfc9990", "2026-05"),
    ),
    needs=("authentication",),
    known=("authentication.dmarc",),
    messages={
        "main": "The DMARC record at {name} asks for no reports (rua).",
        "unauthorized": "{destination} has not agreed to receive the DMARC reports for {author}.",
    },
    fails=Example(draft=DRAFT, sending=SENDING, zone=zone(OWN_KEY, ("_dmarc.shop.com", "v=DMARC1; p=none"))),
    passes=Example(draft=DRAFT, sending=SENDING, zone=zone(OWN_KEY, DMARC_NONE)),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where no rua is given, or the destination has not agreed."""
    auth = facts.authentication
    if isinstance(auth.dmarc, Unknown):
        yield from unknowns(auth.dmarc)
        return
    record = auth.dmarc.discovery.record
    if not isinstance(record, DmarcRecord):
        return
    params: dict[str, Param] = {
        "name": f"_dmarc.{auth.dmarc.discovery.found_at}",
        "author": auth.author_domain,
    }
    if not record.rua:
        yield Hit(params=params, evidence=(Evidence("dns", str(params["name"]), record.text[:120]),))
    for target in auth.report_targets:
        if target.tag == "rua" and target.authorized is False:
            yield Hit(
                params={**params, "destination": target.domain or target.uri},
                evidence=(Evidence("dns", target.query, ""),),
                message="unauthorized",
            )
