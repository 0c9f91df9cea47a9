"""All that `--outcomes` may name: files, and the history."""

from __future__ import annotations

from collections.abc import Iterable

from scorer.campaigns.outcome_history import is_history, read_history
from scorer.campaigns.outcome_tables import read_outcomes
from scorer.campaigns.outcomes import Outcome


def read_all(given: Iterable[str], tenant: str) -> tuple[Outcome, ...]:
    """The outcomes of every source. Raises SourceError, one line."""
    return tuple(
        outcome
        for source in given
        for outcome in (read_history(source, tenant) if is_history(source) else read_outcomes(source))
    )
