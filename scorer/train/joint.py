"""Logistic regression with a prior for every weight and bounds on its sign (decision 6 of the architecture).

scikit-learn shrinks weights to zero and knows no bounds. Here each weight is pulled to its prior with a
precision of its own, so that what the data cannot show keeps the prior, and may be bounded, so that no finding
can ever lower the risk.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

Floats = npt.NDArray[np.float64]


class PriorLogisticRegression(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Minimises `sum(w_i * log(1 + exp(-y_i z_i))) + sum(precision_j * (c_j - prior_j)^2) / 2`.

    `prior` and `prior_precision` are a number for all weights or one for each (defaults 0 and 1); `bounds` is
    None or a pair (low, high) for each weight, None in a pair for no bound. The intercept is neither pulled nor
    bounded; `offset_column`, if given, is a column whose weight is fixed to 1 (log-odds known beforehand).
    Solved by L-BFGS-B from the prior: the problem is convex, the solution unique and the same every time.
    """

    def __init__(
        self,
        prior: float | Floats = 0.0,
        prior_precision: float | Floats = 1.0,
        bounds: list[tuple[float | None, float | None]] | None = None,
        offset_column: int | None = None,
        max_iter: int = 2000,
        tol: float = 1e-8,
    ) -> None:
        self.prior = prior
        self.prior_precision = prior_precision
        self.bounds = bounds
        self.offset_column = offset_column
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> PriorLogisticRegression:
        """Fit to `X` (dense, n by p) and `y` (two classes; the greater one is the event)."""
        X, y = validate_data(self, X, y, dtype=np.float64)
        self.classes_ = np.unique(y)
        if len(self.classes_) != 2:
            raise ValueError(f"PriorLogisticRegression needs two classes; got {len(self.classes_)} class(es)")
        count = X.shape[1]
        sign = np.where(y == self.classes_[1], 1.0, -1.0)
        weight = np.ones(len(sign)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        prior = np.broadcast_to(np.asarray(self.prior, dtype=np.float64), (count,))
        precision = np.broadcast_to(np.asarray(self.prior_precision, dtype=np.float64), (count,))
        limits: list[tuple[float | None, float | None]] = list(self.bounds or [(None, None)] * count)
        if len(limits) != count:
            raise ValueError(f"{len(limits)} bounds for {count} features")
        if self.offset_column is not None:
            limits[self.offset_column] = (1.0, 1.0)
        start = np.array(
            [
                min(max(p, -np.inf if low is None else low), np.inf if high is None else high)
                for p, (low, high) in zip(prior, limits, strict=True)
            ]
        )
        share = float(np.clip(weight[sign > 0].sum() / weight.sum(), 1e-9, 1 - 1e-9))

        def loss(parameters: Floats) -> tuple[float, Floats]:
            coefficients, intercept = parameters[:-1], parameters[-1]
            margin = sign * (X @ coefficients + intercept)
            away = coefficients - prior
            value = float(weight @ np.logaddexp(0.0, -margin) + 0.5 * (precision * away) @ away)
            slope = -weight * sign * expit(-margin)
            return value, np.append(X.T @ slope + precision * away, slope.sum())

        found = minimize(
            loss,
            np.append(start, np.log(share / (1 - share))),
            jac=True,
            method="L-BFGS-B",
            bounds=[*limits, (None, None)],
            options={"maxiter": self.max_iter, "maxfun": 10 * self.max_iter, "ftol": 1e-12, "gtol": self.tol},
        )
        self.coef_ = found.x[:-1].reshape(1, -1)
        self.intercept_ = found.x[-1:]
        self.n_iter_ = np.array([found.nit])
        return self

    def decision_function(self, X: Any) -> Floats:
        """The log-odds of the event."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        result: Floats = X @ self.coef_[0] + self.intercept_[0]
        return result

    def predict_proba(self, X: Any) -> Floats:
        """Columns: the probability of the first class and of the event."""
        event = expit(self.decision_function(X))
        return np.column_stack([1 - event, event])

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """The likelier class."""
        chosen: npt.NDArray[Any] = self.classes_[(self.decision_function(X) > 0).astype(int)]
        return chosen
