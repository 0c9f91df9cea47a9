"""What `score batch` says of an archive after scoring it: agreement with outcomes, comparison, report."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from scorer.campaigns.convert import read_rows
from scorer.campaigns.items import SourceError
from scorer.campaigns.work import Job

if TYPE_CHECKING:
    from scorer.campaigns.effects import RuleEffect
    from scorer.campaigns.measures import Agreement
    from scorer.campaigns.outcomes import Joined, Outcome


class Analysis:
    """Reads what it needs at once, so that what is wrong is said before the scoring. Raises SourceError."""

    def __init__(self, options: argparse.Namespace, job: Job) -> None:
        self._options, self._job = options, job
        self._outcomes: tuple[Outcome, ...] = ()
        if options.outcomes:
            from scorer.campaigns.outcome_sources import read_all

            need_numpy()
            self._outcomes = read_all(options.outcomes, options.tenant)
        for path in (options.compare,):
            if path and not Path(path).is_file():
                raise SourceError(f"{path}: No such file")
        if options.report and not Path(options.report).resolve().parent.is_dir():
            raise SourceError(f"{options.report}: No such directory")

    def of(self, rows: str) -> None:
        """Print and write what was asked for about the rows in that file."""
        joined, agreements = self._agreements(rows)
        if joined is not None:
            print(to_text(joined, agreements))
        if self._options.compare:
            from scorer.campaigns.compare import compare
            from scorer.campaigns.compare import to_text as compared

            print(compared(compare(read_rows(self._options.compare), read_rows(rows)), self._options.compare))
        if self._options.report:
            self._report(rows, joined, agreements)

    def _agreements(self, rows: str) -> tuple[Joined | None, tuple[Agreement, ...]]:
        if not self._outcomes:
            return None, ()
        from scorer.campaigns.measures import agreement
        from scorer.campaigns.outcomes import KINDS, join

        joined = join(read_rows(rows), self._outcomes)
        if not joined.campaigns:
            raise SourceError(
                "no outcome belongs to any of the messages: compare the ids, Message-IDs or paths"
            )
        measured = (agreement(joined.campaigns, kind) for kind in KINDS)
        return joined, tuple(item for item in measured if item is not None)

    def _report(self, rows: str, joined: Joined | None, agreements: tuple[Agreement, ...]) -> None:
        from scorer.campaigns.archive import summarise
        from scorer.campaigns.outcomes import TITLES
        from scorer.campaigns.report import render

        thresholds = self._job.config.thresholds
        effects: tuple[RuleEffect, ...] = ()
        effects_of = ""
        if joined is not None and agreements:
            from scorer.campaigns.effects import rule_effects

            effects_of = TITLES[agreements[0].kind]
            effects = rule_effects(joined.campaigns, agreements[0].kind)
        names = ", ".join(Path(path).name or path for path in self._options.paths[:3])
        page = render(
            summarise(read_rows(rows), review=thresholds.review),
            title=f"Past mailings: {names}",
            review=thresholds.review,
            fix=thresholds.fix,
            agreements=agreements,
            effects=effects,
            effects_of=effects_of,
            joined=(len(joined.campaigns), joined.rows_without, joined.outcomes_without) if joined else None,
        )
        try:
            Path(self._options.report).write_text(page, "utf-8", errors="replace")
        except OSError as error:
            raise SourceError(f"{self._options.report}: {error.strerror or error}") from None


def need_numpy() -> None:
    """Raises SourceError without the extra `batch`."""
    try:
        import numpy as np
        import scipy  # noqa: F401

        del np
    except ImportError:
        raise SourceError("comparing with outcomes needs the extra `batch` (numpy and scipy)") from None


def to_text(joined: Joined, agreements: tuple[Agreement, ...]) -> str:
    """The agreement for a terminal."""
    from scorer.campaigns.outcomes import TITLES
    from scorer.campaigns.report import estimate

    lines = [
        f"{len(joined.campaigns)} campaigns with an outcome; {joined.rows_without} messages without one, "
        f"{joined.outcomes_without} outcomes without a message (95 % intervals by sender)"
    ]
    for item in agreements:
        lines += [
            f"{TITLES[item.kind]}: {item.bad} of {item.of}, {item.campaigns} campaigns, {item.senders} senders",
            f"  AUC        {estimate(item.auc)}",
            f"  Spearman   {estimate(item.spearman)}",
            f"  lift       {estimate(item.lift, 1)}",
        ]
        if item.kind not in ("spam", "refused"):
            # The risk is of these two: for the others only the order can be compared.
            continue
        lines += [
            f"  Brier      {estimate(item.brier, 3)}; {item.brier_base:.3f} for the overall rate",
            f"  log loss   {estimate(item.log_loss, 3)}; {item.log_loss_base:.3f} for the overall rate",
        ]
        lines += [
            f"  predicted {bin.predicted:.3f}: observed {estimate(bin.observed, 3)}, {bin.campaigns} campaigns"
            for bin in item.reliability
        ]
    return "\n".join(lines)
