"""DNS with three answers: found, absent, unknown (with the reason)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec


class Found(msgspec.Struct, frozen=True, tag="found"):
    """Records exist. `records` are in presentation form: TXT joined into one string without quotes
    (undecodable bytes as surrogate escapes), A/AAAA/CNAME/PTR/NS as text without a final dot, lower case,
    MX as "10 mail.example.com". `chain` holds the CNAME targets that were followed, in order."""

    records: tuple[str, ...]
    ttl: int = 0
    chain: tuple[str, ...] = ()


class Absent(msgspec.Struct, frozen=True, tag="absent"):
    """An authoritative "no": `nxdomain` true if the name itself does not exist, false for NODATA."""

    nxdomain: bool
    chain: tuple[str, ...] = ()


class Failed(msgspec.Struct, frozen=True, tag="unknown"):
    """No answer that means anything: SERVFAIL, timeout, budget spent, offline …"""

    reason: str


Answer = Found | Absent | Failed


class Resolver(Protocol):
    """What facts may ask of the DNS. Never raises."""

    def lookup(self, name: str, rdtype: str) -> Answer:
        """Answer for `name` (IDNA A-labels or Unicode, final dot optional) and `rdtype` ("TXT", "A" …)."""
        ...

    def prefetch(self, queries: Iterable[tuple[str, str]]) -> None:
        """Ask for all `queries` at once, so that later `lookup`s find them cached."""
        ...


class Offline:
    """The resolver of `--dns offline`: everything is unknown."""

    def lookup(self, name: str, rdtype: str) -> Answer:
        return Failed("DNS is off")

    def prefetch(self, queries: Iterable[tuple[str, str]]) -> None:
        return None
