"""Finding artefacts."""

from __future__ import annotations

from pathlib import Path

import pytest

import scorer
from scorer.artefact import layout_hash, models_dir


def test_the_checkouts_models_are_found() -> None:
    assert (models_dir() / "default" / "manifest.json").is_file()


def test_a_packaged_copy_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "scorer"
    (package / "_models").mkdir(parents=True)
    monkeypatch.setattr("scorer.artefact.__file__", str(package / "artefact.py"))
    assert models_dir() == package / "_models"
    assert Path(scorer.__file__).name == "__init__.py"


def test_the_layout_depends_on_names_and_order() -> None:
    assert len({layout_hash(names) for names in (["a", "b"], ["b", "a"], ["ab"], ["a", "b", ""])}) == 4
