"""No result changes by accident: ids of rules exactly, numbers to 1e-9 (see `tests/golden.py`)."""

from __future__ import annotations

import json

import pytest

from tests.golden import PATH, results

WRITE = "if this is meant to be so: python -m tests.golden"


def test_every_message_comes_to_what_it_came_to() -> None:
    lines = PATH.read_text("utf-8").splitlines()
    wanted = {one.pop("message"): one for one in map(json.loads, lines)}
    found = dict(results())
    assert found.keys() == wanted.keys(), WRITE
    for name, result in found.items():
        numbers = result.pop("numbers")
        expected = wanted[name].pop("numbers")
        assert result == wanted[name], f"{name}: {WRITE}"
        assert numbers == pytest.approx(expected, rel=0, abs=1e-9), f"{name}: {WRITE}"
