"""Patterns of subscription bombing: somebody signs strangers up by the thousand, here or at many lists at once.

Indicators after Spamhaus (https://wordtothewise.com/2016/08/spamhaus-comments-on-subscription-attack/): bursts of
sign-ups, many from one address, freemail and government recipients, no confirmation, no sign of life since. The
thresholds are this program's own judgement.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import date, datetime, timedelta
from pathlib import Path

from scorer.recipients.dates import EPOCH
from scorer.recipients.report import Burst, SignUps, SourceAddress
from scorer.recipients.spill import Tally

LEAST = 50
"""Sign-ups in an hour below which nothing is called a burst."""
TIMES = 10
"""How many times the usual number makes a burst."""
MAX_HOURS = 300_000
SHOWN = 10
IMPORT_SHARE = 0.9
RUN = 5
"""Consecutive rows with rising numbers from which on addresses are called numbered."""
MANY_FROM_ONE = 0.05
"""Share of all sign-ups from one source that is worth a line, where it is at least `LEAST`."""

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}", re.ASCII)
_NUMBERED = re.compile(r"(.*?\D)(\d{1,9})@(.*)", re.DOTALL)
_LINK = re.compile(r"https?:/|www\.[a-z0-9]|[a-z0-9]\.(?:com|ru|top|xyz|click|link|site)/", re.IGNORECASE)


class _Hour:
    __slots__ = ("confirmed", "count", "engaged", "freemail", "government", "imported", "minutes")

    def __init__(self) -> None:
        self.count = self.engaged = self.confirmed = self.freemail = self.government = self.imported = 0
        self.minutes: dict[int, int] = {}


class SignUpCounter:
    """Takes the sign-ups of a list one by one."""

    def __init__(self, directory: Path, *, engagement: bool, confirmation: bool, addresses: bool) -> None:
        self._engagement = engagement
        self._confirmation = confirmation
        self._addresses = Tally(directory, "ip") if addresses else None
        self._networks: dict[str, str] = {}
        self._hours: dict[int, _Hour] = {}
        self._left_out = 0
        self._signups = 0
        self._run: tuple[str, str, int] = ("", "", -2)
        self._run_length = 1
        self._numbered = 0
        self._linked = 0

    def add(
        self,
        when: tuple[int, int] | None,
        ip: str,
        *,
        engaged: bool,
        confirmed: bool,
        imported: bool,
        freemail: bool,
        government: bool,
    ) -> None:
        """A sign-up: day and minute, the address it came from, and what is known of it."""
        self._signups += 1
        key = -1
        if when is not None:
            # A day without a time gets a number of its own, beside its hours.
            key = when[0] * 25 + (24 if when[1] < 0 else when[1] // 60)
            hour = self._hours.get(key)
            if hour is None:
                if len(self._hours) >= MAX_HOURS:
                    self._left_out += 1
                    return
                hour = self._hours[key] = _Hour()
            hour.count += 1
            hour.engaged += engaged
            hour.confirmed += confirmed
            hour.freemail += freemail
            hour.government += government
            hour.imported += imported
            if when[1] >= 0:
                hour.minutes[when[1]] = hour.minutes.get(when[1], 0) + 1
        if self._addresses is not None and ip:
            self._addresses.add(f"{self._network(ip)} {key}")

    def numbered(self, local: str, domain: str) -> None:
        """The address of a row, in the list's order: user1, user2, user3 … at one domain are generated."""
        if not local[-1:].isdigit():
            self._end_run()
            return
        match = _NUMBERED.match(f"{local}@{domain}")
        if match is None:
            self._end_run()
            return
        stem, number, name = match[1], int(match[2]), match[3]
        if self._run == (stem, name, number - 1):
            self._run_length += 1
        else:
            self._end_run()
        self._run = (stem, name, number)

    def name(self, text: str) -> None:
        """A name: one with a link in it was typed by a robot."""
        if ("." in text or "/" in text) and _LINK.search(text[:500]):
            self._linked += 1

    def _end_run(self) -> None:
        if self._run_length >= RUN:
            self._numbered += self._run_length
        self._run_length = 1
        self._run = ("", "", -2)

    def _network(self, text: str) -> str:
        if _IPV4.fullmatch(text):
            return text
        known = self._networks.get(text)
        if known is None:
            known = _network(text[:64].strip())
            if len(self._networks) >= 50_000:
                self._networks.clear()
            if len(text) < 64:
                self._networks[text] = known
        return known

    def result(self, most_spellings: int) -> SignUps:
        """What was found; `most_spellings` is the greatest number of spellings of one mailbox."""
        self._end_run()
        by_hour, addresses = self._by_address()
        bursts = self._bursts(by_hour)
        signs = []
        if any(burst.kind == "burst" for burst in bursts):
            signs.append("burst")
        if addresses:
            signs.append("one-source")
        if self._numbered:
            signs.append("numbered")
        if self._linked:
            signs.append("linked-names")
        if most_spellings >= RUN:
            signs.append("spellings")
        return SignUps(bursts, addresses, self._numbered, self._linked, most_spellings, tuple(signs))

    def _by_address(self) -> tuple[dict[int, int], tuple[SourceAddress, ...]]:
        """The most sign-ups from one source for each hour, and the sources with many in all."""
        most: dict[int, int] = {}
        totals: list[tuple[int, str]] = []
        if self._addresses is None:
            return most, ()
        current, total = "", 0
        least = max(LEAST, int(MANY_FROM_ONE * self._signups))
        for text, count in self._addresses:
            network, _, key = text.rpartition(" ")
            if network != current:
                if current and total >= least:
                    totals.append((total, current))
                current, total = network, 0
            if not network:
                continue
            total += count
            hour = int(key)
            if hour >= 0 and count > most.get(hour, 0):
                most[hour] = count
        if current and total >= least:
            totals.append((total, current))
        totals.sort(reverse=True)
        return most, tuple(
            SourceAddress(network, count, count / self._signups) for count, network in totals[:SHOWN]
        )

    def _bursts(self, by_address: dict[int, int]) -> tuple[Burst, ...]:
        found: list[Burst] = []
        for days in (False, True):
            counts = sorted(hour.count for key, hour in self._hours.items() if (key % 25 == 24) == days)
            if not counts:
                continue
            usual = float(counts[len(counts) // 2]) if len(counts) > 2 else float(counts[0])
            for key, hour in self._hours.items():
                if (key % 25 == 24) != days or hour.count < max(LEAST, TIMES * usual):
                    continue
                found.append(self._burst(key, hour, usual, by_address))
        found.sort(key=lambda burst: (burst.kind != "burst", -burst.weight, -burst.signups, burst.start))
        return tuple(found[:SHOWN])

    def _burst(self, key: int, hour: _Hour, usual: float, by_address: dict[int, int]) -> Burst:
        at_once = max(hour.minutes.values(), default=0) >= IMPORT_SHARE * hour.count
        one = by_address.get(key, 0) if self._addresses is not None else -1
        imported = hour.imported >= IMPORT_SHARE * hour.count or (at_once and one <= hour.count / 2)
        never = hour.count - hour.engaged if self._engagement else -1
        unconfirmed = hour.count - hour.confirmed if self._confirmation else -1
        weight = sum(
            (
                never >= IMPORT_SHARE * hour.count,
                unconfirmed >= IMPORT_SHARE * hour.count,
                one >= hour.count / 2,
                hour.freemail + hour.government >= IMPORT_SHARE * hour.count,
                hour.government >= max(2, 0.02 * hour.count),
            )
        )
        return Burst(
            start=_start(key),
            kind="import" if imported else "burst",
            signups=hour.count,
            usual=usual,
            never_engaged=never,
            unconfirmed=unconfirmed,
            freemail=hour.freemail,
            government=hour.government,
            top_ip=one,
            weight=weight,
        )


def _start(key: int) -> str:
    day, hour = divmod(key, 25)
    start = date.fromordinal(EPOCH + day)
    if hour == 24:
        return start.isoformat()
    moment = datetime(start.year, start.month, start.day) + timedelta(hours=hour)
    return moment.isoformat(" ", "minutes")


def _network(text: str) -> str:
    """An IPv4 address, or the IPv6 network of 64 bits, which is what one customer is given (RFC 6177)."""
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
    return str(address)
