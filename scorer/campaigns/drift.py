"""What shifted over the months: scores, findings and evidence, each with the month of its change where there is one."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import msgspec

LEAST = 3
"""Periods on either side of a change."""


class ChangePoint(msgspec.Struct, frozen=True):
    """The first period after the largest shift of a mean, and how unlikely so large a one is by chance."""

    place: int
    period: str
    before: float
    after: float
    p: float


class Series(msgspec.Struct, frozen=True):
    """One feature by period: a finding's share of the messages (`is_share`), or the mean of what a part of the
    trained evidence says in log-odds."""

    name: str
    is_share: bool
    values: tuple[float, ...]
    change: ChangePoint | None


def change_point(names: Sequence[str], values: Sequence[float], *, repeats: int = 999) -> ChangePoint | None:
    """The largest shift of a mean, where a permutation of the periods seldom (p < 0.05) has one as large.

    Every period counts as one observation, however many messages it has: what shifts is a sender's practice.
    """
    if len(values) < 2 * LEAST:
        return None
    found, cut = _largest(values)
    if found <= 1e-9:
        return None
    shuffled = list(values)
    drawn = random.Random(7)  # noqa: S311  # a permutation test, no secret
    as_large = 0
    for _ in range(repeats):
        drawn.shuffle(shuffled)
        as_large += _largest(shuffled)[0] >= found - 1e-12
    p = (as_large + 1) / (repeats + 1)
    if p >= 0.05:
        return None
    before, after = values[:cut], values[cut:]
    return ChangePoint(cut, names[cut], sum(before) / len(before), sum(after) / len(after), p)


def _largest(values: Sequence[float]) -> tuple[float, int]:
    total, count, left = sum(values), len(values), sum(values[: LEAST - 1])
    best = (0.0, LEAST)
    for cut in range(LEAST, count - LEAST + 1):
        left += values[cut - 1]
        gap = abs(left / cut - (total - left) / (count - cut))
        best = max(best, (gap * (cut * (count - cut) / count) ** 0.5, cut))
    return best


def drift(
    names: Sequence[str],
    shares: Mapping[str, Sequence[float]],
    means: Mapping[str, Sequence[float]],
    most: int,
) -> tuple[Series, ...]:
    """The evidence over time, and the findings whose share shifted most.

    Many findings are asked at once: only a shift that no permutation at all reaches is one.
    """
    evidence = [
        Series(name, False, tuple(values), change_point(names, values)) for name, values in means.items()
    ]
    # A tenth of the work: a share that never moves far is not worth a permutation test.
    wide = sorted(
        (name for name, values in shares.items() if max(values) - min(values) >= 0.05),
        key=lambda name: (_largest(shares[name])[0] if len(names) >= 2 * LEAST else 0.0, name),
        reverse=True,
    )[:40]
    shifted = [
        Series(name, True, tuple(shares[name]), change)
        for name in wide
        if (change := change_point(names, shares[name], repeats=499)) is not None and change.p <= 0.002
    ]
    shifted.sort(key=_shift, reverse=True)
    return (*evidence, *shifted[:most])


def _shift(series: Series) -> float:
    return abs(series.change.after - series.change.before) if series.change else 0.0
