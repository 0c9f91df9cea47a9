"""The notebooks: they run, they show their outputs, and they define nothing."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
NEEDED = {"04-past-campaigns": ("scipy", "the extra `batch`")}


def cells(path: Path) -> list[str]:
    found = json.loads(path.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == "code"]


def test_there_are_four_notebooks() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_defines_nothing_and_shows_its_outputs(path: Path) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    assert any(cell.get("outputs") for cell in notebook["cells"])
    for source in cells(path):
        kinds = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package, extra = NEEDED.get(path.stem, ("sklearn", "the extra `train`"))
    pytest.importorskip(package, reason=f"needs {extra}")
    monkeypatch.chdir(FOLDER)
    names: dict[str, object] = {}
    for source in cells(path):
        exec(compile(source, path.name, "exec"), names)
