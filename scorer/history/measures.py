"""Rates of a sender from what was counted: how many complained, bounced, unsubscribed, of how many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from scorer.history.rates import Rate, rate_of
from scorer.history.receivers import SILENT_ON_COMPLAINTS
from scorer.history.values import DaySum, Total
from scorer.said import say
from scorer.unknown import Unknown

Metric = Literal["complaint", "bad-address", "policy", "deferral", "unsubscribe"]
METRICS: tuple[Metric, ...] = ("complaint", "bad-address", "policy", "deferral", "unsubscribe")

_KIND: dict[Metric, str] = {
    "complaint": "complaint",
    "bad-address": "bounce",
    "policy": "bounce",
    "deferral": "deferral",
    "unsubscribe": "unsubscribe",
}
PLURAL: dict[Metric, str] = {
    "complaint": "complaints",
    "bad-address": "bounces",
    "policy": "bounces",
    "deferral": "deferrals",
    "unsubscribe": "unsubscriptions",
}


class Tally(msgspec.Struct, frozen=True):
    """What was counted, and of how many messages.

    `attempted` is the number of messages sent, or delivered and bounced where only these are known;
    `arrived` those that did not bounce; `reporting` those of them at providers that report complaints.
    `told` holds the kinds that a feed has told of, were it to say that there were none.
    """

    attempted: int = 0
    arrived: int = 0
    reporting: int = 0
    complaints: int = 0
    bad_addresses: int = 0
    refusals: int = 0
    deferrals: int = 0
    unsubscribes: int = 0
    told: frozenset[str] = frozenset()

    def rate(self, metric: Metric) -> Rate | Unknown:
        """A rate with its interval, or why it is not known. That no complaint was taken in does not mean that
        there was none: perhaps no feed of complaints is connected."""
        if _KIND[metric] not in self.told:
            return Unknown(say("no feed tells of {what}", what=say(PLURAL[metric])))
        if metric == "complaint":
            return rate_of(self.complaints, self.reporting)
        if metric == "bad-address":
            return rate_of(self.bad_addresses, self.attempted)
        if metric == "policy":
            return rate_of(self.refusals, self.attempted)
        if metric == "deferral":
            return rate_of(self.deferrals, self.attempted)
        return rate_of(self.unsubscribes, self.arrived)


class _Bucket:
    def __init__(self) -> None:
        self.sent = self.delivered = self.bounced = 0
        self.complaints = self.bad = self.refused = self.deferred = self.unsubscribed = 0

    def add(self, kind: str, cause: str, n: int) -> None:
        if kind == "sent":
            self.sent += n
        elif kind == "delivered":
            self.delivered += n
        elif kind == "bounce":
            self.bounced += n
            self.bad += n if cause == "bad-address" else 0
            self.refused += n if cause == "policy" else 0
        elif kind == "deferral":
            self.deferred += n
        elif kind == "complaint":
            self.complaints += n
        elif kind == "unsubscribe":
            self.unsubscribed += n


def tally(rows: Iterable[Total | DaySum]) -> Tally:
    """One tally of all rows. Mail is added up by provider and campaign first, since some feeds tell how many
    were sent, others how many were delivered and how many bounced."""
    buckets: dict[tuple[str, str], _Bucket] = {}
    told: set[str] = set()
    for row in rows:
        told.add(row.kind)
        campaign = row.campaign if isinstance(row, Total) else ""
        buckets.setdefault((campaign, row.provider), _Bucket()).add(row.kind, row.cause, row.n)
    attempted = arrived = reporting = complaints = bad = refused = deferred = unsubscribed = 0
    for (_, provider), bucket in buckets.items():
        bad += bucket.bad
        refused += bucket.refused
        deferred += bucket.deferred
        unsubscribed += bucket.unsubscribed
        if provider not in SILENT_ON_COMPLAINTS:
            complaints += bucket.complaints
        if not bucket.sent and not bucket.delivered:
            continue  # bounces whose mailing is not known tell nothing of how many were sent
        attempts = max(bucket.sent, bucket.delivered + bucket.bounced)
        got = bucket.delivered or max(bucket.sent - bucket.bounced, 0)
        attempted += attempts
        arrived += got
        reporting += 0 if provider in SILENT_ON_COMPLAINTS else got
    return Tally(
        attempted, arrived, reporting, complaints, bad, refused, deferred, unsubscribed, frozenset(told)
    )


def grouped(rows: Iterable[Total], by: Callable[[Total], str]) -> dict[str, Tally]:
    """A tally for each group, in the order of the groups' names."""
    groups: dict[str, list[Total]] = {}
    for row in rows:
        groups.setdefault(by(row), []).append(row)
    return {name: tally(groups[name]) for name in sorted(groups)}
