"""The From domain has no DMARC record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="no-dmarc-record",
    group="authentication",
    severity="warning",
    title="No DMARC record",
    why=(
        "Gmail, Yahoo, Microsoft and Apple ask bulk senders for a DMARC record; p=none is enough. At Gmail a "
        "missing one costs you mitigation when things go wrong, at Outlook.com and Apple the mail may be refused. "
        "Without a record, receivers by RFC 9989 do not let a subdomain align with its parent either."
    ),
    fixes={
        "main": Fix(
            text='Publish a TXT record at _dmarc.{author} with the value "v=DMARC1; p=none; rua=mailto:dmarc@{author}".',
            kind="dns",
        )
    },
    limits="A record further up the tree counts too; it was looked for.",
    sources=(
        Source("RFC 9989, DMARC", "https://www.rfc-editor.org/rfc/rfc9989", "2026-05"),
        Source(
            "Google, Email sender guidelines", "https://support.google.com/mail/answer/81126", "2026-07-02"
        ),
        Source(
            "Microsoft, Policies, practices and guidelines for Outlook.com",
            "https://sendersupport.olc.protection.outlook.com/pm/policies.aspx",
            "2026-06-15",
        ),
    ),
    needs=("authentication",),
    known=("authentication.dmarc",),
    messages={"main": "{author} publishes no DMARC record."},
    fails=Example(draft=DRAFT, sending=SENDING, zone=zone(OWN_KEY)),
    passes=Example(draft=DRAFT, sending=SENDING, zone=zone(OWN_KEY, DMARC_NONE)),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the tree walk found no record."""
    auth = facts.authentication
    if isinstance(auth.dmarc, Unknown):
        yield from unknowns(auth.dmarc)
        return
    record = auth.dmarc.discovery.record
    if record is None:
        yield Hit(
            params={"author": auth.author_domain},
            evidence=(Evidence("dns", f"_dmarc.{auth.author_domain}"),),
            fix_params={"name": f"_dmarc.{auth.author_domain}"},
        )
    yield from unknowns(record)
