"""Rates with their certainty: what meets a threshold is the lower end of a credible interval, never k / n."""

from __future__ import annotations

import math

PRIOR = 0.5
"""Both parameters of the Beta prior (Jeffreys), so that the posterior is Beta(k + 1/2, n - k + 1/2)."""
TAIL = 0.025
"""Each tail of a 95 % interval."""


def lower_bound(k: int, n: int, tail: float = TAIL) -> float:
    """The lower end of the credible interval for a rate of which `k` of `n` were seen; 0 where k is 0.

    Raises:
        ValueError: not 0 <= k <= n.
    """
    _check(k, n)
    return 0.0 if k == 0 else _quantile(tail, k + PRIOR, n - k + PRIOR)


def upper_bound(k: int, n: int, tail: float = TAIL) -> float:
    """The upper end of the credible interval; 1 where k is n. Raises ValueError as `lower_bound` does."""
    _check(k, n)
    return 1.0 if k == n else _quantile(1.0 - tail, k + PRIOR, n - k + PRIOR)


def _check(k: int, n: int) -> None:
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no rate")


def _quantile(p: float, a: float, b: float) -> float:
    """The p-quantile of Beta(a, b), by bisection: 60 halvings reach the precision of a float."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if incomplete_beta(a, b, middle) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b) (DLMF 8.17.22, Lentz's continued fraction)."""
    if x <= 0.0 or x >= 1.0:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    tiny = 1e-300
    c, d = 1.0, 1.0 / max(1.0 - (a + b) * x / (a + 1.0), tiny)
    fraction = d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for numerator in (even, odd):
            d = 1.0 / (1.0 + numerator * d or tiny)
            c = 1.0 + numerator / c or tiny
            fraction *= c * d
        if abs(c * d - 1.0) < 1e-14:
            break
    return math.exp(log_front) * fraction / a
