"""The wheel holds everything that scoring needs, and works from an empty folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scorer.native import compiled

ROOT = Path(__file__).parent.parent
MESSAGE = b"From: The Shop <news@shop.example>\nSubject: News\n\nHello, here is the news of the month.\n"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory) -> Path:
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    target = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def test_a_sample_is_scored_from_an_empty_folder(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "m.eml").write_bytes(MESSAGE)
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    program = "import scorer, sys; from scorer.cli import main; print(scorer.__file__, file=sys.stderr); main(sys.argv[1:])"
    command = [sys.executable, "-c", program, "m.eml", "--sending", "mailgun-eu", "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert str(unpacked) in done.stderr
    answer = json.loads(done.stdout)
    assert answer["model"]["name"] == "default"


def test_tables_models_and_templates_are_in_it(unpacked: Path) -> None:
    names = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    for wanted in (
        "scorer/_models/default/manifest.json",
        "scorer/tables/weights.toml",
        "scorer/tables/requirements.toml",
        "scorer/tables/profiles/superoffice-com.toml",
        "scorer/tables/public_suffixes.txt",
        "scorer/py.typed",
        "scorer/locale/de/LC_MESSAGES/scorer.mo",
        "scorer/service/pages/languages/de.json",
    ):
        assert wanted in names
    assert not [name for name in names if name.startswith(("tests/", "data/"))]


def test_what_is_compiled_is_in_it(unpacked: Path) -> None:
    names = [path.name for path in (unpacked / "scorer" / "native").iterdir()]
    made = sorted(name.partition(".")[0] for name in names if name.endswith((".so", ".pyd")))
    assert made == list(compiled())
    assert not [name for name in names if name.endswith((".c", ".cpp", ".pyx"))]
