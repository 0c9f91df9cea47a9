"""Rows in JSON lines to CSV or Parquet, streamed."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from typing import Any

import msgspec

COLUMNS = (
    "path",
    "member",
    "sha256",
    "campaign",
    "message_id",
    "date",
    "list",
    "from",
    "from_domain",
    "subject",
    "score",
    "risk",
    "log_odds",
    "verdict",
    "findings",
    "not_checked",
    "error",
)
_NUMBERS = ("score", "risk", "log_odds")
_LISTS = ("findings", "not_checked")
_BATCH = 2000


class ConvertError(ValueError):
    """The form cannot be written; one line."""


def read_rows(path: str) -> Iterator[dict[str, Any]]:
    """The rows of a file in JSON lines. Raises ConvertError for a line that is no object, OSError."""
    decoder = msgspec.json.Decoder(dict[str, Any])
    with open(path, "rb") as file:  # noqa: PTH123
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                yield decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                raise ConvertError(f"{path}, line {number}: not a row of results") from None


def to_csv(source: str, target: str) -> None:
    """Write the rows as CSV (UTF-8, RFC 4180). Lists are joined by spaces."""
    part = f"{target}.part"
    with open(part, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in read_rows(source):
            writer.writerow([_cell(name, row.get(name)) for name in COLUMNS])
    os.replace(part, target)  # noqa: PTH105


def _cell(name: str, value: Any) -> Any:
    if value is None:
        return ""
    if name in _NUMBERS:
        return value
    text = " ".join(value) if name in _LISTS else str(value)
    text = text.replace("\0", "")
    # A subject such as =HYPERLINK(…) must not run in the spreadsheet of whoever opens this (CWE-1236).
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def to_parquet(source: str, target: str) -> None:
    """Write the rows as Parquet; contributions and provider verdicts are maps. Raises ConvertError without pyarrow."""
    try:
        import pyarrow as pa
        from pyarrow.parquet import ParquetWriter
    except ImportError:
        raise ConvertError("writing Parquet needs the extra `batch` (pyarrow)") from None
    kinds: dict[str, Any] = dict.fromkeys(_NUMBERS, pa.float64()) | dict.fromkeys(
        _LISTS, pa.list_(pa.string())
    )
    fields = [pa.field(name, kinds.get(name, pa.string())) for name in COLUMNS]
    fields.append(pa.field("contributions", pa.map_(pa.string(), pa.float64())))
    fields.append(pa.field("providers", pa.map_(pa.string(), pa.string())))
    schema = pa.schema(fields)
    part = f"{target}.part"
    with ParquetWriter(part, schema) as writer:
        held: list[dict[str, Any]] = []

        def put() -> None:
            if held:
                writer.write_table(pa.Table.from_pylist(held, schema=schema))
                held.clear()

        for row in read_rows(source):
            entry = {name: row.get(name) for name in COLUMNS}
            entry["contributions"] = list((row.get("contributions") or {}).items())
            entry["providers"] = list((row.get("providers") or {}).items())
            held.append(entry)
            if len(held) >= _BATCH:
                put()
        put()
    os.replace(part, target)  # noqa: PTH105
