"""What the readers make of a feed, before it is stored: events, counts, DMARC results, others' rates."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

import msgspec

Kind = Literal["sent", "delivered", "bounce", "deferral", "complaint", "unsubscribe", "open", "click"]
KINDS: tuple[Kind, ...] = (
    "sent",
    "delivered",
    "bounce",
    "deferral",
    "complaint",
    "unsubscribe",
    "open",
    "click",
)
Cause = Literal[
    "bad-address",
    "mailbox-full",
    "policy",
    "content",
    "too-large",
    "deferral",
    "network",
    "system",
    "unclassified",
]
"""Why mail came back. Only "bad-address" speaks of the list's quality. "policy" (X.7.x) is reputation,
authentication or a receiver's rule; "deferral" is a delay without a better reason."""
CAUSES: tuple[Cause, ...] = (
    "bad-address",
    "mailbox-full",
    "policy",
    "content",
    "too-large",
    "deferral",
    "network",
    "system",
    "unclassified",
)


class Event(msgspec.Struct, frozen=True):
    """One thing that happened to one message to one recipient.

    `ref` tells the same event from another: two events with the same kind, ref and recipient are one. It is
    made of the Message-ID or of the service's own id, never of an address. `recipient` is the address as
    reported, "" where it was redacted; it is hashed before it is stored. `day` is in UTC.
    """

    kind: Kind
    day: date
    ref: str
    recipient: str = ""
    cause: Cause | Literal[""] = ""
    status: str = ""
    campaign: str = ""
    sender_domain: str = ""
    provider: str = ""
    blocklist: str = ""


class Count(msgspec.Struct, frozen=True):
    """How often something happened on a day, without saying to whom. A later count for the same day,
    campaign, sender domain, provider, kind and cause replaces it."""

    kind: Kind
    day: date
    n: int
    cause: Cause | Literal[""] = ""
    campaign: str = ""
    sender_domain: str = ""
    provider: str = ""


class OutsideRate(msgspec.Struct, frozen=True):
    """A rate that a provider states of a sender, without saying of how many messages.

    It has no posterior and is never merged with counts: its denominator is the provider's own secret.
    """

    source: str
    metric: str
    domain: str
    day: date
    rate: float


class DmarcRow(msgspec.Struct, frozen=True):
    """One row of an aggregate report. `dkim_aligned` and `spf_aligned` are the receiver's verdicts after
    alignment; `dkim_domain` and `spf_domain` are domains that authenticated, aligned or not ("" for none)."""

    source_ip: str
    count: int
    header_from: str
    disposition: str
    dkim_aligned: bool
    spf_aligned: bool
    dkim_domain: str = ""
    spf_domain: str = ""
    override: str = ""


class DmarcReport(msgspec.Struct, frozen=True):
    """A DMARC aggregate report (RFC 7489 appendix C, RFC 9990). `begin` and `end` are seconds since 1970;
    `unreadable` counts rows without a number of messages; `notes` says what else in it is wrong."""

    org: str
    report_id: str
    domain: str
    begin: int
    end: int
    policy: str
    subdomain_policy: str
    rows: tuple[DmarcRow, ...]
    unreadable: int = 0
    notes: tuple[str, ...] = ()


class Batch(msgspec.Struct, frozen=True):
    """What one item, or a part of a long one, says. `problems` names what in it could not be used."""

    events: tuple[Event, ...] = ()
    counts: tuple[Count, ...] = ()
    rates: tuple[OutsideRate, ...] = ()
    reports: tuple[DmarcReport, ...] = ()
    problems: tuple[str, ...] = ()


class Total(NamedTuple):
    """How often something happened, added up."""

    kind: str
    cause: str
    campaign: str
    sender_domain: str
    provider: str
    n: int


class DaySum(NamedTuple):
    """How often something happened on one day."""

    day: date
    kind: str
    cause: str
    provider: str
    n: int


class Source(NamedTuple):
    """Mail that DMARC reports counted on one day from one address, with what authenticated."""

    day: date
    source_ip: str
    header_from: str
    dkim_domain: str
    spf_domain: str
    dkim_aligned: bool
    spf_aligned: bool
    disposition: str
    override: str
    n: int


class Gone(NamedTuple):
    """What is known of a recipient who complained, unsubscribed, or whose address did not exist, by the digest
    that stands for the address (`History.digests`). Each is the newest day on which that happened, or None;
    `alive` of a delivery, open or click, `engaged` of an open or click; `first` is the first day of anything."""

    digest: str
    complained: date | None
    unsubscribed: date | None
    bounced: date | None
    alive: date | None
    engaged: date | None
    first: date


class Written(NamedTuple):
    """What was new in a batch."""

    events: int = 0
    counts: int = 0
    rates: int = 0
    reports: int = 0


class NotUsable(ValueError):
    """An item that cannot be read, or is none of what can be ingested; one line that says why."""
