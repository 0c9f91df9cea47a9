"""An SPF record lets every address in the world pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="spf-allows-everybody",
    group="authentication",
    severity="error",
    title="SPF record that allows everybody",
    why=(
        "A record that ends in +all says that any address may send for the domain. Filters treat it as the mark "
        "of a spammer's throw-away domain."
    ),
    fixes={"main": Fix(text="Replace +all by ~all or -all in the SPF record at {domain}.", kind="dns")},
    limits="A network so wide that it covers nearly everything is not recognised.",
    sources=(
        Source("RFC 7208, SPF", "https://www.rfc-editor.org/rfc/rfc7208", "2014-04"),
        Source(
            "Rspamd, R_SPF_PLUSALL 4.0 of 15",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/policies_group.conf",
            "2026-11-23",
        ),
    ),
    needs=("authentication",),
    messages={"main": "The SPF record at {domain} lets every address pass (+all)."},
    fails=Example(
        draft=DRAFT, sending=SENDING, zone=zone(DMARC_NONE, OWN_KEY, ("shop.com", "v=spf1 mx +all"))
    ),
    passes=Example(
        draft=DRAFT, sending=SENDING, zone=zone(DMARC_NONE, OWN_KEY, ("shop.com", "v=spf1 mx ~all"))
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for the envelope domain's record and for the Author Domain's."""
    auth = facts.authentication
    yield from unknowns(auth.author_spf)
    if isinstance(auth.author_spf, Unknown) and isinstance(auth.spf_record, Unknown):
        return
    for domain, record in {
        auth.author_domain: auth.author_spf,
        auth.envelope_domain: auth.spf_record,
    }.items():
        if not isinstance(record, Unknown) and "plus-all" in record.fault_ids:
            yield Hit(
                params={"domain": str(domain)},
                evidence=(Evidence("dns", str(domain), (record.text or "")[:120]),),
            )
