"""The volume makes the sender a bulk sender, and nobody said what kind of mail this is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import GMAIL, GMAIL_FAQ
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

BULK = 5000
"""Messages a day from which Gmail and Microsoft count a domain as a bulk sender."""

RULE = Rule(
    id="bulk-volume-without-category",
    group="audience",
    severity="info",
    title="Bulk mail of an unknown kind",
    why=(
        "From about 5,000 messages a day Gmail's and Microsoft's rules for bulk senders hold, at Gmail for ever. "
        "One-click unsubscribe is required of marketing and subscribed mail only, so the kind has to be known."
    ),
    fixes={
        "main": Fix(text="Say whether this is marketing or transactional mail (category).", kind="sending")
    },
    limits="Gmail counts messages to personal Gmail accounts, over all subdomains; your whole volume may be larger.",
    sources=(
        GMAIL,
        GMAIL_FAQ,
        Source(
            "Microsoft, Strengthening Email Ecosystem: Outlook's New Requirements for High-Volume Senders",
            "https://techcommunity.microsoft.com/blog/microsoftdefenderforoffice365blog/strengthening-email-ecosystem-outlook%E2%80%99s-new-requirements-for-high%E2%80%90volume-senders/4399730",
            "2025-04-29",
        ),
    ),
    needs=("route",),
    about="volume",
    messages={
        "main": "With {volume} messages a day the rules for bulk senders hold, but the kind of mail is not known."
    },
    fails=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"volume_per_day": 20000},
    ),
    passes=Example(
        draft={"from": "Nordic Skis <news@example.com>", "subject": "Wax week", "text": "Come by."},
        sending={"volume_per_day": 20000, "category": "transactional"},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    volume = facts.sending.volume_per_day
    if not isinstance(volume, Unknown) and volume >= BULK and isinstance(facts.sending.category, Unknown):
        yield Hit(params={"volume": volume}, evidence=(Evidence("sending", "volume_per_day", str(volume)),))
