"""Remedies: what mending would change, computed by scoring the mended mailing again.

    findings ─► candidates (`plan`) ─► edits (`edits`), records (`publish`) ─► rerun (`search`) ─► remedies

A rule's `Fix` is data; the code that edits lives here.
"""

from __future__ import annotations

from scorer.remedies.search import find_remedies

__all__ = ["find_remedies"]
