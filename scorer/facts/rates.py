"""Rates with their certainty: a threshold is met by the lower end of an interval, never by k / n alone."""

from __future__ import annotations

import math

TAIL = 0.025
"""Each tail of a 95 % interval."""
MAX_TERMS = 100_000


def lower_bound(k: int, n: int, tail: float = TAIL) -> float:
    """The lower end of the 95 % interval for a rate of which `k` of `n` were seen; 0 where k is 0.

    It is the `tail` quantile of the posterior Beta(k, n - k + 1), whose prior is the most sceptical one: the
    same number as the exact limit of Clopper and Pearson (Biometrika 26, 1934), so one event among fifty
    (2 %) supports no more than 0.05 %.

    Raises:
        ValueError: not 0 <= k <= n.
    """
    _check(k, n)
    return 0.0 if k == 0 else _quantile(tail, k, n - k + 1)


def upper_bound(k: int, n: int, tail: float = TAIL) -> float:
    """The upper end of the interval: the quantile of Beta(k + 1, n - k); 1 where k is n.

    Raises:
        ValueError: not 0 <= k <= n.
    """
    _check(k, n)
    return 1.0 if k == n else _quantile(1.0 - tail, k + 1, n - k)


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
    """The regularised incomplete beta function I_x(a, b) for positive a and b, by Lentz's evaluation of its
    continued fraction (https://dlmf.nist.gov/8.17#v, formula 8.17.22).

    The fraction needs some sqrt(max(a, b)) terms; beyond `MAX_TERMS` of them (rates of some thousand million
    messages) the result loses precision.
    """
    if x <= 0.0 or x >= 1.0:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    tiny = 1e-300
    c, d = 1.0, 1.0 / ((1.0 - (a + b) * x / (a + 1.0)) or tiny)
    fraction = d
    for m in range(1, MAX_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for numerator in (even, odd):
            d = 1.0 / (1.0 + numerator * d or tiny)
            c = 1.0 + numerator / c or tiny
            fraction *= c * d
        if abs(c * d - 1.0) < 1e-14:
            break
    return math.exp(log_front) * fraction / a
