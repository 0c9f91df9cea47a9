"""The compiled scorecard of structure comes to what the one in Python comes to."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.mime import parse_message
from scorer.structure.features import COLUMNS, FEATURES
from scorer.structure.measure import measure
from scorer.structure.model import StructureModel, load_structure_model
from tests.native.texts import ROOT

pytest.importorskip("scorer.native.scorecard", reason="nothing is compiled here")

NUMBERS = st.one_of(
    st.none(),
    st.sampled_from([0.0, -0.0, 1.0, 2.0, 0.3, math.inf, -math.inf, math.nan]),
    st.floats(-5, 50),
    st.floats(),
)
VALUES = st.dictionaries(st.sampled_from([feature.id for feature in FEATURES] + ["another"]), NUMBERS)
WEIGHTS = st.lists(
    st.sampled_from([0.0, 0.0, 0.25, -0.25, 0.5, 1e-17, -0.1, 0.3]),
    min_size=len(COLUMNS),
    max_size=len(COLUMNS),
)


def check(model: StructureModel, values: dict[str, float | None]) -> None:
    assert model._scorecard is not None
    found = model.weigh(values)
    scorecard, model._scorecard = model._scorecard, None
    try:
        assert found == model.weigh(values)
    finally:
        model._scorecard = scorecard


@settings(max_examples=200)
@given(VALUES)
def test_the_shipped_weights(values: dict[str, float | None]) -> None:
    check(load_structure_model(), values)


@settings(max_examples=60)
@given(WEIGHTS, VALUES)
def test_any_weights(weights: list[float], values: dict[str, float | None]) -> None:
    check(StructureModel(weights), values)


def test_every_sample() -> None:
    model = load_structure_model()
    for path in sorted((ROOT / "data" / "samples").glob("**/*.eml")):
        check(model, measure(parse_message(path.read_bytes())))


def test_cut_points_that_are_reached_count() -> None:
    model = StructureModel([1.0] * len(COLUMNS))
    values = {FEATURES[number].id: cut for number, cut in COLUMNS}
    check(model, dict(values))
    assert model.weigh(dict(values)).log_odds == len(COLUMNS)
