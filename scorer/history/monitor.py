"""DMARC monitoring: who sends as a domain, what of it passes, and whether a stricter policy is safe."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

import msgspec

from scorer.domains import organizational_domain_psl, sending_service_of
from scorer.history.rates import Rate, rate_of
from scorer.history.values import Source
from scorer.said import counted, say
from scorer.unknown import Unknown

Standing = Literal["passes", "passes in part", "forwards", "authenticates as another", "nothing passes"]
Answer = Literal["yes", "not yet", "not enough evidence"]

FEWEST_DAYS = 14
FEWEST_MESSAGES = 100
LIMIT = 0.01
"""Two weeks, a hundred messages and 1 % of own mail failing: this program's own judgement. RFC 9989 names no
numbers; it asks to look at the reports until all of one's own mail is seen to pass."""
UNREADABLE = "an address that cannot be read"
"""The name of senders without an address."""
_FORWARDS = frozenset({"forwarded", "mailing_list", "trusted_forwarder"})


class Sender(msgspec.Struct, frozen=True):
    """A source of mail in the domain's name: a sending service, an organization's domain, or a network.

    `n` messages, of which `passed` DMARC, `dkim` and `spf` with that mechanism aligned, `forwarded` were let
    through by the receiver as forwarded. `domains` authenticated, aligned or not; `addresses` are some of its.
    """

    name: str
    service: bool
    standing: Standing
    n: int
    passed: int
    dkim: int
    spf: int
    forwarded: int
    domains: tuple[str, ...]
    addresses: tuple[str, ...]
    address_count: int
    days: int

    @property
    def unknown(self) -> bool:
        """Whether nothing of it has ever passed."""
        return self.standing in ("authenticates as another", "nothing passes")


class Day(msgspec.Struct, frozen=True):
    """What the reports of one day counted."""

    day: date
    passed: int
    failed: int


class Readiness(msgspec.Struct, frozen=True):
    """Whether the domain can move to p=quarantine, and why. `failing` is the share of the mail of sources
    that are the domain's own which would be quarantined."""

    answer: Answer
    reasons: tuple[str, ...]
    failing: Rate | Unknown


def senders(sources: Iterable[Source]) -> tuple[Sender, ...]:
    """The sources added up, the largest first."""
    groups: dict[tuple[str, bool], list[Source]] = {}
    for source in sources:
        groups.setdefault(_who(source), []).append(source)
    found = [_sender(name, service, rows) for (name, service), rows in groups.items()]
    return tuple(sorted(found, key=lambda sender: (-sender.n, sender.name)))


def by_day(sources: Iterable[Source]) -> tuple[Day, ...]:
    """Passed and failed mail by day, in order."""
    days: dict[date, list[int]] = {}
    for source in sources:
        day = days.setdefault(source.day, [0, 0])
        day[0 if source.dkim_aligned or source.spf_aligned else 1] += source.n
    return tuple(Day(day, *days[day]) for day in sorted(days))


