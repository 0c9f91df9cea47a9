"""A beta-binomial regression with a prior on every weight: what outcomes say of rules, without drowning the prior.

Of a campaign to 50,000 recipients a plain binomial would take every recipient as a witness of its own; they are
not: the beta-binomial lets campaigns vary beyond their predicted rate (overdispersion `rho`), so that a campaign
is worth at most about 1/rho recipients (Williams, "Analysis of binary responses from toxicological experiments",
Biometrics 31, 1975). Senders are random effects. Each kind of outcome has its own intercept, its own
overdispersion and a slope that scales the same weights (complaints are rarer than spam placement, vary otherwise,
and depend less on content).

    logit(mean) = intercept[kind] + slope[kind] * (x . weights) + effect[sender]

Fitted at the posterior's mode by L-BFGS-B; standard errors from the curvature there (Laplace).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, gammaln, polygamma, psi

Array = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.int64]]
_SLOPE_SD = 0.5
SENDER_SDS = (0.25, 0.5, 1.0)


class Data(msgspec.Struct, frozen=True):
    """One line an observation: features `x`, `bad` of `of`, the kind of outcome and the sender by number.
    `offset` is added to the weighted features with the weight 1."""

    x: Array
    bad: Array
    of: Array
    kind: Whole
    sender: Whole
    offset: Array | None = None

    def said(self, weights: Array) -> Array:
        """The weighted features and the offset."""
        said = self.x @ weights
        return np.asarray(said if self.offset is None else said + self.offset)


class Fit(msgspec.Struct, frozen=True):
    """The mode. `evidence` compares fits of the same data (logarithm, up to a constant).

    `slopes[0]` is 1: the first kind sets the weights' scale. `errors` are standard errors of the
    weights, `rhos` the overdispersion of each kind, `sender_sd` the standard deviation of senders (log-odds)."""

    weights: Array
    errors: Array
    intercepts: Array
    slopes: Array
    effects: Array
    rhos: Array
    sender_sd: float
    evidence: float = 0.0


def fit(
    data: Data,
    prior: Array,
    sd: Array,
    *,
    low: Array | None = None,
    sender_sds: Sequence[float] = SENDER_SDS,
) -> Fit:
    """Weights at the posterior's mode: normal priors at `prior` with `sd`, none below `low`.

    The spread of senders is the one of `sender_sds` that explains the data best (Laplace's approximation).
    """
    best: tuple[float, Fit] | None = None
    for sender_sd in sender_sds:
        evidence, found = _fit(data, prior, sd, low, sender_sd)
        if best is None or evidence > best[0]:
            best = evidence, found
    assert best is not None
    return best[1]


def predict(
    found: Fit, x: Array, kind: Whole, sender: Whole | None = None, offset: Array | float = 0.0
) -> Array:
    """Mean rates; of an unknown sender (-1, or none given) without an effect."""
    eta = found.intercepts[kind] + found.slopes[kind] * (x @ found.weights + offset)
    if sender is not None and len(found.effects):
        eta = eta + np.where(sender >= 0, found.effects[np.maximum(sender, 0)], 0.0)
    return np.asarray(expit(eta))


def log_likelihood(bad: Array, of: Array, mean: Array, rho: Array | float) -> Array:
    """The beta-binomial log-likelihood of each observation, without the binomial coefficient."""
    size = (1.0 - rho) / rho
    mean = np.clip(mean, 1e-12, 1 - 1e-12)
    a, b = mean * size, (1.0 - mean) * size
    return np.asarray(
        gammaln(bad + a)
        - gammaln(a)
        + gammaln(of - bad + b)
        - gammaln(b)
        - gammaln(of + size)
        + gammaln(size)
    )


def _fit(data: Data, prior: Array, sd: Array, low: Array | None, sender_sd: float) -> tuple[float, Fit]:
    features = data.x.shape[1]
    kinds = int(data.kind.max()) + 1
    senders = int(data.sender.max()) + 1
    cut = np.cumsum([features, kinds, kinds - 1, senders, kinds])
    rate = np.array(
        [
            (data.bad[data.kind == kind].sum() + 0.5) / (data.of[data.kind == kind].sum() + 1.0)
            for kind in range(kinds)
        ]
    )

    def parts(theta: Array) -> tuple[Array, Array, Array, Array, Array]:
        weights, intercepts, slopes, effects, spread = np.split(theta, cut[:-1])
        return weights, intercepts, np.concatenate(([1.0], np.exp(slopes))), effects, spread

    def target(theta: Array) -> tuple[float, Array]:
        weights, intercepts, slopes, effects, spread = parts(theta)
        said = data.said(weights)
        mean = np.clip(
            expit(intercepts[data.kind] + slopes[data.kind] * said + effects[data.sender]), 1e-9, 1 - 1e-9
        )
        value, by_eta, each_spread = _pieces(data.bad, data.of, mean, spread[data.kind])
        by_spread = np.bincount(data.kind, each_spread, kinds)
        by_intercept = np.bincount(data.kind, by_eta, kinds)
        by_slope = np.bincount(data.kind, by_eta * slopes[data.kind] * said, kinds)[1:]
        by_effect = np.bincount(data.sender, by_eta, senders)
        by_weight = data.x.T @ (by_eta * slopes[data.kind])
        log_slopes = theta[cut[1] : cut[2]]
        penalty = (
            0.5 * (((weights - prior) / sd) ** 2).sum()
            + 0.5 * ((log_slopes / _SLOPE_SD) ** 2).sum()
            + 0.5 * ((effects / sender_sd) ** 2).sum()
            + 0.5 * (((spread - 3.0) / 2.0) ** 2).sum()
        )
        gradient = np.concatenate(
            (
                by_weight - (weights - prior) / sd**2,
                by_intercept,
                by_slope - log_slopes / _SLOPE_SD**2,
                by_effect - effects / sender_sd**2,
                by_spread - (spread - 3.0) / 4.0,
            )
        )
        return float(penalty - value), np.asarray(-gradient, np.float64)

    start = np.concatenate(
        (prior, np.log(rate / (1 - rate)), np.zeros(kinds - 1 + senders), np.full(kinds, 3.0))
    )
    # exp(12) recipients are as good as no overdispersion.
    bounds: list[tuple[float | None, float | None]] = [
        (None if low is None else float(low[i]), None) for i in range(features)
    ]
    bounds += [(None, None)] * (kinds + kinds - 1 + senders) + [(-2.0, 12.0)] * kinds
    solution = minimize(target, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 2000})
    weights, intercepts, slopes, effects, spread = parts(solution.x)
    curvature, senders_size = _curvature(data, solution.x, parts, sd, sender_sd, kinds, senders)
    sign, size = np.linalg.slogdet(curvature)
    errors = np.sqrt(np.maximum(np.diag(np.linalg.pinv(curvature))[:features], 0.0))
    evidence = (
        -float(solution.fun)
        - senders * np.log(sender_sd)
        - 0.5 * (senders_size + (size if sign > 0 else np.inf))
    )
    rhos = 1.0 / (1.0 + np.exp(spread))
    return float(evidence), Fit(
        weights, errors, intercepts, slopes, effects, rhos, sender_sd, float(evidence)
    )


def _pieces(bad: Array, of: Array, mean: Array, spread: Array) -> tuple[float, Array, Array]:
    """Log-likelihood, its slope in each linear predictor, and in each logarithm of the beta's size."""
    size = np.exp(spread)
    a, b = mean * size, (1 - mean) * size
    value = (
        gammaln(bad + a)
        - gammaln(a)
        + gammaln(of - bad + b)
        - gammaln(b)
        - gammaln(of + size)
        + gammaln(size)
    )
    up, down = psi(bad + a) - psi(a), psi(of - bad + b) - psi(b)
    by_eta = size * (up - down) * mean * (1 - mean)
    by_spread = size * (mean * up + (1 - mean) * down - psi(of + size) + psi(size))
    return float(value.sum()), by_eta, by_spread


def _curvature(
    data: Data, theta: Array, parts: Any, sd: Array, sender_sd: float, kinds: int, senders: int
) -> tuple[Array, float]:
    """The posterior's precision in weights and intercepts, senders' effects integrated out (slopes and
    overdispersion held), and the logarithm of the determinant of the senders' part."""
    weights, intercepts, slopes, effects, spread = parts(theta)
    mean = np.clip(
        expit(intercepts[data.kind] + slopes[data.kind] * data.said(weights) + effects[data.sender]),
        1e-9,
        1 - 1e-9,
    )
    size = np.exp(spread[data.kind])
    a, b = mean * size, (1 - mean) * size
    up, down = psi(data.bad + a) - psi(a), psi(data.of - data.bad + b) - psi(b)
    bend = (
        polygamma(1, data.bad + a) - polygamma(1, a) + polygamma(1, data.of - data.bad + b) - polygamma(1, b)
    )
    v = mean * (1 - mean)
    information = np.maximum(-(size**2 * bend * v**2 + size * (up - down) * v * (1 - 2 * mean)), 0.0)
    z = np.concatenate((data.x * slopes[data.kind][:, None], np.eye(kinds)[data.kind]), axis=1)
    weighed = z * information[:, None]
    shared = weighed.T @ z + np.diag(np.concatenate((1 / sd**2, np.full(kinds, 1e-6))))
    own = np.bincount(data.sender, information, senders) + 1 / sender_sd**2
    crossed = np.zeros((senders, z.shape[1]))
    np.add.at(crossed, data.sender, weighed)
    # The senders' part is diagonal: what is left after them is small, however many they are.
    return np.asarray(shared - crossed.T @ (crossed / own[:, None])), float(np.log(own).sum())
