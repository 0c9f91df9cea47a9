"""Findings and the evidence of the trained model, weighed and summed.

The event is "a mailbox provider's filter junks or refuses this mailing". `log_odds` is the exact sum of the
contributions, the bias being one of them; `risk = expit(log_odds)`; `score = 100 * risk`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

import msgspec

from scorer.rules.rule import Finding, NotChecked

Kind = Literal["bias", "rule", "structure", "text", "audience"]
_AUDIENCE_GROUPS = ("audience", "reputation")
_MOST_SETS = 1000
START = "What the model expects before it looks at anything"


class Term(msgspec.Struct, frozen=True):
    """A part of a contribution: a word or phrase with its places, or a measured property of the mailing.

    `spans` are (where, start, end) in Unicode code points; where is "subject" or "body" (visible text).
    """

    id: str
    log_odds: float
    title: str = ""
    spans: tuple[tuple[str, int, int], ...] = ()


class Evidence(NamedTuple):
    """What a trained model says of a message: the sum, its strongest terms and the remainder."""

    log_odds: float
    terms: tuple[Term, ...]
    remainder: float


class Contribution(msgspec.Struct, frozen=True):
    """One summand. `points` is its share of the score (0 to 100), not what mending it would gain."""

    id: str
    kind: Kind
    log_odds: float
    points: float
    terms: tuple[Term, ...] = ()
    remainder: float = 0.0


class Weights(msgspec.Struct, frozen=True, dict=True):
    """Log-odds. `rules` maps a rule's id, or id/message for one of its messages, to a number >= 0.
    `text` and `structure` scale the trained evidence, `offset` is the trained starting point against `bias`,
    and `damping` and `ceiling` bound what that evidence may say together (see `limited`). `exclusive` holds
    groups of rules of which at most one can be so, for the range over what is unknown."""

    bias: float
    rules: Mapping[str, float]
    text: float = 1.0
    structure: float = 1.0
    offset: float = 0.0
    damping: float = 1.0
    ceiling: float = 7.0
    exclusive: tuple[tuple[str, ...], ...] = ()

    def of(self, rule: str, message: str = "main") -> float:
        """The weight of a rule's finding; 0 for a rule that has none."""
        specific = self.rules.get(f"{rule}/{message}")
        return specific if specific is not None else self.rules.get(rule, 0.0)

    @cached_property
    def _heaviest(self) -> dict[str, float]:
        heaviest: dict[str, float] = {}
        for id, weight in self.rules.items():
            rule = id.partition("/")[0]
            heaviest[rule] = max(weight, heaviest.get(rule, 0.0))
        return heaviest

    @cached_property
    def _worst(self) -> dict[frozenset[str], float]:
        return {}

    def worst(self, unchecked: frozenset[str]) -> float:
        """What rules that could not be checked would add if all were found, of exclusive ones the heaviest alone.
        Few sets of rules go unchecked together: each is summed once."""
        known = self._worst.get(unchecked)
        if known is None:
            if len(self._worst) >= _MOST_SETS:
                self._worst.clear()
            known = self._worst[unchecked] = _worst(unchecked, self)
        return known

    def heaviest(self, rule: str) -> float:
        """The largest weight that a rule's finding can have."""
        return self._heaviest.get(rule, 0.0)


class Risk(msgspec.Struct, frozen=True):
    """The sum. `low` and `high` bound the score over what is unknown: every unchecked rule silent, or
    every one found."""

    log_odds: float
    risk: float
    score: float
    contributions: tuple[Contribution, ...]
    low: float
    high: float


def expit(z: float) -> float:
    """The logistic function, without overflow."""
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    e = math.exp(z)
    return e / (1.0 + e)


def limited(evidence: float, damping: float, ceiling: float) -> float:
    """What the trained evidence may say: monotone, of slope 1 at zero, below `ceiling`, and the less for each
    further step the more it speaks for the mailing: -damping * ln(1 - evidence / damping).

    The corpora tell wanted mail from spam and phishing; among wanted mail they tell nothing of who is junked
    (measured: AUC 0.5 on Gmail's own placements). So however much a mailing looks wanted, that cannot outweigh
    what the rules find, and no words can make a mailing certain to be junked.
    """
    if evidence < 0:
        return -damping * math.log1p(-evidence / damping)
    return ceiling * math.tanh(evidence / ceiling)