def readiness(
    sources: Sequence[Source], policy: str = "", not_mine: frozenset[str] = frozenset()
) -> Readiness:
    """Whether p=quarantine would be safe, from the reports of the days at hand.

    Mail of sources of which something passes, or that are known sending services, is taken for the domain's
    own. Sources of which nothing passes are what the policy is for, unless they are yours: those with a
    noteworthy share that authenticate under another domain are named, since a forgotten service looks so;
    `not_mine` holds the names of those that were looked at and are somebody else's.
    """
    found = tuple(sender for sender in senders(sources) if sender.name not in not_mine)
    days = len({source.day for source in sources})
    total = sum(sender.n for sender in found)
    own = [sender for sender in found if not sender.unknown or sender.service]
    n = sum(sender.n - sender.forwarded for sender in own)
    failing = rate_of(max(0, n - sum(sender.passed for sender in own)), n)
    reasons: list[str] = []
    if policy in ("quarantine", "reject"):
        reasons.append(say("The policy is {policy} already.", policy=policy))
    short = False
    if days < FEWEST_DAYS:
        short = True
        reasons.append(
            counted(
                "Reports cover one day; {needed} are needed to see weekly and monthly mail.",
                "Reports cover {count} days; {needed} are needed to see weekly and monthly mail.",
                days,
                needed=FEWEST_DAYS,
            )
        )
    if n < FEWEST_MESSAGES:
        short = True
        reasons.append(
            counted(
                "One message of your own is too few; {needed} are needed.",
                "{count} messages of your own are too few; {needed} are needed.",
                n,
                needed=FEWEST_MESSAGES,
            )
        )
    blocked = False
    for sender in own:
        if sender.unknown:
            blocked = True
            reasons.append(
                counted(
                    "One message came through {name}, and it did not pass: set up its DKIM or Return-Path.",
                    "{count} messages came through {name}, and none passed: set up its DKIM or Return-Path.",
                    sender.n,
                    name=sender.name,
                )
            )
    for sender in found:
        if sender.standing == "authenticates as another" and not sender.service and sender.n >= LIMIT * total:
            blocked = True
            reasons.append(
                counted(
                    "One message came from {name}, which authenticates under its own name only: if it is yours, set it "
                    "up; if not, say so (--not-mine), and the policy will stop it.",
                    "{count} messages came from {name}, which authenticates under its own name only: if it is yours, "
                    "set it up; if not, say so (--not-mine), and the policy will stop it.",
                    sender.n,
                    name=sender.name,
                )
            )
    uncertain = False
    if isinstance(failing, Rate):
        share = say("{k} of {n} messages of your own sources fail", k=failing.k, n=failing.n)
        limit = round(100 * LIMIT)
        if failing.lower >= LIMIT:
            blocked = True
            reasons.append(say("{share}: surely more than {limit}%.", share=share, limit=limit))
        elif failing.upper >= LIMIT:
            uncertain = True
            reasons.append(
                say("{share}: whether that is below {limit}% is not sure.", share=share, limit=limit)
            )
        else:
            reasons.append(say("{share}: surely less than {limit}%.", share=share, limit=limit))
    answer: Answer = "yes"
    if blocked:
        answer = "not yet"
    elif short or uncertain:
        answer = "not enough evidence"
    return Readiness(answer, tuple(reasons), failing)


def _who(source: Source) -> tuple[str, bool]:
    """The name of a source and whether it is a sending service that is known."""
    for domain in (source.spf_domain, source.dkim_domain):
        service = sending_service_of(domain) if domain else None
        if service:
            return service, True
    for domain in (source.spf_domain, source.dkim_domain):
        if domain:
            return organizational_domain_psl(domain) or domain, False
    return _network(source.source_ip), False


def _network(address: str) -> str:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return UNREADABLE
    prefix = 24 if ip.version == 4 else 48
    return str(ipaddress.ip_network((ip, prefix), strict=False))


def _sender(name: str, service: bool, rows: Sequence[Source]) -> Sender:
    n = sum(row.n for row in rows)
    passed = sum(row.n for row in rows if row.dkim_aligned or row.spf_aligned)
    forwarded = sum(
        row.n for row in rows if not (row.dkim_aligned or row.spf_aligned) and row.override in _FORWARDS
    )
    domains = sorted({domain for row in rows for domain in (row.dkim_domain, row.spf_domain) if domain})
    addresses: dict[str, int] = {}
    for row in rows:
        addresses[row.source_ip] = addresses.get(row.source_ip, 0) + row.n
    busiest = sorted(addresses, key=lambda address: (-addresses[address], address))
    standing: Standing
    if passed == n:
        standing = "passes"
    elif passed:
        standing = "passes in part"
    elif forwarded == n:
        standing = "forwards"
    elif domains:
        standing = "authenticates as another"
    else:
        standing = "nothing passes"
    return Sender(
        name=name,
        service=service,
        standing=standing,
        n=n,
        passed=passed,
        dkim=sum(row.n for row in rows if row.dkim_aligned),
        spf=sum(row.n for row in rows if row.spf_aligned),
        forwarded=forwarded,
        domains=tuple(domains[:10]),
        addresses=tuple(busiest[:5]),
        address_count=len(addresses),
        days=len({row.day for row in rows}),
    )
