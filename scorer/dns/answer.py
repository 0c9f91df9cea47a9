"""The three answers of the DNS, and what facts may ask of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec


class Found(msgspec.Struct, frozen=True, tag="found"):
    """Records exist. `records` are in presentation form: TXT joined into one string without quotes
    (undecodable bytes as surrogate escapes), A/AAAA/CNAME/PTR/NS as text without a final dot, lower
    case, MX as "10 mail.example.com" (a null MX as "0 ."). Other types as in a zone file.

    `ttl` is the lowest of the chain, in seconds. `chain` holds the CNAME targets that were
    followed, in order."""

    records: tuple[str, ...]
    ttl: int = 0
    chain: tuple[str, ...] = ()


class Absent(msgspec.Struct, frozen=True, tag="absent"):
    """An authoritative "no": `nxdomain` true if the name itself does not exist, false for
    NODATA."""

    nxdomain: bool
    chain: tuple[str, ...] = ()


class Failed(msgspec.Struct, frozen=True, tag="unknown"):
    """No answer that means anything, and why in words.

    `temporary` says whose failure it is. True: the DNS was asked and failed (SERVFAIL, no answer in
    time, a CNAME loop), so that a receiver meets a temporary error too. False: nobody knows, since
    it was not asked (DNS off, not in the snapshot, budget spent) or our own way to it is broken (no
    network, our name server refuses us)."""

    reason: str
    temporary: bool = False


Answer = Found | Absent | Failed


class Resolver(Protocol):
    """What facts may ask of the DNS. Never raises."""

    def lookup(self, name: str, rdtype: str) -> Answer:
        """Answer for `name` (presentation form; IDNA A-labels or Unicode, final dot optional) and
        `rdtype` ("TXT", "A" …). A name that cannot be in the DNS (an empty label, one over 63
        octets) does not exist."""
        ...

    def prefetch(self, queries: Iterable[tuple[str, str]]) -> None:
        """Ask for all `queries` at once and wait, so that later `lookup`s find them cached."""
        ...


class Offline:
    """The resolver of `--dns offline`: everything is unknown."""

    def lookup(self, name: str, rdtype: str) -> Answer:
        return Failed("DNS is off")

    def prefetch(self, queries: Iterable[tuple[str, str]]) -> None:
        return None
