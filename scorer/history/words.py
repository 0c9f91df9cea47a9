"""The words by which bounces are recognised and understood: `tables/bounces.toml`, compiled when needed."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

TABLES = Path(__file__).parent.parent / "tables"


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((TABLES / "bounces.toml").read_text("utf-8"))


@lru_cache(maxsize=64)
def expression(group: str, name: str) -> re.Pattern[str]:
    """The expression that matches any word of a list; capitals do not matter."""
    return re.compile("|".join(_lists()[group][name]), re.IGNORECASE)
