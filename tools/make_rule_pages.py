"""Write `docs/rules/`: one page a rule and the table of all. `--check` only says whether they are up to date."""

from __future__ import annotations

import sys
from pathlib import Path

from scorer.rulepages import index_page, page_of
from scorer.rules import all_rules

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"


def pages() -> dict[str, str]:
    """Every page by its file's name."""
    made = {f"{id}.md": page_of(id) for id in all_rules()}
    return {**made, "README.md": index_page()}


def stale() -> list[str]:
    """The names of pages that are missing, outdated or left over."""
    wanted = pages()
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def main() -> None:
    """Write, or check."""
    if "--check" in sys.argv:
        names = stale()
        sys.exit(f"run python tools/make_rule_pages.py: {', '.join(names)}" if names else 0)
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
