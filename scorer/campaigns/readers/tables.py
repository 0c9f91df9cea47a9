"""Tables of messages: CSV, JSON lines and Parquet with raw messages, paths, or the fields of a draft."""

from __future__ import annotations

import base64
import binascii
import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from scorer.campaigns.items import Item, SourceError
from scorer.mime import MAX_BYTES

# Columns as programs that export mail name them, lower case, without spaces and underscores.
RAW = (
    "raw",
    "rawmessage",
    "message",
    "mime",
    "bodymime",
    "rfc822",
    "eml",
    "source",
    "rawbase64",
    "messagebase64",
)
PATH = ("path", "file", "filename", "filepath", "emlpath")
CAMPAIGN = ("campaign", "campaignid", "uniqueid", "singlesendid", "id")
_DRAFT = {
    "from": ("from", "fromemail", "sender", "fromaddress"),
    "subject": ("subject", "subjectline", "emailsubject"),
    "html": ("html", "htmlcontent", "htmlbody", "bodyhtml", "contenthtml"),
    "text": ("text", "plain", "plaincontent", "textcontent", "plaintext", "bodyplain", "textbody"),
    "reply_to": ("replyto",),
}
_BATCH = 64
_SAMPLE = 1 << 16


def folded(name: str) -> str:
    """A column's name without case, spaces and punctuation."""
    return "".join(character for character in name.lower() if character.isalnum())


class _Columns:
    """Which columns of a table hold what."""

    def __init__(self, path: str, names: list[str]) -> None:
        by_folded = {folded(name): name for name in reversed(names)}

        def first(wanted: tuple[str, ...]) -> str | None:
            return next((by_folded[name] for name in wanted if name in by_folded), None)

        self.raw, self.path, self.campaign = first(RAW), first(PATH), first(CAMPAIGN)
        self.draft = {field: column for field, known in _DRAFT.items() if (column := first(known))}
        has_body = "html" in self.draft or "text" in self.draft
        if not (self.raw or self.path or has_body):
            counts = {"hardbounces", "spamreports", "abusecomplaints", "delivered", "successfuldeliveries"}
            what = (
                "counts and no messages: give it to --outcomes" if counts & set(by_folded) else "no messages"
            )
            raise SourceError(
                f"{path}: the table has {what} (a column raw or message, path, or html and subject, is needed)"
            )

    def used(self) -> list[str]:
        """The columns that are read."""
        chosen = [self.raw, self.path, self.campaign, *self.draft.values()]
        return list(dict.fromkeys(name for name in chosen if name))

    def item(self, table: str, number: int, row: Mapping[str, Any], consumed: int) -> Item:
        """The item of a row; `number` counts rows from 1."""
        campaign = _text(row.get(self.campaign)) if self.campaign else ""
        member = str(number)
        raw = row.get(self.raw) if self.raw else None
        if raw:
            return Item(table, member, _bytes(raw)[: MAX_BYTES + 1], consumed, campaign)
        path = _text(row.get(self.path)) if self.path else ""
        if path:
            found = str(Path(table).parent / path) if "\0" not in path else ""
            return Item(found or table, "" if found else member, None, consumed, campaign)
        fields = {field: _text(row.get(column)) for field, column in self.draft.items()}
        if fields.get("html") or fields.get("text"):
            given = {field: value for field, value in fields.items() if value}
            return Item(table, member, msgspec.json.encode(given), consumed, campaign)
        return Item(table, member, consumed=consumed, campaign=campaign, error="the row holds no message")


def read_csv(path: str) -> Iterator[Item]:
    """The messages of a CSV file (comma, semicolon or tab; UTF-8). Raises SourceError if it has none."""
    csv.field_size_limit(2 * MAX_BYTES)
    try:
        with open(path, "rb") as raw:  # noqa: PTH123
            sample = raw.read(_SAMPLE)
            raw.seek(0)
            file = io.TextIOWrapper(raw, "utf-8-sig", errors="surrogateescape", newline="")
            head = sample.split(b"\n", 1)[0]
            delimiter = max(",;\t", key=lambda mark: head.count(mark.encode()))
            reader = csv.DictReader(file, delimiter=delimiter)
            columns = _Columns(path, list(reader.fieldnames or ()))
            before = 0
            for number, row in enumerate(reader, start=1):
                now = raw.tell()
                yield columns.item(path, number, row, now - before)
                before = now
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from None
    except csv.Error as error:
        yield Item(path, error=f"the table cannot be read further: {error}")


def read_jsonl(path: str) -> Iterator[Item]:
    """The messages of a file with one JSON object a line: drafts, or with a column as in a table."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            for number, line in enumerate(iter(lambda: file.readline(2 * MAX_BYTES), b""), start=1):
                if not line.strip():
                    continue
                try:
                    row = msgspec.json.decode(line, type=dict[str, Any])
                    # The services' APIs put subject and content one level down (email_config, settings …).
                    inner = [value for value in row.values() if isinstance(value, dict)]
                    row = {name: it for part in (*inner, row) for name, it in part.items()}
                    yield _Columns(path, list(row)).item(path, number, row, len(line))
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    yield Item(path, str(number), error="the line is not a JSON object", consumed=len(line))
                except SourceError:
                    yield Item(path, str(number), error="the line holds no message", consumed=len(line))
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from None


def read_parquet(path: str) -> Iterator[Item]:
    """The messages of a Parquet file.

    Raises:
        SourceError: it has none, or the extra `batch` (pyarrow) is not installed.
    """
    try:
        import pyarrow
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise SourceError(f"{path}: reading Parquet needs the extra `batch` (pyarrow)") from None
    try:
        file = ParquetFile(path, pre_buffer=False)
    except (pyarrow.ArrowException, OSError) as error:
        raise SourceError(f"{path}: {' '.join(str(error).split())[:200]}") from None
    with file:
        columns = _Columns(path, list(file.schema_arrow.names))
        size = Path(path).stat().st_size
        share = size // max(1, file.metadata.num_rows)
        number = 0
        try:
            for batch in file.iter_batches(batch_size=_BATCH, columns=columns.used()):
                for row in batch.to_pylist():
                    number += 1
                    yield columns.item(path, number, row, share)
        except (pyarrow.ArrowException, OSError) as error:
            yield Item(path, error=f"the table cannot be read further: {' '.join(str(error).split())[:200]}")


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _bytes(value: object) -> bytes:
    """A raw message; base64 (Gmail's API gives the URL-safe kind) is decoded where it is nothing else."""
    data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")
    start = data[:400].strip()
    if len(start) >= 40 and b":" not in start and b" " not in start:
        try:
            packed = b"".join(data.split()).translate(bytes.maketrans(b"-_", b"+/"))
            return base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
        except binascii.Error:
            return data
    return data
