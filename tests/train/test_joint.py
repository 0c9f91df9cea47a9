# ruff: noqa: E402
"""Logistic regression with priors and bounds."""

from __future__ import annotations

import pytest

np = pytest.importorskip("numpy", reason="needs the extra `train`")
pytest.importorskip("sklearn", reason="needs the extra `train`")

from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from scorer.train.joint import PriorLogisticRegression


def sample(seed: int, rows: int = 300, columns: int = 4):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, columns))
    y = (x @ np.linspace(-1, 2, columns) + rng.logistic(size=rows) > 0.3).astype(int)
    return x, y, rng.uniform(0.2, 2, rows)


def test_with_a_prior_of_zero_it_is_scikit_learns() -> None:
    x, y, w = sample(1)
    mine = PriorLogisticRegression(prior=0.0, prior_precision=0.5).fit(x, y, sample_weight=w)
    theirs = LogisticRegression(C=2.0, tol=1e-10, max_iter=10_000).fit(x, y, sample_weight=w)
    assert np.allclose(mine.coef_, theirs.coef_, atol=1e-4)
    assert np.allclose(mine.decision_function(x), theirs.decision_function(x), atol=1e-3)


def test_without_data_on_a_feature_the_prior_stays() -> None:
    x, y, _ = sample(2)
    x[:, 3] = 0
    found = PriorLogisticRegression(prior=np.array([0.0, 0, 0, 1.7]), prior_precision=2.0).fit(x, y)
    assert found.coef_[0, 3] == pytest.approx(1.7)


def test_a_strong_prior_outweighs_the_data() -> None:
    x, y, _ = sample(3)
    found = PriorLogisticRegression(prior=0.25, prior_precision=1e9).fit(x, y)
    assert np.allclose(found.coef_, 0.25, atol=1e-3)


@given(st.integers(0, 1000), st.floats(0.01, 10))
def test_bounds_hold_whatever_the_data(seed: int, precision: float) -> None:
    x, y, _ = sample(seed, rows=40)
    if len(set(y.tolist())) < 2:
        return
    bounds = [(0.0, None), (None, 0.0), (-0.1, 0.1), (0.5, 0.5)]
    (weights,) = PriorLogisticRegression(prior_precision=precision, bounds=bounds).fit(x, y).coef_
    assert weights[0] >= 0 and weights[1] <= 0 and abs(weights[2]) <= 0.1 and weights[3] == 0.5


def test_an_offset_column_keeps_its_weight_of_one() -> None:
    x, y, _ = sample(4)
    assert PriorLogisticRegression(offset_column=2).fit(x, y).coef_[0, 2] == 1.0


def test_the_same_data_give_the_same_weights() -> None:
    x, y, w = sample(5)
    first, second = (PriorLogisticRegression().fit(x, y, sample_weight=w).coef_ for _ in range(2))
    assert np.array_equal(first, second)


def test_it_behaves_as_an_estimator() -> None:
    x, y, _ = sample(6)
    estimator = clone(PriorLogisticRegression(prior_precision=3.0))
    assert estimator.get_params()["prior_precision"] == 3.0
    estimator.fit(x, y)
    proba = estimator.predict_proba(x)
    assert np.allclose(proba.sum(axis=1), 1) and set(estimator.predict(x)) <= {0, 1}
    with pytest.raises(ValueError, match="class"):
        estimator.fit(x, np.zeros(len(x)))
    with pytest.raises(ValueError, match="bounds"):
        PriorLogisticRegression(bounds=[(0, 1)]).fit(x, y)
