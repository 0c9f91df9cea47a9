"""Warn about facts that were last checked over a year ago, in the tables that the program reads at run time.

Exit status 1 where there is one. Not part of the tests: a date passing must not turn them red.
"""

from __future__ import annotations

import datetime
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

TABLES = Path(__file__).resolve().parent.parent / "scorer" / "tables"
DAYS = 365


def checked_dates(value: object, where: str) -> Iterator[tuple[str, datetime.date]]:
    """Every `checked` or `read` date below `value`, with its place."""
    if isinstance(value, dict):
        name = str(value.get("id", ""))
        for key, item in value.items():
            if key in ("checked", "read"):
                date = item if isinstance(item, datetime.date) else datetime.date.fromisoformat(str(item))
                yield f"{where} {name}".strip(), date
            else:
                yield from checked_dates(item, f"{where} {name}".strip() if name else f"{where} {key}")
    elif isinstance(value, list):
        for item in value:
            yield from checked_dates(item, where)


def main() -> int:
    """Print what is old."""
    limit = datetime.date.today() - datetime.timedelta(days=DAYS)
    old = 0
    for path in sorted(TABLES.rglob("*.toml")):
        for where, date in checked_dates(tomllib.loads(path.read_text("utf-8")), path.stem):
            if date < limit:
                print(f"{path.relative_to(TABLES)}: {where}: last checked on {date}")
                old += 1
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
