"""Rates with their certainty: Beta posteriors, comparisons with thresholds and with the past, change points.

The bounds are those of `scorer.facts.rates`, which rules use too: quantiles of the posterior under the prior
most sceptical of a high (or of a low) rate. A threshold counts as passed when the lower bound reaches it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import msgspec

from scorer.facts.rates import incomplete_beta, lower_bound, upper_bound
from scorer.said import say
from scorer.unknown import Unknown

Judgement = Literal["above", "below", "not enough evidence"]


class Threshold(msgspec.Struct, frozen=True):
    """A rate that a provider or service acts on, with where it says so ("" where nobody publishes it)."""

    metric: str
    rate: float
    meaning: str
    source: str
    date: str


_GMAIL = "https://support.google.com/mail/answer/81126"
_SES = "https://docs.aws.amazon.com/ses/latest/dg/reputationdashboardmessages.html"
THRESHOLDS: tuple[Threshold, ...] = (
    Threshold("complaint", 0.001, say("Gmail asks to stay below it"), _GMAIL, "2026-07-02"),
    Threshold("complaint", 0.003, say("Gmail and Yahoo act on it"), _GMAIL, "2026-07-02"),
    Threshold("bad-address", 0.02, say("a custom of sending services; no provider publishes it"), "", ""),
    Threshold("bad-address", 0.05, say("Amazon SES reviews an account"), _SES, "2026-11-24"),
    Threshold("bad-address", 0.10, say("Amazon SES pauses an account"), _SES, "2026-11-24"),
)


class Rate(msgspec.Struct, frozen=True):
    """`k` of `n` messages, with the 95 % credible interval from `lower` to `upper`."""

    k: int
    n: int
    lower: float
    upper: float

    @property
    def rate(self) -> float:
        """What was counted, k / n."""
        return self.k / self.n


def rate_of(k: int, n: int) -> Rate | Unknown:
    """The rate with its interval; unknown where nothing was sent, or more came back than was sent."""
    if n <= 0:
        return Unknown("it is not known how many messages were sent")
    if k > n:
        return Unknown("more came back than is known to have been sent")
    return Rate(k, n, lower_bound(k, n), upper_bound(k, n))


def judge(rate: Rate | Unknown, threshold: float) -> Judgement:
    """Whether the rate is surely at or above a threshold, surely below it, or neither."""
    if isinstance(rate, Unknown):
        return "not enough evidence"
    if rate.lower >= threshold:
        return "above"
    return "below" if rate.upper < threshold else "not enough evidence"


def chance_higher(now: Rate, before: Rate, steps: int = 200) -> float:
    """The probability that the rate now is higher than before, by the posteriors Beta(k + 1/2, n - k + 1/2)
    (Jeffreys' prior). The integral is the mean of the later distribution function at mid-quantiles."""
    a, b = before.k + 0.5, before.n - before.k + 0.5
    c, d = now.k + 0.5, now.n - now.k + 0.5
    total = 0.0
    for step in range(steps):
        x = _quantile((step + 0.5) / steps, a, b)
        total += 1.0 - incomplete_beta(c, d, x)
    return total / steps


def _quantile(p: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        if incomplete_beta(a, b, middle) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


class Change(msgspec.Struct, frozen=True):
    """A day on which the rate changed: `index` into the series, the rates before and from it on, and the
    natural logarithm of the Bayes factor for a change against none."""

    index: int
    before: Rate
    after: Rate
    evidence: float


STRONG = math.log(150.0)
"""Kass and Raftery (J. Am. Stat. Assoc. 90, 1995) call a Bayes factor above 150 very strong."""


def change_points(series: Sequence[tuple[int, int]], limit: int = 5) -> tuple[Change, ...]:
    """The places where a series of (k, n) changes its rate, by binary segmentation.

    A place is accepted when the Beta-binomial evidence for two rates against one exceeds `STRONG` plus the
    logarithm of the number of places that were tried.
    """
    found: list[Change] = []
    pending = [(0, len(series))]
    while pending and len(found) < limit:
        start, end = pending.pop()
        best = _best_split(series, start, end)
        if best is None:
            continue
        found.append(best)
        pending += [(start, best.index), (best.index, end)]
    return tuple(sorted(found, key=lambda change: change.index))


def _best_split(series: Sequence[tuple[int, int]], start: int, end: int) -> Change | None:
    size = end - start
    if size < 2:
        return None
    total_k = sum(k for k, _ in series[start:end])
    total_n = sum(n for _, n in series[start:end])
    whole = _log_evidence(total_k, total_n)
    best: tuple[float, int, int, int] | None = None
    k = n = 0
    for index in range(start + 1, end):
        k += series[index - 1][0]
        n += series[index - 1][1]
        if n == 0 or n == total_n:
            continue
        evidence = _log_evidence(k, n) + _log_evidence(total_k - k, total_n - n) - whole
        if best is None or evidence > best[0]:
            best = (evidence, index, k, n)
    if best is None or best[0] < STRONG + math.log(size - 1):
        return None
    evidence, index, k, n = best
    before, after = rate_of(k, n), rate_of(total_k - k, total_n - n)
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        return None
    return Change(index, before, after, evidence)


def _log_evidence(k: int, n: int) -> float:
    """The logarithm of the probability of k of n in a given order, under Jeffreys' prior."""
    if not 0 <= k <= n:
        return -math.inf
    return math.lgamma(k + 0.5) + math.lgamma(n - k + 0.5) - math.lgamma(n + 1.0) - math.log(math.pi)


class Jump(msgspec.Struct, frozen=True):
    """A day's volume against the sender's own past: the day's `n`, and the largest of the days before it."""

    index: int
    n: int
    usual: int


def volume_jumps(
    volumes: Sequence[int], *, window: int = 30, factor: float = 2.0, least: int = 1_000
) -> tuple[Jump, ...]:
    """Days on which more than `factor` times the largest volume of the `window` days before was sent.

    Gmail asks not to double the volume suddenly (https://support.google.com/mail/answer/81126, 2026-07-02);
    `least` leaves out volumes at which that does not matter, by this program's own judgement.
    """
    found = []
    for index, n in enumerate(volumes):
        past = volumes[max(0, index - window) : index]
        usual = max(past, default=0)
        if n >= least and n > factor * usual and any(past):
            found.append(Jump(index, n, usual))
    return tuple(found)
