"""Rates of an audience as rules judge them: by what is certain, not by what was counted."""

from __future__ import annotations

from scorer.facts.rates import lower_bound
from scorer.unknown import Unknown

FEWEST = 2
"""One complaint or bounce alone says nothing."""


def certain_rate(rate: float | Unknown, n: int | Unknown) -> tuple[float, float, int] | Unknown:
    """(the rate, its lower 95 % bound, the messages it was measured on), or why that is not known."""
    if isinstance(rate, Unknown):
        return rate
    if isinstance(n, Unknown):
        return Unknown("it is not known how many messages the rate was measured on")
    if n == 0:
        return Unknown("the rate was measured on no message")
    count = min(n, round(rate * n))
    return rate, lower_bound(count, n) if count >= FEWEST else 0.0, n


def percent(share: float) -> float:
    """A share as a percentage to three significant digits."""
    return float(f"{100 * share:.3g}")
