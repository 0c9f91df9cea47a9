"""Measures of a score, with intervals by bootstrap over senders and templates."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from scorer.train.dataset import SEED, Floats, Ints

Bools = npt.NDArray[np.bool_]


def recall_at(scores: Floats, spam: Bools, share: float) -> float:
    """The share of spam above the score that `share` of the wanted mail exceeds at most."""
    wanted = np.sort(scores[~spam])
    allowed = int(np.floor(share * len(wanted)))
    threshold = wanted[-allowed - 1] if allowed < len(wanted) else -np.inf
    return float((scores[spam] > threshold).mean())


def bootstrap(
    scores: Floats, spam: Bools, groups: Ints, rounds: int = 300, seed: int = SEED
) -> dict[str, list[float]]:
    """95 % intervals of AUC and of recall at 1 % false positives, drawing whole groups, wanted and spam apart."""
    rng = np.random.default_rng(seed)
    members = [
        {
            group: np.flatnonzero((groups == group) & (spam == value))
            for group in np.unique(groups[spam == value])
        }
        for value in (False, True)
    ]
    keys = [sorted(found) for found in members]
    aucs, recalls = [], []
    for _ in range(rounds):
        picked = np.concatenate(
            [
                found[group]
                for found, names in zip(members, keys, strict=True)
                for group in rng.choice(names, len(names)).tolist()
            ]
        )
        aucs.append(roc_auc_score(spam[picked], scores[picked]))
        recalls.append(recall_at(scores[picked], spam[picked], 0.01))
    return {
        "auc": [round(float(v), 4) for v in np.quantile(aucs, [0.025, 0.975])],
        "recall_at_1pct": [round(float(v), 3) for v in np.quantile(recalls, [0.025, 0.975])],
    }


def pair(scores: Floats, wanted: Bools, spam: Bools, groups: Ints, rounds: int = 300) -> dict[str, Any]:
    """AUC, recall at fixed false positives, and their intervals, of `spam` against `wanted`."""
    both = wanted | spam
    s, y, g = scores[both], spam[both], groups[both]
    auc = float(roc_auc_score(y, s))
    found: dict[str, Any] = {
        "wanted": int(wanted.sum()),
        "spam": int(spam.sum()),
        "senders_wanted": len(np.unique(groups[wanted])),
        "auc": round(auc, 4),
        "one_minus_auc_pct": round(100 * (1 - auc), 2),
        "recall_at_1pct": round(recall_at(s, y, 0.01), 3),
        "recall_at_0.1pct": round(recall_at(s, y, 0.001), 3),
    }
    if rounds:
        found["interval_95"] = bootstrap(s, y, g, rounds)
    return found


def reliability(log_odds: Floats, spam: Bools, weights: Floats, bins: int = 10) -> list[dict[str, float]]:
    """For each tenth of the probability scale: what was said, and what was so (weighted)."""
    said = expit(log_odds)
    rows = []
    for low in np.arange(bins) / bins:
        inside = (said >= low) & (said < low + 1 / bins if low < 1 - 1 / bins - 1e-9 else said <= 1)
        if weights[inside].sum() > 0:
            rows.append(
                {
                    "said": round(float(np.average(said[inside], weights=weights[inside])), 4),
                    "found": round(float(np.average(spam[inside], weights=weights[inside])), 4),
                    "messages": int(inside.sum()),
                }
            )
    return rows


def losses(log_odds: Floats, spam: Bools, weights: Floats) -> dict[str, float]:
    """Brier score and log loss (natural), weighted."""
    said = expit(log_odds)
    signed = np.where(spam, -log_odds, log_odds)
    return {
        "brier": round(float(np.average((said - spam) ** 2, weights=weights)), 4),
        "log_loss": round(float(np.average(np.logaddexp(0, signed), weights=weights)), 4),
    }
