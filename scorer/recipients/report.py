"""The report on a list: counts, shares and domains; no address. Its JSON form is what `--format json` prints."""

from __future__ import annotations

import msgspec

SCHEMA = 1
"""Version of the JSON form; it grows when a field changes its meaning or goes away."""

REASONS = (
    "malformed",
    "empty",
    "invalid",
    "unknown-tld",
    "typo",
    "no-mail",
    "suppressed",
    "opted-out",
    "bounced",
    "duplicate",
    "disposable",
    "role",
    "same",
    "inactive",
    "smtputf8",
    "parked",
)
"""What can be said of a row, the weightiest first: a row that is left out is counted under the first that
applies."""

DEFAULT_LEFT_OUT = (
    "malformed",
    "empty",
    "invalid",
    "unknown-tld",
    "typo",
    "no-mail",
    "suppressed",
    "opted-out",
    "bounced",
    "duplicate",
)
"""Reasons that leave a row out of the clean list unless something else is asked for."""

BIT = {reason: 1 << number for number, reason in enumerate(REASONS, 1)}
"""The bit of each reason in a row's mark; bit 0 says that the line begins a row."""
ROW = 1


class Count(msgspec.Struct, frozen=True):
    """How many rows something holds for, their share of all rows (0 to 1), and the first lines where it does."""

    id: str
    rows: int
    share: float
    lines: tuple[int, ...] = ()


class Column(msgspec.Struct, frozen=True):
    """A column that was used: its number from 1, its header ("" where there is none) and what it was taken for."""

    number: int
    header: str
    meaning: str


class Typo(msgspec.Struct, frozen=True):
    """A domain that is probably a misspelling of `meant`."""

    domain: str
    meant: str
    rows: int


class Unusable(msgspec.Struct, frozen=True):
    """A domain that takes no mail by its DNS, and why: "no-domain" (it does not exist), "null-mx" (RFC 7505),
    "no-mx" (neither MX nor address records), "nowhere" (its MX names no host that can be reached)."""

    domain: str
    why: str
    rows: int


class Receiving(msgspec.Struct, frozen=True):
    """What the DNS said: distinct domains asked for and answered, unusable and parked ones (the most frequent),
    rows at domains of which nothing was learnt, and shares by who takes the mail in."""

    asked: int
    answered: int
    unusable_domains: int
    unusable: tuple[Unusable, ...]
    parked: tuple[Unusable, ...]
    unknown_rows: int
    providers: tuple[Count, ...]


class Engagement(msgspec.Struct, frozen=True):
    """Signs of life, over the rows with a usable address that have not left: `rows` on which something is known;
    `inactive` of them have shown none for `days` days or never, `never` never, `dormant` none for over a year;
    ages in days (-1 where unknown). `measured` says by which kind of column: "engaged", or "created" where there
    is only that."""

    measured: str
    rows: int
    days: int
    inactive: int
    inactive_share: float
    never: int
    dormant: int
    oldest_days: int
    median_days: int


class OptIn(msgspec.Struct, frozen=True):
    """Rows that have not left, by how consent was given: confirmed, single, imported, purchased, none (the list
    says no), unstated."""

    kind: str
    rows: int
    share: float


class Indicator(msgspec.Struct, frozen=True):
    """Something that lists with spam traps have more of than others. It counts rows that look so, not traps:
    which addresses are traps nobody but their owner knows."""

    id: str
    rows: int
    share: float


class Burst(msgspec.Struct, frozen=True):
    """Many more sign-ups in one hour (or day, where the list has no times) than is usual for the list.

    `kind`: "burst", or "import" where nearly all came in one minute or were stated to be imported; `usual` is
    the median of hours (days) with any. `never_engaged` and `unconfirmed` are -1 where the list does not say;
    `top_ip` is the number of them from one address (or one IPv6 network of 64 bits), -1 without that column."""

    start: str
    kind: str
    signups: int
    usual: float
    never_engaged: int
    unconfirmed: int
    freemail: int
    government: int
    top_ip: int
    weight: int


class SourceAddress(msgspec.Struct, frozen=True):
    """An IP address (or IPv6 network of 64 bits) from which many sign-ups came."""

    address: str
    signups: int
    share: float


class SignUps(msgspec.Struct, frozen=True):
    """Patterns of subscription bombing: bursts, single sources, numbered addresses in consecutive rows, names that
    hold links, and the most spellings of one mailbox."""

    bursts: tuple[Burst, ...]
    addresses: tuple[SourceAddress, ...]
    numbered: int
    linked_names: int
    most_spellings: int
    signs: tuple[str, ...]


class NotChecked(msgspec.Struct, frozen=True):
    """What could not be checked, and why."""

    what: str
    reason: str


class Report(msgspec.Struct, frozen=True):
    """The whole answer about a list.

    `rows` are all records but the header, `usable` those whose address can be mailed in principle (valid), `kept`
    those of the clean list. `findings` counts each reason for every row that it holds for, `left_out` each row once.
    Shares by provider and engagement are of the usable rows.
    """

    path: str
    lines: int
    rows: int
    usable: int
    kept: int
    delimiter: str
    encoding: str
    columns: tuple[Column, ...]
    findings: tuple[Count, ...]
    left_out: tuple[Count, ...]
    invalid: tuple[Count, ...]
    malformed: tuple[Count, ...]
    roles: tuple[Count, ...]
    typos: tuple[Typo, ...]
    disposable: tuple[tuple[str, int], ...]
    providers: tuple[Count, ...]
    domains: tuple[tuple[str, int], ...]
    distinct_domains: int
    international_domains: int
    engagement: Engagement | None
    opt_in: tuple[OptIn, ...]
    sources: tuple[tuple[str, int], ...]
    trap_indicators: tuple[Indicator, ...]
    signups: SignUps
    receiving: Receiving | None
    not_checked: tuple[NotChecked, ...]
    notes: tuple[str, ...]
    schema: int = SCHEMA

    def count(self, reason: str) -> int:
        """Rows that `reason` holds for."""
        return next((found.rows for found in self.findings if found.id == reason), 0)
