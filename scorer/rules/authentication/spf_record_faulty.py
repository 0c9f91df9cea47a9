"""The From domain's own SPF record has faults, though this route does not use it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.spf import combine_spf
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.said import joined, say
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="spf-record-faulty",
    group="authentication",
    severity="info",
    title="Faults in the From domain's SPF record",
    why=(
        "Mail that leaves from your own servers is checked against this record. With two records, a syntax "
        "error, or more than ten DNS lookups every check ends in permerror."
    ),
    fixes={
        "main": Fix(text="Correct the SPF record at {domain}.", kind="dns"),
        "combine": Fix(text='Publish one SPF record at {domain} instead: "{record}".', kind="dns"),
    },
    limits="It does not touch this mailing, whose SPF is checked on the envelope domain.",
    sources=(Source("RFC 7208, SPF", "https://www.rfc-editor.org/rfc/rfc7208", "2014-04"),),
    needs=("authentication",),
    known=("authentication.author_spf",),
    messages={"main": "The SPF record at {domain} has faults: {faults}."},
    fails=Example(
        draft=DRAFT,
        sending=SENDING,
        zone=zone(
            DMARC_NONE, OWN_KEY, ("shop.com", "v=spf1 mx ~all"), ("shop.com", "v=spf1 ip4:192.0.2.1 -all")
        ),
    ),
    passes=Example(
        draft=DRAFT, sending=SENDING, zone=zone(DMARC_NONE, OWN_KEY, ("shop.com", "v=spf1 mx ~all"))
    ),
)

WORDS = {
    "multiple-records": "there is more than one record",
    "near-miss": "a record that looks like SPF and is none",
    "syntax": "a syntax error",
    "include-fails": "an include that leads to no record",
    "redirect-fails": "a redirect that leads to no record",
    "loop": "an include that leads back to itself",
    "too-many-lookups": "more than ten DNS lookups",
    "void-lookups": "more than two lookups that find nothing",
    "mx-too-many-names": "more than ten MX hosts",
    "ptr-used": "the mechanism ptr, which should not be used",
    "missing-all": "no all at the end",
    "unreachable-terms": "terms after all, which are never reached",
}
"""What the ids of `scorer.facts.spf` mean."""


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for the Author Domain's record where it is not the envelope domain's."""
    auth = facts.authentication
    record = auth.author_spf
    if isinstance(record, Unknown):
        yield from unknowns(record)
        return
    faults = sorted(record.fault_ids - {"none", "plus-all"})
    if not faults or auth.envelope_domain == auth.author_domain:
        return
    several = "multiple-records" in faults
    yield Hit(
        params={
            "domain": auth.author_domain,
            "faults": joined(say(WORDS[fault]) if fault in WORDS else fault for fault in faults),
        },
        evidence=tuple(Evidence("dns", auth.author_domain, text[:120]) for text in record.texts),
        fix="combine" if several else "main",
        fix_params={"record": combine_spf(record.texts) if several else ""},
    )
