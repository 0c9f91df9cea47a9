"""Remedies: what mending would change, computed by scoring the mended mailing again.

    findings ─► candidates (`plan`) ─► edits (`edits`), records (`publish`) ─► rerun (`search`) ─► remedies

A rule's `Fix` is data; the code that edits lives here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorer.assessment import Remedy
from scorer.dns import Resolver
from scorer.sending import Sending
from scorer.sentences import Translate

if TYPE_CHECKING:
    from scorer.engine import Scored, Scorer

__all__ = ["find_remedies"]


def find_remedies(
    scorer: Scorer, scored: Scored, sending: Sending, resolver: Resolver, translate: Translate
) -> tuple[Remedy, ...]:
    """The best fix, the best pair and everything together, as far as each lowers the score; see `search`.

    Never raises: the score stands without remedies, and a fault here must not lose it.
    """
    if not scored.findings:
        return ()
    # A mailing without findings is not to pay for the editing code.
    from scorer.remedies import search

    try:
        return search.search(scorer, scored, sending, resolver, translate)
    except Exception:
        return ()
