"""Bounds of rates: against published values, and the properties that make them bounds."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.facts.rates import incomplete_beta, lower_bound, upper_bound


@pytest.mark.parametrize(
    ("k", "n", "lower", "upper"),
    [
        # Closed forms: with k = 0, 1 - 0.025^(1/n); with k = 1, the lower end is 1 - 0.975^(1/n).
        (0, 10, 0.0, 1 - 0.025 ** (1 / 10)),
        (1, 50, 1 - 0.975 ** (1 / 50), 0.10647),
        (10, 10, 0.025 ** (1 / 10), 1.0),
        # Clopper and Pearson's 95 % limits as statistical packages print them.
        (5, 10, 0.18709, 0.81291),
        (10, 100, 0.04900, 0.17622),
        (30, 10_000, 0.0020251, 0.0042805),
    ],
)
def test_known_values(k: int, n: int, lower: float, upper: float) -> None:
    assert lower_bound(k, n) == pytest.approx(lower, rel=2e-4)
    assert upper_bound(k, n) == pytest.approx(upper, rel=2e-4)


def test_one_of_fifty_says_almost_nothing() -> None:
    assert lower_bound(1, 50) < 0.001 < 1 / 50


def test_millions_are_as_exact() -> None:
    # The normal approximation is good there.
    rate, n = 0.003, 10_000_000
    spread = 1.96 * math.sqrt(rate * (1 - rate) / n)
    assert lower_bound(30_000, n) == pytest.approx(rate - spread, rel=1e-4)
    assert upper_bound(30_000, n) == pytest.approx(rate + spread, rel=1e-4)


@given(st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_rate_lies_between_its_bounds(kn: tuple[int, int]) -> None:
    k, n = kn
    lower, upper = lower_bound(k, n), upper_bound(k, n)
    assert 0 <= lower <= upper <= 1
    if n:
        assert lower <= k / n <= upper


@given(st.integers(1, 500), st.integers(1, 500))
def test_more_events_raise_the_bound_and_more_messages_lower_it(k: int, extra: int) -> None:
    n = k + extra
    assert lower_bound(k - 1, n) < lower_bound(k, n)
    assert lower_bound(k, n + 1) < lower_bound(k, n)


@given(st.floats(0.5, 200), st.floats(0.5, 200), st.floats(0.001, 0.999))
def test_symmetry_of_the_incomplete_beta_function(a: float, b: float, x: float) -> None:
    assert incomplete_beta(a, b, x) == pytest.approx(1 - incomplete_beta(b, a, 1 - x), abs=1e-9)


@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5), (1, 0)])
def test_what_is_no_rate_is_refused(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="is no rate"):
        lower_bound(k, n)