def unlimited(said: float, damping: float, ceiling: float) -> float:
    """The evidence behind what it was let say: the inverse of `limited`."""
    if said < 0:
        return -damping * math.expm1(-said / damping)
    return ceiling * math.atanh(min(0.999999, said / ceiling))


def weigh(
    findings: Sequence[Finding],
    weights: Weights,
    *,
    text: Evidence | None = None,
    structure: Evidence | None = None,
    not_checked: Iterable[NotChecked] = (),
) -> Risk:
    """Sum what was found."""
    summands: list[Contribution] = [Contribution("bias", "bias", weights.bias, 0.0)]
    for finding in findings:
        weight = weights.of(finding.rule, finding.message)
        if weight:
            kind: Kind = "audience" if finding.group in _AUDIENCE_GROUPS else "rule"
            summands.append(Contribution(finding.rule, kind, weight, 0.0))
    summands += _trained(text, structure, weights)
    log_odds = math.fsum([summand.log_odds for summand in summands])
    found = {finding.rule for finding in findings}
    worst = log_odds + weights.worst(frozenset([item.rule for item in not_checked]) - found)
    risk = expit(log_odds)
    return Risk(
        log_odds=log_odds,
        risk=risk,
        score=100.0 * risk,
        contributions=_with_points(summands, log_odds),
        low=100.0 * risk,
        high=100.0 * expit(worst),
    )


def _trained(text: Evidence | None, structure: Evidence | None, weights: Weights) -> list[Contribution]:
    """The evidence of the trained models, limited together: each part is scaled by the same factor."""
    if text is None and structure is None:
        return []
    said = weights.text * (text.log_odds if text else 0.0)
    made = weights.structure * (structure.log_odds if structure else 0.0) + weights.offset
    total = said + made
    factor = limited(total, weights.damping, weights.ceiling) / total if abs(total) > 1e-12 else 1.0
    found = []
    if structure is not None:
        start = (Term("start", factor * weights.offset, START),) if weights.offset else ()
        terms = start + _scaled(structure.terms, factor * weights.structure)
        found.append(_sum_of("structure", terms, factor * made))
    if text is not None:
        found.append(_sum_of("text", _scaled(text.terms, factor * weights.text), factor * said))
    return found


def _scaled(terms: Iterable[Term], scale: float) -> tuple[Term, ...]:
    return tuple([Term(term.id, term.log_odds * scale, term.title, term.spans) for term in terms])


def _sum_of(kind: Literal["structure", "text"], terms: tuple[Term, ...], total: float) -> Contribution:
    remainder = total - math.fsum([term.log_odds for term in terms])
    return Contribution(kind, kind, total, 0.0, terms, remainder)


def _with_points(summands: Sequence[Contribution], z: float) -> tuple[Contribution, ...]:
    """Every contribution's share of the score: the bias 100 s(b), each other c 100 c (s(z)-s(b))/(z-b)."""
    b = summands[0].log_odds
    base = expit(b)
    slope = (expit(z) - base) / (z - b) if abs(z - b) > 1e-6 else base * (1.0 - base)
    return tuple(
        [
            Contribution(
                item.id,
                item.kind,
                item.log_odds,
                100.0 * (base if item.kind == "bias" else item.log_odds * slope),
                item.terms,
                item.remainder,
            )
            for item in summands
        ]
    )


def _worst(unchecked: frozenset[str], weights: Weights) -> float:
    total = 0.0
    left = set(unchecked)
    for group in weights.exclusive:
        members = left & set(group)
        total += max((weights.heaviest(rule) for rule in members), default=0.0)
        left -= members
    return total + math.fsum(sorted(weights.heaviest(rule) for rule in left))


def rounded_points(contributions: Sequence[Contribution], score: float) -> tuple[int, ...]:
    """Whole points that sum to the rounded score, by largest remainder."""
    floors = [math.floor(item.points) for item in contributions]
    missing = round(score) - sum(floors)
    order = sorted(
        range(len(contributions)),
        key=lambda i: (floors[i] - contributions[i].points, -abs(contributions[i].points)),
    )
    for i in order[: max(0, missing)]:
        floors[i] += 1
    for i in reversed(order[missing:] if missing < 0 else []):
        floors[i] -= 1
    return tuple(floors)
