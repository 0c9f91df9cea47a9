"""What `score batch` says of an archive after scoring it: agreement with outcomes, comparison, report."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from scorer.campaigns.convert import read_rows
from scorer.campaigns.items import SourceError
from scorer.campaigns.work import Job

if TYPE_CHECKING:
    from scorer.campaigns.compare import Comparison
    from scorer.campaigns.happened import Happened
    from scorer.campaigns.outcomes import Outcome


class Analysis:
    """Reads what it needs at once, so that what is wrong is said before the scoring. Raises SourceError."""

    def __init__(self, options: argparse.Namespace, job: Job) -> None:
        self._options, self._job = options, job
        self._outcomes: tuple[Outcome, ...] = ()
        if options.outcomes:
            from scorer.campaigns.outcome_sources import read_all

            need_numpy()
            self._outcomes = read_all(options.outcomes, options.tenant)
        if options.compare and not Path(options.compare).is_file():
            raise SourceError(f"{options.compare}: No such file")
        if options.report and not Path(options.report).resolve().parent.is_dir():
            raise SourceError(f"{options.report}: No such directory")

    def of(self, rows: str) -> None:
        """Print and write what was asked for about the rows in that file."""
        found = self._happened(rows)
        comparison = self._compared(rows)
        if self._options.report:
            self._report(rows, found, comparison)

    def _happened(self, rows: str) -> Happened | None:
        if not self._outcomes:
            return None
        from scorer.campaigns.happened import happened, to_text

        found = happened(read_rows(rows), self._outcomes)
        print(to_text(found))
        return found

    def _compared(self, rows: str) -> Comparison | None:
        if not self._options.compare:
            return None
        from scorer.campaigns.compare import compare, to_text

        found = compare(read_rows(self._options.compare), read_rows(rows))
        print(to_text(found, self._options.compare))
        return found

    def _report(self, rows: str, found: Happened | None, comparison: Comparison | None) -> None:
        from scorer.campaigns.archive import summarise
        from scorer.campaigns.report import Source, render

        thresholds = self._job.config.thresholds
        names = ", ".join(Path(path).name or path for path in self._options.paths[:3])
        more = " …" if len(self._options.paths) > 3 else ""
        source = Source(
            title=f"Past mailings: {names}{more}",
            review=thresholds.review,
            fix=thresholds.fix,
            happened=found,
            comparison=comparison,
            baseline=Path(self._options.compare or "").name,
        )
        page = render(summarise(read_rows(rows), review=thresholds.review, fix=thresholds.fix), source)
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
