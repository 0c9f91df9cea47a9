"""No DKIM signature passes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, SENDING, zone
from scorer.said import joined
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="no-dkim-signature",
    group="authentication",
    severity="error",
    title="No DKIM signature that passes",
    why=(
        "Gmail, Yahoo, Microsoft and Apple ask bulk senders for SPF and DKIM. DKIM is also the only one of the "
        "two that survives forwarding and that can tell customers of one service apart."
    ),
    fixes={
        "main": Fix(
            text="Switch DKIM signing on at the sending service and publish its key for {author}.",
            kind="sending",
        )
    },
    limits="For an unsent mailing this rests on what the sending profile says the service does.",
    sources=(
        Source(
            "Google, Email sender guidelines", "https://support.google.com/mail/answer/81126", "2026-07-02"
        ),
        Source(
            "Microsoft, Policies, practices and guidelines for Outlook.com",
            "https://sendersupport.olc.protection.outlook.com/pm/policies.aspx",
            "2026-06-15",
        ),
        Source("Yahoo, Sender best practices", "https://senders.yahooinc.com/best-practices/", "2025-04-10"),
    ),
    needs=("authentication", "sending"),
    known=("authentication.dkim_passes",),
    messages={
        "none": "The mailing carries no DKIM signature.",
        "fails": "No DKIM signature passes: {why}.",
    },
    fails=Example(
        draft=DRAFT,
        sending={
            **SENDING,
            "dkim": [{"domain": "mail-service.net", "selectors": ["gone"], "of_service": True}],
        },
        zone=zone(DMARC_NONE),
    ),
    passes=Example(draft=DRAFT, sending=SENDING, zone=zone(DMARC_NONE)),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the signatures are known and none passes."""
    auth = facts.authentication
    passes = auth.dkim_passes
    if isinstance(passes, Unknown) or isinstance(auth.signatures, Unknown):
        yield from unknowns(passes, auth.signatures)
        return
    if passes:
        return
    signed = [item for item in auth.signatures if isinstance(item.domain, str)]
    why = joined((joined((str(item.domain), item.reason), ": ") for item in signed[:3]), "; ")
    yield Hit(
        params={"why": why, "author": auth.author_domain},
        evidence=tuple(
            Evidence("dns", item.key.name, item.key.record[:60]) for item in auth.signatures if item.key
        ),
        message="fails" if auth.signatures else "none",
    )
