"""The pages about rules in `docs/rules/` are those that the rules give."""

from __future__ import annotations

import runpy
from pathlib import Path


def test_pages_are_up_to_date() -> None:
    tool = runpy.run_path(str(Path(__file__).parent.parent / "tools" / "make_rule_pages.py"))
    assert tool["stale"]() == [], "run python tools/make_rule_pages.py"
