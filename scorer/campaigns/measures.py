"""Predicted against observed, with intervals from a bootstrap over senders.

A campaign's recipients are not independent, nor are a sender's campaigns: intervals that resample recipients
would be far too narrow, so whole senders are resampled (the cluster bootstrap: Field and Welsh,
"Bootstrapping clustered data", J. R. Statist. Soc. B 69, 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
from scipy.stats import beta

from scorer.campaigns.outcomes import EVENT, Counts, Kind, Observed

Array = np.ndarray[Any, np.dtype[np.float64]]
REPEATS = 1000
_BINS = 8


class Estimate(msgspec.Struct, frozen=True):
    """A value and its 95 % interval; the interval is None with fewer than three senders."""

    value: float
    low: float | None
    high: float | None


class Bin(msgspec.Struct, frozen=True):
    """One point of the reliability diagram: mean prediction, observed rate, and what it rests on."""

    predicted: float
    observed: Estimate
    campaigns: int
    of: int


class Agreement(msgspec.Struct, frozen=True):
    """How predictions and one kind of outcome agree.

    `auc`: the probability that a message with the outcome was predicted above one without. `spearman`: rank
    correlation of prediction and observed rate over campaigns. `brier` and `log_loss` are per message, `*_base`
    those of predicting the overall rate for all. `lift`: the rate in the tenth of the campaigns with the
    highest predictions, against the overall rate. None where it is not defined.
    """

    kind: Kind
    campaigns: int
    senders: int
    bad: int
    of: int
    auc: Estimate | None
    spearman: Estimate | None
    brier: Estimate
    brier_base: float
    log_loss: Estimate
    log_loss_base: float
    lift: Estimate | None
    reliability: tuple[Bin, ...]


def agreement(
    campaigns: Sequence[Observed], kind: Kind, *, predicted: Sequence[float] | None = None
) -> Agreement | None:
    """Measure one kind of outcome; None where fewer than two campaigns have it.

    `predicted` are probabilities to use in place of the scored ones.
    """
    chosen = [
        (number, item, item.counts[kind]) for number, item in enumerate(campaigns) if kind in item.counts
    ]
    if len(chosen) < 2:
        return None
    if predicted is None:
        p = 1.0 / (1.0 + np.exp(-np.array([item.log_odds for _, item, _ in chosen])))
    else:
        p = np.array([predicted[number] for number, _, _ in chosen])
    k, n = _counts([counts for _, _, counts in chosen])
    groups = _numbered([item.sender for _, item, _ in chosen])
    interval = _Bootstrap(groups, len(chosen))
    safe = np.clip(p, 1e-9, 1 - 1e-9)
    brier = k * (1 - p) ** 2 + (n - k) * p**2
    loss = -(k * np.log(safe) + (n - k) * np.log(1 - safe))
    rate = float(k.sum() / n.sum())
    base = min(max(rate, 1e-9), 1 - 1e-9)
    varied = 0 < k.sum() < n.sum()
    ranked = len(set(p.tolist())) > 1 and len(set((k / n).tolist())) > 1
    top = p >= np.quantile(p, 0.9)
    return Agreement(
        kind=kind,
        campaigns=len(chosen),
        senders=int(groups.max()) + 1,
        bad=int(k.sum()),
        of=int(n.sum()),
        auc=interval.of(lambda w: auc(p, w * k, w * (n - k))) if varied else None,
        spearman=interval.of(lambda w: _spearman(p, k / n, w)) if ranked else None,
        brier=interval.of(lambda w: _ratio(w @ brier, w @ n)),
        brier_base=rate * (1 - rate),
        log_loss=interval.of(lambda w: _ratio(w @ loss, w @ n)),
        log_loss_base=float(-(rate * np.log(base) + (1 - rate) * np.log(1 - base))),
        lift=interval.of(lambda w: _ratio(_ratio((w * top) @ k, (w * top) @ n), _ratio(w @ k, w @ n)))
        if varied and len(chosen) >= 20
        else None,
        reliability=_reliability(p, k, n, interval),
    )


def _counts(counts: Sequence[Counts]) -> tuple[Array, Array]:
    return np.array([c.bad for c in counts], float), np.array([c.of for c in counts], float)


def _numbered(names: Sequence[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    number: dict[str, int] = {}
    return np.array([number.setdefault(name, len(number)) for name in names], np.int64)


def _ratio(above: Any, below: Any) -> float:
    return float(above / below) if below else float("nan")


class _Bootstrap:
    """Weights of campaigns for each repeat: how often their sender was drawn. Drawn the same way every time."""

    def __init__(self, groups: np.ndarray[Any, np.dtype[np.int64]], size: int) -> None:
        self._groups = groups
        self._senders = int(groups.max()) + 1
        # Work is bounded: a hundred thousand campaigns get a hundred repeats.
        self._repeats = max(100, min(REPEATS, 10_000_000 // max(1, size)))
        self._size = size

    def of(self, measure: Callable[[Array], float]) -> Estimate:
        value = float(measure(np.ones(self._size)))
        if self._senders < 3:
            return Estimate(value, None, None)
        random = np.random.default_rng(7)
        share = np.full(self._senders, 1 / self._senders)
        drawn = []
        for _ in range(self._repeats):
            result = measure(random.multinomial(self._senders, share)[self._groups].astype(float))
            if np.isfinite(result):
                drawn.append(result)
        if len(drawn) < self._repeats / 2:
            return Estimate(value, None, None)
        low, high = np.quantile(drawn, (0.025, 0.975))
        return Estimate(value, float(low), float(high))


def auc(p: Array, bad: Array, good: Array) -> float:
    """Area under the ROC curve of predictions with weights, ties counted half."""
    if not bad.sum() or not good.sum():
        return float("nan")
    _, place = np.unique(p, return_inverse=True)
    b, g = np.bincount(place, bad), np.bincount(place, good)
    below = np.cumsum(g) - g
    return float((b * (below + g / 2)).sum() / (b.sum() * g.sum()))


def _spearman(p: Array, rate: Array, w: Array) -> float:
    """Weighted rank correlation."""
    x, y = _ranks(p, w), _ranks(rate, w)
    total = w.sum()
    x, y = x - (w @ x) / total, y - (w @ y) / total
    below = float(np.sqrt((w @ (x * x)) * (w @ (y * y))))
    return _ratio(float(w @ (x * y)), below)


def _ranks(values: Array, w: Array) -> Array:
    _, place = np.unique(values, return_inverse=True)
    held = np.bincount(place, w)
    return np.asarray((np.cumsum(held) - held / 2)[place])


def _reliability(p: Array, k: Array, n: Array, interval: _Bootstrap) -> tuple[Bin, ...]:
    """Bins of about as many campaigns each."""
    edges = np.unique(np.quantile(p, np.linspace(0, 1, min(_BINS, max(2, len(p) // 5)) + 1)))
    place = np.clip(np.searchsorted(edges, p, side="right") - 1, 0, max(0, len(edges) - 2))
    bins = []
    for number in range(max(1, len(edges) - 1)):
        inside = place == number
        if not inside.any():
            continue

        def observed(w: Array, inside: Any = inside) -> float:
            return _ratio(float((w * inside) @ k), float((w * inside) @ n))

        mean = float((p[inside] * n[inside]).sum() / n[inside].sum())
        bins.append(Bin(mean, interval.of(observed), int(inside.sum()), int(n[inside].sum())))
    return tuple(bins)


class Share(msgspec.Struct, frozen=True):
    """What happened at one provider, or to one sender's campaigns.

    `predicted` is the mean risk of the messages with an outcome, None where the outcome is not what the risk is
    about. The rate's 95 % interval is of its posterior under Jeffreys' prior, as if each message told something of
    its own: with several messages a campaign it is too narrow.
    """

    name: str
    campaigns: int
    bad: int
    of: int
    predicted: float | None
    low: float
    high: float


def by_sender(campaigns: Sequence[Observed], kind: Kind, most: int = 15) -> tuple[Share, ...]:
    """The senders with the most campaigns that have this outcome."""
    groups: dict[str, list[tuple[Observed, Counts]]] = {}
    for item in campaigns:
        if kind in item.counts:
            groups.setdefault(item.sender, []).append((item, item.counts[kind]))
    return _shares(groups, most, kind in EVENT)


def by_provider(campaigns: Sequence[Observed], kind: Kind, most: int = 15) -> tuple[Share, ...]:
    """The providers that outcomes of this kind were told of."""
    groups: dict[str, list[tuple[Observed, Counts]]] = {}
    for item in campaigns:
        for provider, counts in item.by_provider.items():
            if kind in counts:
                groups.setdefault(provider, []).append((item, counts[kind]))
    return _shares(groups, most, kind in EVENT)


def _shares(
    groups: dict[str, list[tuple[Observed, Counts]]], most: int, comparable: bool
) -> tuple[Share, ...]:
    made = []
    for name, items in groups.items():
        bad, of = sum(counts.bad for _, counts in items), sum(counts.of for _, counts in items)
        predicted = sum(counts.of / (1 + np.exp(-item.log_odds)) for item, counts in items) / of
        low, high = beta.ppf((0.025, 0.975), bad + 0.5, of - bad + 0.5)
        made.append(
            Share(
                name,
                len(items),
                bad,
                of,
                float(predicted) if comparable else None,
                0.0 if bad == 0 else float(low),
                1.0 if bad == of else float(high),
            )
        )
    return tuple(sorted(made, key=lambda item: (-item.campaigns, -item.of, item.name))[:most])
