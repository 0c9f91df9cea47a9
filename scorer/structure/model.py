"""The trained scorecard of structure: what sender, links and markup add to the log-odds, by feature."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from scorer.artefact import default_artefact, expect_layout, layout_hash, read_floats, read_manifest
from scorer.facts.links import Links
from scorer.message import Message
from scorer.structure.features import COLUMNS, FEATURES, layout
from scorer.structure.measure import measure

try:
    from scorer.native import scorecard as _native
except ImportError:  # nothing was compiled
    _native = None  # type: ignore[assignment]


class StructureTerm(msgspec.Struct, frozen=True):
    """A feature with the value measured and its share of the log-odds; `title` is for people."""

    feature: str
    value: float
    log_odds: float
    title: str


class StructureEvidence(msgspec.Struct, frozen=True):
    """`log_odds` is exactly the sum of the terms' shares. Terms of no weight are left out."""

    log_odds: float
    terms: tuple[StructureTerm, ...]


class StructureModel:
    """A weight for each column (feature and cut point). Made by `load_structure_model`."""

    def __init__(self, weights: Sequence[float]) -> None:
        steps: dict[str, list[tuple[float, float]]] = {feature.id: [] for feature in FEATURES}
        for (number, cut), weight in zip(COLUMNS, weights, strict=True):
            steps[FEATURES[number].id].append((cut, weight))
        self._shares = [
            (
                feature,
                [cut for cut, _ in steps[feature.id]],
                _sums([weight for _, weight in steps[feature.id]]),
            )
            for feature in FEATURES
            if any(weight for _, weight in steps[feature.id])
        ]
        """Each feature that has a weight, its cut points rising, and its share by the number of cut points that are
        reached."""
        self._scorecard = None
        if _native:
            self._scorecard = _native.Scorecard([(f.id, f.title, c, s) for f, c, s in self._shares])

    def weigh(self, values: Mapping[str, float | None]) -> StructureEvidence:
        """The evidence of measured values; a feature without a value says nothing."""
        if self._scorecard is not None and isinstance(values, dict):
            found, weights = self._scorecard.terms(values, StructureTerm)
            return StructureEvidence(math.fsum(weights), found)
        terms = []
        for feature, cuts, shares in self._shares:
            value = values.get(feature.id)
            if value is None or not math.isfinite(value):
                continue
            share = shares[bisect_right(cuts, value)]
            if share:
                terms.append(StructureTerm(feature.id, value, share, feature.title))
        terms.sort(key=lambda term: (-abs(term.log_odds), term.feature))
        return StructureEvidence(math.fsum(term.log_odds for term in terms), tuple(terms))

    def evidence(self, message: Message, links: Links | None = None) -> StructureEvidence:
        """The evidence of a message; `links` saves reading them a second time."""
        return self.weigh(measure(message, links))


def _sums(weights: Sequence[float]) -> list[float]:
    """The sum of the first n weights, at n."""
    return [math.fsum(weights[:count]) for count in range(len(weights) + 1)]


def load_structure_model(path: Path | None = None) -> StructureModel:
    """The structure model in the artefact at `path` (the shipped one if None).

    Raises:
        ArtefactError: missing, damaged, or made for other features; one line.
    """
    folder = default_artefact() if path is None else path
    manifest = read_manifest(folder)
    expect_layout(folder, manifest, "structure", layout_hash(layout()))
    return StructureModel(read_floats(folder, "structure.f64", manifest, len(COLUMNS)))
