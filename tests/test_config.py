"""Weights stand in the table, one for each rule and none for what is not a rule; a user's file goes on top."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from scorer.config import ConfigError, default_config, read_config
from scorer.engine import Scorer
from scorer.models import Models, TrainedWeights
from scorer.rules import all_rules

WEIGHTS = default_config().weights


def test_every_rule_has_a_weight_and_every_weight_a_rule() -> None:
    assert {id.partition("/")[0] for id in WEIGHTS.rules} == set(all_rules())


def test_no_weight_is_negative_and_messages_exist() -> None:
    for id, weight in WEIGHTS.rules.items():
        rule, _, message = id.partition("/")
        assert weight >= 0, id
        assert not message or message in all_rules()[rule].rule.messages, id


def test_law_and_courtesy_weigh_nothing() -> None:
    for id, registered in all_rules().items():
        if registered.rule.group == "law":
            assert WEIGHTS.heaviest(id) == 0, id


def test_exclusive_rules_are_rules() -> None:
    assert {id for group in WEIGHTS.exclusive for id in group} <= set(all_rules())


def test_the_report_starts_at_the_base_rate_and_the_difference_is_the_models() -> None:
    models = Models(weights=TrainedWeights(bias=-0.5), base_rate=0.1)
    weights = Scorer(models=models).config.weights
    assert weights.bias == pytest.approx(math.log(0.1 / 0.9))
    assert weights.bias + weights.offset == pytest.approx(-0.5)


def test_trained_weights_replace_priors_but_not_the_users_own(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("[weights]\nimage-only = 0.25\n")
    models = Models(weights=TrainedWeights(bias=0.0, rules={"image-only": 2.0, "hidden-text": 3.0}))
    weights = Scorer(read_config(path), models=models).config.weights
    assert weights.of("image-only") == 0.25
    assert weights.of("hidden-text") == 3.0
    assert weights.of("not-aligned") == WEIGHTS.of("not-aligned")


def test_only_runs_only_these(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('only = ["image-only"]\n')
    assert [rule.rule.id for rule in Scorer(read_config(path), models=Models()).rules] == ["image-only"]


def test_a_local_blocklist_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('local_blocklists = ["no-such-file.txt"]\n')
    with pytest.raises(ConfigError, match="local_blocklists"):
        Scorer(read_config(path), models=Models())
