"""Other filters' points: their threshold is our `fix` threshold, and the symbols sum to the total."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.assessment import Assessment, ModelInfo, RouteReport, Subject
from scorer.risk import Contribution, expit
from scorer.service.points import points_of, shown_points, symbol_name

odds = st.floats(-8, 8)


def assessment(bias: float, parts: list[float], verdict: str | None = None, fix: float = 50.0) -> Assessment:
    terms = [Contribution("bias", "bias", bias, 0.0)]
    terms += [Contribution(f"rule-{i}", "rule", value, 0.0) for i, value in enumerate(parts)]
    total = math.fsum(term.log_odds for term in terms)
    score = 100 * expit(total)
    said = verdict or ("fix" if score >= fix else "send")
    route = RouteReport("", "", "", "profile", "", None, ())
    return Assessment(
        score, score / 100, total, said, (score, score), Subject("", "", 0), route, tuple(terms), (), (), (), (), (),
        ModelInfo("none", "", ""),
    )  # fmt: skip


@given(odds, st.lists(odds, max_size=6), st.floats(1, 99), st.sampled_from([5.0, 6.0]))
def test_the_threshold_means_the_fix_threshold(
    bias: float, parts: list[float], fix: float, threshold: float
) -> None:
    found = assessment(bias, parts, fix=fix)
    points = points_of(found, fix, threshold, 15.0)
    assert math.isclose(points.total, math.fsum(s.points for s in points.symbols), abs_tol=1e-6)
    assert points.spam == (found.score >= fix)
    if abs(found.score - fix) > 1e-6:
        assert (points.total >= threshold) == points.spam
    assert (float(shown_points(points)) >= threshold) == points.spam


@given(odds, st.lists(odds, min_size=1, max_size=6), st.floats(0.01, 5))
def test_more_risk_is_more_points(bias: float, parts: list[float], more: float) -> None:
    less = points_of(assessment(bias, parts), 50.0, 5.0, 5.0)
    worse = points_of(assessment(bias, [*parts, more]), 50.0, 5.0, 5.0)
    assert worse.total > less.total


def test_nothing_found_is_no_points() -> None:
    points = points_of(assessment(-2.5, []), 50.0, 5.0, 5.0)
    assert points.total == 0
    assert points.symbols == ()
    assert shown_points(points) == "0.0"


@pytest.mark.parametrize("threshold", [5.0, 15.0])
def test_a_blocked_mailing_is_never_let_through(threshold: float) -> None:
    points = points_of(assessment(-2.5, [0.1], "blocked"), 50.0, 5.0, threshold)
    assert points.spam
    assert points.total == threshold
    assert "BLOCKED" in [symbol.name for symbol in points.symbols]


def test_rounding_does_not_cross_the_threshold() -> None:
    just_below = points_of(assessment(-2.5, [2.499]), 50.0, 5.0, 5.0)
    assert shown_points(just_below) == "4.9"
    assert shown_points(points_of(assessment(-2.5, [2.5]), 50.0, 5.0, 5.0)) == "5.0"


def test_names_are_as_those_filters_write_them() -> None:
    assert symbol_name("no-text-part") == "NO_TEXT_PART"
    assert symbol_name("text") == "TRAINED_TEXT"
