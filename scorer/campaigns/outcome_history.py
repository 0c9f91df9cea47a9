"""Outcomes from the history: what `score ingest` took in, by campaign and mailbox provider."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from scorer.campaigns.items import SourceError
from scorer.campaigns.outcomes import Counts, Kind, Outcome, campaign_key

if TYPE_CHECKING:
    from scorer.history.values import Total

NAME = "history"


def is_history(given: str) -> bool:
    """Whether `--outcomes` names the history ("history", or "history:" and a file or URL) and not a file."""
    return given == NAME or given.startswith(f"{NAME}:")


def read_history(given: str, tenant: str) -> tuple[Outcome, ...]:
    """The outcomes of the campaigns that a tenant's history names.

    Complaints are counted among the messages to providers that report them. What no feed tells of is unknown,
    not zero.

    Raises:
        SourceError: the history cannot be opened, or holds no campaign; one line.
    """
    try:
        from scorer.history.measures import grouped, tally
        from scorer.history.store import Store, StoreError
    except ImportError:
        raise SourceError("outcomes from the history need the extra `history`") from None
    place = given.partition(":")[2]
    try:
        with Store.open("" if place == "default" else place) as store:
            totals = store.history(tenant).totals(date.min, date.max)
    except StoreError as error:
        raise SourceError(str(error)) from None
    told = tally(totals).told
    found: list[Outcome] = []
    named = [row for row in totals if row.campaign]
    bounced, by_content = Counter[str](), Counter[str]()
    for row in named:
        if row.kind == "bounce":
            bounced[_cell(row)] += row.n
            by_content[_cell(row)] += row.n if row.cause == "content" else 0
    for cell, counted in grouped(named, _cell).items():
        campaign, provider = cell.split("\0")
        pairs: tuple[tuple[Kind, str, int, int], ...] = (
            ("refused", "bounce", counted.refusals + by_content[cell], counted.attempted),
            ("bounced", "bounce", bounced[cell], counted.attempted),
            ("complained", "complaint", counted.complaints, counted.reporting),
            ("unsubscribed", "unsubscribe", counted.unsubscribes, counted.arrived),
        )
        counts = {kind: Counts(min(bad, of), of) for kind, feed, bad, of in pairs if feed in told and of}
        if counts:
            found.append(Outcome((campaign_key(campaign),), counts, provider))
    if not found:
        raise SourceError(
            "the history names no campaign with a number of messages: ingest what was sent or delivered, too"
        )
    return tuple(found)


def _cell(row: Total) -> str:
    return f"{row.campaign}\0{row.provider}"
