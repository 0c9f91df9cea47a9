"""Compiled modules are a matter of time alone: results are the same without them, and so is a build."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scorer.native import compiled

ROOT = Path(__file__).parents[2]
PURE = {**os.environ, "MAILING_SCORER_PURE": "1"}


def run(code: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout


def test_all_that_was_written_is_compiled_or_nothing() -> None:
    sources = sorted(path.stem for path in (ROOT / "scorer" / "native").glob("*.pyx"))
    assert list(compiled()) in ([], sources)


def test_every_compiled_module_says_its_types() -> None:
    folder = ROOT / "scorer" / "native"
    assert {path.stem for path in folder.glob("*.pyx")} == {path.stem for path in folder.glob("*.pyi")}


def test_a_variable_turns_all_of_it_off() -> None:
    code = "import scorer.native as n, sys; from scorer.cli import main; print(n.compiled()); main(['--version'])"
    assert "()\nscore " in (answer := run(code, PURE))
    assert "(pure Python)" in answer
    if compiled():
        answer = " ".join(run(code, {**PURE, "MAILING_SCORER_PURE": ""}).split())  # A long list is broken.
        assert f"(compiled: {', '.join(compiled())})" in answer


@pytest.mark.skipif(not compiled(), reason="nothing is compiled here")
def test_a_module_older_than_its_source_is_not_used(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scorer", tmp_path / "scorer")
    newer = tmp_path / "scorer" / "native" / f"{compiled()[0]}.pyx"
    newer.touch()
    code = (
        "import scorer.native as n; from scorer.cli import main; print(*n.compiled()); print(main(['rules']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout.split("\n")[0].split() == list(compiled()[1:])
    code = f"from scorer.native import {compiled()[0]}"
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True).returncode


@pytest.mark.skipif(
    not compiled(), reason="nothing is compiled here: the golden results are those of pure Python"
)
def test_pure_python_comes_to_the_same() -> None:
    run("from tests.test_golden import *; test_every_message_comes_to_what_it_came_to()", PURE)


def test_without_a_compiler_a_wheel_is_of_pure_python(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "models", tmp_path / "models")
    shutil.copytree(ROOT / "scorer", tmp_path / "scorer", ignore=shutil.ignore_patterns("*.so", "*.pyd"))
    # Something to compile, and nothing to compile it with.
    (tmp_path / "scorer" / "native" / "one.pyx").write_text("cdef int one = 1\n")
    environment = {**os.environ, "MAILING_SCORER_PURE": "", "CC": str(tmp_path / "no-compiler")}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert "built without compiled modules" in done.stdout + done.stderr
    (wheel,) = (tmp_path / "dist").iterdir()
    assert wheel.name.endswith("-py3-none-any.whl")
