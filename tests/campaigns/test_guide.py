"""Every command of the guide to batches works, in its order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STARTS = ("score ", "tar ", "mkdir ", "printf ")


def commands() -> list[str]:
    """The indented lines that are commands, but for those that need a cluster of other machines."""
    lines = (ROOT / "docs" / "batch.md").read_text("utf-8").splitlines()
    found = [line[4:] for line in lines if line.startswith("    ") and line[4:].startswith(STARTS)]
    return [line for line in found if "tcp://" not in line]


def test_the_guide_can_be_typed_along(tmp_path: Path) -> None:
    for extra in ("scipy", "pyarrow", "distributed"):
        pytest.importorskip(extra, reason="the extras `batch` and `cluster` are not installed")
    (tmp_path / "data").symlink_to(ROOT / "data")
    score = tmp_path / "bin" / "score"
    score.parent.mkdir()
    score.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m scorer.cli "$@"\n')
    score.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{score.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical",
    }
    typed = commands()
    assert len(typed) >= 12
    said = {}
    for line in typed:
        done = subprocess.run(
            line,
            shell=True,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"
        assert "Traceback" not in done.stderr
        said[line] = done.stdout

    def rows(name: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in (tmp_path / name).read_text("utf-8").splitlines()]

    assert len(rows("rows.jsonl")) == 240 and len((tmp_path / "rows.csv").read_text().splitlines()) == 241
    assert (tmp_path / "report.html").stat().st_size > 20_000 and (
        tmp_path / "our-model" / "manifest.json"
    ).exists()
    # The cluster's rows are the local ones, by their keys.
    local = {row["path"]: {**row, "remedies": 0} for row in rows("full.jsonl")}
    local = {path: {**row, "run": 0} for path, row in local.items()}
    dask = {row["path"]: {**row, "remedies": 0, "run": 0} for row in rows("dask.jsonl")}
    assert dask == local
    assert any("review -> fix" in text or "send -> review" in text for text in said.values())
