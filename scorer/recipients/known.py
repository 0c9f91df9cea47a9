"""What a history knows of the recipients of a list: who complained, unsubscribed, or bounced hard.

Recipients are compared by the digests that the history keeps, so that it tells no address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from scorer.history.values import Gone
from scorer.recipients.addresses import Address, canonical, probably_same
from scorer.recipients.dates import EPOCH
from scorer.recipients.engagement import DORMANT_DAYS

_DAY = 16
_DAYS = (1 << _DAY) - 1


class History(Protocol):
    """A tenant's history, as far as a list needs it (`scorer.history.store.History`)."""

    def digests(self) -> Callable[[str], str]:
        """What gives the stored form of an address."""

    def gone(self) -> Iterator[Gone]:
        """Every recipient who has left or does not exist."""


def key_of(digest: str) -> int:
    """A digest as a signed number of 64 bits, which is how many keys of a list are kept."""
    return int.from_bytes(bytes.fromhex(digest[:16]), "big", signed=True)


def keys_of(address: Address, digest_of: Callable[[str], str]) -> tuple[int, ...]:
    """The keys under which a history may know an address: as it is spelt, and as its provider reads it."""
    forms = {canonical(address), probably_same(address)}
    return tuple(key_of(digest_of(form)) for form in sorted(forms))


def packed(line: int, created: int | None, last: int | None) -> int:
    """A row's line with the days (since 1970) of its sign-up and last sign of life, in one number."""
    return line << 2 * _DAY | _day(created) << _DAY | _day(last)


def unpacked(number: int) -> tuple[int, int | None, int | None]:
    """What `packed` put together."""
    created, last = number >> _DAY & _DAYS, number & _DAYS
    return number >> 2 * _DAY, created - 1 if created else None, last - 1 if last else None


def _day(day: int | None) -> int:
    return 0 if day is None else min(max(day, 0), _DAYS - 1) + 1


class Past:
    """What became of one recipient, in days since 1970."""

    __slots__ = ("alive", "bounced", "complained", "engaged", "first", "unsubscribed")

    def __init__(self) -> None:
        self.complained: int | None = None
        self.unsubscribed: int | None = None
        self.bounced: int | None = None
        self.alive: int | None = None
        self.engaged: int | None = None
        self.first: int | None = None

    def learn(self, fact: int) -> None:
        """Take one of the numbers of `facts_of_past`."""
        setattr(self, _FACTS[fact >> _DAY], fact & _DAYS)

    def opted_out(self, created: int | None) -> bool:
        """Whether the recipient has left: complained, or unsubscribed and not signed up again since."""
        if self.complained is not None:
            return True
        return self.unsubscribed is not None and (created is None or created <= self.unsubscribed)

    @property
    def gone(self) -> bool:
        """Whether the address did not exist, and nothing was delivered to it since."""
        return self.bounced is not None and (self.alive is None or self.alive <= self.bounced)

    def recycled_like(self, last: int | None) -> bool:
        """Whether the address bounced hard after more than a year without a sign of life, by what the list and
        the history know of one. Where neither knows any, the first that the history has of it stands for it."""
        if self.bounced is None or not self.gone:
            return False
        signs = [day for day in (last, self.engaged) if day is not None and day <= self.bounced]
        if not signs and self.first is not None:
            signs = [self.first]
        return bool(signs) and self.bounced - max(signs) > DORMANT_DAYS


_FACTS = ("complained", "unsubscribed", "bounced", "alive", "engaged", "first")


def facts_of_past(known: Gone) -> Iterator[int]:
    """What is known of a recipient as numbers, so that it can be kept in a file: which fact, and its day."""
    for number, name in enumerate(_FACTS):
        day = getattr(known, name)
        if day is not None:
            yield number << _DAY | min(max(day.toordinal() - EPOCH, 0), _DAYS)
