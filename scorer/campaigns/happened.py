"""Scores and outcomes together: everything that is said of how well the one foretold the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from scorer.campaigns.effects import Effect, effects
from scorer.campaigns.items import SourceError
from scorer.campaigns.measures import Agreement, Share, agreement, by_provider, by_sender
from scorer.campaigns.outcomes import EVENT, KINDS, TITLES, Kind, Outcome, join
from scorer.campaigns.report import estimate, rule_title, word_title

_LINES = 8


class KindHappened(msgspec.Struct, frozen=True):
    """One kind of outcome: the agreement, and what happened by sender and by provider."""

    agreement: Agreement
    senders: tuple[Share, ...]
    providers: tuple[Share, ...]


class Happened(msgspec.Struct, frozen=True):
    """`effects` are of the first kind that happened to some and not to all. `rows_without` and
    `outcomes_without` found no partner."""

    campaigns: int
    rows_without: int
    outcomes_without: int
    kinds: tuple[KindHappened, ...]
    effects_of: Kind
    effects: tuple[Effect, ...]


def happened(rows: Iterable[Mapping[str, Any]], outcomes: tuple[Outcome, ...]) -> Happened:
    """Join and measure.

    Raises:
        SourceError: no outcome belongs to any row, or every kind has fewer than two campaigns.
    """
    joined = join(rows, outcomes)
    if not joined.campaigns:
        raise SourceError(
            "no outcome belongs to any of the messages: compare the ids, Message-IDs, paths or subjects"
        )
    kinds = tuple(
        KindHappened(
            found, by_sender(joined.campaigns, found.kind), by_provider(joined.campaigns, found.kind)
        )
        for kind in KINDS
        if (found := agreement(joined.campaigns, kind)) is not None
    )
    if not kinds:
        raise SourceError("one campaign alone has an outcome: there is nothing to compare")
    # Of what never happened nothing can be said.
    varied = (item.agreement.kind for item in kinds if 0 < item.agreement.bad < item.agreement.of)
    first = next(varied, kinds[0].agreement.kind)
    return Happened(
        len(joined.campaigns),
        joined.rows_without,
        joined.outcomes_without,
        kinds,
        first,
        effects(joined.campaigns, first),
    )


def to_text(found: Happened) -> str:
    """The same for a terminal."""
    lines = [
        f"{found.campaigns} campaigns with an outcome; {found.rows_without} messages without one, "
        f"{found.outcomes_without} outcomes without a message (95 % intervals by sender)"
    ]
    for kind in found.kinds:
        lines += _agreement_lines(kind.agreement)
        lines += _share_lines("by sender", kind.senders)
        lines += _share_lines("by provider", kind.providers)
    if found.effects:
        lines.append(
            f"What goes with “{TITLES[found.effects_of]}”, the other findings and words, the trained evidence "
            "and the sender accounted for (log-odds, 95 % interval; how many fewer there might have been):"
        )
        lines += [f"  {line}" for line in _effect_lines(found.effects)]
    return "\n".join(lines)


def _agreement_lines(item: Agreement) -> list[str]:
    lines = [
        f"{TITLES[item.kind]}: {item.bad} of {item.of}, {item.campaigns} campaigns, {item.senders} senders",
        f"  AUC        {estimate(item.auc)}",
        f"  Spearman   {estimate(item.spearman)}",
        f"  lift       {estimate(item.lift, 1)}",
    ]
    if item.kind not in EVENT:
        return lines
    lines += [
        f"  Brier      {estimate(item.brier, 3)}; {item.brier_base:.3f} for the overall rate",
        f"  log loss   {estimate(item.log_loss, 3)}; {item.log_loss_base:.3f} for the overall rate",
    ]
    lines += [
        f"  predicted {bin.predicted:.3f}: observed {estimate(bin.observed, 3)}, {bin.campaigns} campaigns"
        for bin in item.reliability
    ]
    return lines


def _share_lines(title: str, shares: tuple[Share, ...]) -> list[str]:
    if len(shares) < 2:
        return []
    comparable = shares[0].predicted is not None
    lines = [
        f"  {title} ({'predicted; ' if comparable else ''}observed with the interval of that one alone):"
    ]
    for item in shares[:_LINES]:
        predicted = f"{item.predicted:.3f}; " if item.predicted is not None else ""
        observed = f"{item.bad / item.of:.3g} ({item.low:.3g} to {item.high:.3g})"
        lines.append(f"    {predicted}{observed:26} {item.bad} of {item.of}  {item.name}")
    return lines


def _effect_lines(found: tuple[Effect, ...]) -> list[str]:
    lines = []
    for kind, title in (("rule", rule_title), ("word", word_title)):
        of_kind = [item for item in found if item.kind == kind]
        # Those that are clearest either way, the worst first.
        clearest = sorted(of_kind, key=lambda item: -max(item.low, -item.high))[:_LINES]
        lines += [
            f"{item.log_odds:+.2f} ({item.low:+.2f} to {item.high:+.2f})  {item.gained:8.1f}  "
            f"{title(item.id)} ({item.campaigns} campaigns)"
            for item in sorted(clearest, key=lambda item: -item.log_odds)
        ]
    return lines
