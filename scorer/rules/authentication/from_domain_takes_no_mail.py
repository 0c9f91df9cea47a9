"""The From domain cannot receive mail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="from-domain-takes-no-mail",
    group="authentication",
    severity="warning",
    title="Nobody can answer the From address",
    why=(
        "Microsoft asks for a From address that can receive mail, and mail systems check that the domain has a "
        "mail server. A domain with a null MX says that it never sends or receives mail."
    ),
    fixes={
        "main": Fix(text="Publish an MX record for {domain}, or send from a domain that has one.", kind="dns")
    },
    limits="Whether the mailbox itself exists is never probed.",
    sources=(
        Source(
            "Microsoft, Policies, practices and guidelines for Outlook.com",
            "https://sendersupport.olc.protection.outlook.com/pm/policies.aspx",
            "2026-06-15",
        ),
        Source("RFC 7505, null MX", "https://www.rfc-editor.org/rfc/rfc7505", "2015-06"),
    ),
    needs=("hygiene",),
    known=("hygiene",),
    messages={
        "main": "{domain} has neither an MX record nor an address, so nobody can answer.",
        "null": "{domain} says that it takes no mail at all (null MX).",
    },
    fails=Example(
        draft={**DRAFT, "from": "The Shop <news@quiet.shop.com>"},
        sending=SENDING,
        zone=zone(DMARC_NONE, "quiet.shop.com. 3600 IN MX 0 ."),
    ),
    passes=Example(draft=DRAFT, sending=SENDING, zone=zone(DMARC_NONE, OWN_KEY)),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the domain takes no mail."""
    hygiene = facts.hygiene
    if isinstance(hygiene, Unknown) or isinstance(hygiene.accepts_mail, Unknown):
        yield from unknowns(hygiene)
        if not isinstance(hygiene, Unknown):
            yield from unknowns(hygiene.accepts_mail)
        return
    if not hygiene.accepts_mail:
        yield Hit(
            params={"domain": hygiene.domain},
            evidence=(Evidence("dns", hygiene.domain, "MX"),),
            message="null" if hygiene.null_mx is True else "main",
        )
