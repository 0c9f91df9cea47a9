"""The shipped artefact and its card."""

from __future__ import annotations

import json

import pytest

from scorer.artefact import default_artefact


def loaded(name: str) -> dict:  # type: ignore[type-arg]
    return json.loads((default_artefact() / name).read_text("utf-8"))


def test_the_cards_figures_are_those_of_the_metrics() -> None:
    pytest.importorskip("sklearn", reason="needs the extra `train`")
    from scorer.train.card import card

    text = (default_artefact() / "MODEL_CARD.md").read_text("utf-8")
    assert text == card(loaded("manifest.json"), loaded("metrics.json"))


def test_the_metrics_are_of_this_model() -> None:
    assert loaded("metrics.json")["trained"] == loaded("manifest.json")["trained"]


def test_every_corpus_is_named_with_its_terms() -> None:
    for corpus in loaded("manifest.json")["corpora"]:
        assert corpus["terms"] and corpus["sha256"] and corpus["wanted"] + corpus["spam"] > 0


def test_the_base_rate_has_a_source() -> None:
    rate = loaded("manifest.json")["base_rate"]
    assert 0 < rate["value"] < 1 and rate["source"] and rate["url"].startswith("https://") and rate["date"]


def test_the_floors_hold_on_mail_of_unseen_senders() -> None:
    held = loaded("metrics.json")["groups_held_out"]
    assert held["wanted mailings / spam"]["auc"] >= 0.99
    assert held["recent wanted mailings / spam of 2026"]["recall_at_1pct"] >= 0.9
    assert held["wanted mailings / spam in other languages"]["auc"] >= 0.98
