"""Which rules go with bad outcomes once the rest is accounted for, and what each would have gained."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from scorer.campaigns.betabinomial import Data, fit, predict
from scorer.campaigns.outcomes import Kind, Observed

_TRAINED = ("text", "structure")
_FEWEST = 5


class RuleEffect(msgspec.Struct, frozen=True):
    """One rule among the campaigns with an outcome.

    `with_rate` and `without_rate` are the plain rates; `log_odds` with its 95 % interval is the association
    after adjusting for the other rules, the trained evidence and the sender, drawn towards 0 where there is
    little data. `gained` is how many messages fewer would have had the outcome without the finding, if the
    association is a cause; which a record of past mailings cannot show.
    """

    rule: str
    campaigns: int
    with_rate: float
    without_rate: float
    log_odds: float
    low: float
    high: float
    gained: float


def rule_effects(campaigns: Sequence[Observed], kind: Kind) -> tuple[RuleEffect, ...]:
    """The effects of all rules that enough campaigns have and enough have not, the worst first."""
    chosen = [item for item in campaigns if kind in item.counts]
    times: dict[str, int] = {}
    for item in chosen:
        for rule in item.findings:
            times[rule] = times.get(rule, 0) + 1
    rules = sorted(rule for rule, count in times.items() if _FEWEST <= count <= len(chosen) - _FEWEST)
    if not rules:
        return ()
    found = np.array([[rule in item.findings for rule in rules] for item in chosen], float)
    trained = np.array([[item.contributions.get(id, 0.0) for id in _TRAINED] for item in chosen])
    x = np.concatenate((found, trained), axis=1)
    number: dict[str, int] = {}
    senders = np.array([number.setdefault(item.sender, len(number)) for item in chosen], np.int64)
    bad = np.array([item.counts[kind].bad for item in chosen], float)
    of = np.array([item.counts[kind].of for item in chosen], float)
    zeros = np.zeros(len(chosen), np.int64)
    prior = np.concatenate((np.zeros(len(rules)), np.ones(len(_TRAINED))))
    result = fit(Data(x, bad, of, zeros, senders), prior, np.ones(len(prior)))
    now = predict(result, x, zeros, senders)
    effects = []
    for place, rule in enumerate(rules):
        without = x.copy()
        without[:, place] = 0.0
        has = found[:, place] > 0
        weight, error = float(result.weights[place]), float(result.errors[place])
        effects.append(
            RuleEffect(
                rule=rule,
                campaigns=int(has.sum()),
                with_rate=float(bad[has].sum() / of[has].sum()),
                without_rate=float(bad[~has].sum() / of[~has].sum()),
                log_odds=weight,
                low=weight - 1.96 * error,
                high=weight + 1.96 * error,
                gained=float(((now - predict(result, without, zeros, senders)) * of).sum()),
            )
        )
    return tuple(sorted(effects, key=lambda item: -item.log_odds))
