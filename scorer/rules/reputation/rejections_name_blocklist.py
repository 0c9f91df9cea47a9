"""Receivers have refused earlier mail because of a blocklist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="rejections-name-blocklist",
    group="reputation",
    severity="error",
    title="Earlier mail was refused because of a blocklist",
    why=(
        "A receiver that refuses mail for a listing refuses all of it until the listing ends. The text of a rejection "
        "is the surest sign of one, since many lists answer no queries from outside."
    ),
    fixes={
        "main": Fix(
            text=(
                "Find out what is listed and why (`score history blocks` says where), mend the cause, then ask for "
                "removal; where the address is your service's, ask the service."
            ),
            kind="sending",
        )
    },
    limits=(
        "Known from bounces of the last 30 days; the listing may have ended since. At least two rejections must name it."
    ),
    sources=(
        Source(
            "RFC 3463, 3.8 Security or Policy Status (X.7.x)",
            "https://www.rfc-editor.org/rfc/rfc3463#section-3.8",
            "2003-01",
        ),
        Source(
            "RFC 6471, Overview of Best Email DNS-Based List (DNSBL) Operational Practices",
            "https://www.rfc-editor.org/rfc/rfc6471",
            "2012-01",
        ),
    ),
    needs=("audience",),
    known=("audience.blocked_by",),
    messages={"main": "Rejections of the last 30 days name: {lists}."},
    fails=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"blocked_by": ["Spamhaus"]}},
    ),
    passes=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"audience": {"blocked_by": []}},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    named = facts.audience.blocked_by
    if isinstance(named, Unknown):
        yield Unchecked(named.reason)
    elif named:
        yield Hit(
            params={"lists": ", ".join(named)},
            evidence=tuple(Evidence("sending", "audience.blocked_by", name) for name in named[:10]),
        )
