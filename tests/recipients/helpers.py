"""A list in a file, read with a fixed day of reference."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import msgspec

from scorer.recipients import Checked, Options, Report, check

TODAY = date(2026, 11, 24)


def write(folder: Path, data: bytes | str, name: str = "list.csv") -> str:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return str(path)


def checked(
    folder: Path, data: bytes | str, options: Options | None = None, resolver=None
) -> tuple[Report, Checked]:
    options = msgspec.structs.replace(options or Options(), today=TODAY)
    spill = Path(tempfile.mkdtemp(dir=folder))
    return check(write(folder, data), spill, options, resolver)


def report_on(folder: Path, data: bytes | str, options: Options | None = None, resolver=None) -> Report:
    return checked(folder, data, options, resolver)[0]
