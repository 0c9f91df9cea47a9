"""The third value of a fact: neither so nor not so, but not known, and why."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


class Unknown(msgspec.Struct, frozen=True, tag=True):
    """A fact that could not be established. It gives no points; the report lists it with `reason`."""

    reason: str

    def __bool__(self) -> bool:
        raise TypeError(f"an unknown fact is neither true nor false: {self.reason}")


def known(value: T | Unknown) -> bool:
    """Whether `value` was established."""
    return not isinstance(value, Unknown)


def or_none(value: T | Unknown) -> T | None:
    """`value` itself, or None where it is unknown."""
    return None if isinstance(value, Unknown) else value
