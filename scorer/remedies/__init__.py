"""Remedies: what mending would change, computed by scoring the mended mailing again.

    findings ─► candidates (`plan`) ─► edits (`edits`), records (`publish`) ─► rerun (`search`) ─► remedies

A rule's `Fix` is data; the code that edits lives here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorer.assessment import Remedy
from scorer.dns import Resolver
from scorer.message import Message
from scorer.sending import Sending
from scorer.sentences import Translate

if TYPE_CHECKING:
    from scorer.engine import Scored, Scorer
    from scorer.remedies.rescore import Rescorer

__all__ = ["run_with_remedies"]


def run_with_remedies(
    scorer: Scorer, message: Message, sending: Sending, resolver: Resolver, translate: Translate
) -> tuple[Scored, tuple[Remedy, ...]]:
    """`Scorer.run`, and the best fix, the best pair and everything together, as far as each lowers the score;
    see `search`. The reruns use what the first run computed."""
    from scorer.remedies.rescore import Rescorer

    rescorer = Rescorer(scorer)
    scored = rescorer.run(message, sending, resolver)
    return scored, _remedies(rescorer, scored, sending, resolver, translate)


def _remedies(
    rescorer: Rescorer, scored: Scored, sending: Sending, resolver: Resolver, translate: Translate
) -> tuple[Remedy, ...]:
    """The remedies for what `rescorer` found.

    Never raises: the score stands without remedies, and a fault here must not lose it.
    """
    if not scored.findings:
        return ()
    # A mailing without findings is not to pay for the editing code.
    from scorer.remedies import search

    try:
        return search.search(rescorer, scored, sending, resolver, translate)
    except Exception:
        return ()
