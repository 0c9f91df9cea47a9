"""Which rules and words go with bad outcomes once the rest is accounted for, and what each would have gained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec
import numpy as np

from scorer.campaigns.betabinomial import Data, fit, predict
from scorer.campaigns.outcomes import Kind, Observed

_TRAINED = ("text", "structure")
_FEWEST = 5
_MOST_WORDS = 100
# What is known before looking (log-odds, one standard deviation): a rule was written because it may matter,
# a word is one of many and seldom does.
_RULE_SD, _WORD_SD = 1.0, 0.35


class Effect(msgspec.Struct, frozen=True):
    """One rule or word among the campaigns with an outcome.

    `with_rate` and `without_rate` are the plain rates; `log_odds` with its 95 % interval is the association
    after adjusting for the other rules and words, the trained evidence and the sender, drawn towards 0 where
    there is little data. `gained` is how many messages fewer would have had the outcome without it, if the
    association is a cause; which a record of past mailings cannot show.
    """

    id: str
    kind: Literal["rule", "word"]
    campaigns: int
    with_rate: float
    without_rate: float
    log_odds: float
    low: float
    high: float
    gained: float


def effects(campaigns: Sequence[Observed], kind: Kind) -> tuple[Effect, ...]:
    """The effects of all rules, and of the most frequent words, that enough campaigns have and enough have not;
    the worst first."""
    chosen = [item for item in campaigns if kind in item.counts]
    rules = _frequent(chosen, lambda item: item.findings)
    words = _frequent(chosen, lambda item: item.words)[:_MOST_WORDS]
    if not rules and not words:
        return ()
    found = np.array(
        [
            [*(rule in item.findings for rule in rules), *(word in item.words for word in words)]
            for item in chosen
        ],
        float,
    )
    trained = np.array([[item.contributions.get(id, 0.0) for id in _TRAINED] for item in chosen])
    x = np.concatenate((found, trained), axis=1)
    number: dict[str, int] = {}
    senders = np.array([number.setdefault(item.sender, len(number)) for item in chosen], np.int64)
    bad = np.array([item.counts[kind].bad for item in chosen], float)
    of = np.array([item.counts[kind].of for item in chosen], float)
    zeros = np.zeros(len(chosen), np.int64)
    prior = np.concatenate((np.zeros(found.shape[1]), np.ones(len(_TRAINED))))
    sd = np.repeat((_RULE_SD, _WORD_SD, 1.0), (len(rules), len(words), len(_TRAINED)))
    result = fit(Data(x, bad, of, zeros, senders), prior, sd)
    now = predict(result, x, zeros, senders)
    made = []
    for place, id in enumerate((*rules, *words)):
        without = x.copy()
        without[:, place] = 0.0
        has = found[:, place] > 0
        weight, error = float(result.weights[place]), float(result.errors[place])
        made.append(
            Effect(
                id=id,
                kind="rule" if place < len(rules) else "word",
                campaigns=int(has.sum()),
                with_rate=float(bad[has].sum() / of[has].sum()),
                without_rate=float(bad[~has].sum() / of[~has].sum()),
                log_odds=weight,
                low=weight - 1.96 * error,
                high=weight + 1.96 * error,
                gained=float(((now - predict(result, without, zeros, senders)) * of).sum()),
            )
        )
    return tuple(sorted(made, key=lambda item: (-item.log_odds, item.id)))


def _frequent(campaigns: Sequence[Observed], of: Callable[[Observed], tuple[str, ...]]) -> list[str]:
    """What enough campaigns have and enough have not, the most frequent first."""
    times = Counter(name for item in campaigns for name in set(of(item)))
    enough = [name for name, count in times.items() if _FEWEST <= count <= len(campaigns) - _FEWEST]
    return sorted(enough, key=lambda name: (-times[name], name))
