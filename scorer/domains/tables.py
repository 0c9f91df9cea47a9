"""Reads the plain tables in scorer/tables: one entry a line, '#' starts a comment line."""

from __future__ import annotations

from pathlib import Path

TABLES = Path(__file__).parent.parent / "tables"


def entries(name: str) -> list[str]:
    """The lines of table `name` that are not empty and not comments."""
    text = (TABLES / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and line[0] != "#"]
