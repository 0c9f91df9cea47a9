"""The README shows what the sample command prints."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_output_shown_is_the_output() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert runpy.run_path(str(ROOT / "tools" / "make_readme.py"))["renewed"](readme) == readme


def test_every_local_link_leads_somewhere() -> None:
    import re

    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), ROOT / "data" / "README.md"):
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
