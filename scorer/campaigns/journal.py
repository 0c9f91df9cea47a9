"""Results as they come, one JSON object a line, written by one process alone; and what a broken run left."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from scorer.campaigns.items import Item, key_of
from scorer.campaigns.work import read_data

_SYNC_SECONDS = 5.0


class JournalError(ValueError):
    """The journal cannot be continued; one line."""


class _Key(msgspec.Struct, frozen=True):
    """What of a row decides whether it is done."""

    path: str
    member: str = ""
    sha256: str = ""
    run: str = ""


class Journal:
    """A file of rows that only grows. Each chunk reaches the operating system before the next is awaited, so
    a killed process loses none that it wrote; every few seconds it reaches the disk as well."""

    def __init__(self, path: str, *, resume: bool, run: str) -> None:
        """Open for writing. With `resume` what is there is kept, up to the last whole row.

        Raises:
            JournalError: its rows were made under other settings.
            OSError: it cannot be written.
        """
        self.path = path
        self._hashes: dict[bytes, bytes] = {}
        self._stale = False
        self._synced = time.monotonic()
        end = self._read(run) if resume and Path(path).exists() else 0
        self._file: BinaryIO = open(path, "r+b" if end else "wb")  # noqa: SIM115, PTH123
        self._file.truncate(end)
        self._file.seek(end)

    def _read(self, run: str) -> int:
        """Note the finished rows; where the whole rows end."""
        decoder = msgspec.json.Decoder(_Key)
        end = 0
        with open(self.path, "rb") as file:  # noqa: PTH123
            for line in file:
                try:
                    row = decoder.decode(line)
                except (msgspec.DecodeError, UnicodeDecodeError):
                    break
                if not line.endswith(b"\n"):
                    break
                if row.run != run:
                    raise JournalError(
                        f"{self.path}: its rows were made with other settings, another model or another version; "
                        "leave out --resume to begin anew"
                    )
                end += len(line)
                self._hashes[key_of(row.path, row.member)] = bytes.fromhex(row.sha256) if row.sha256 else b""
        return end

    def __len__(self) -> int:
        """How many messages were done before."""
        return len(self._hashes)

    def remaining(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items without a finished row; one whose content changed since is done again."""
        for item in items:
            known = self._hashes.get(key_of(item.path, item.member))
            if known is None:
                yield item
            elif not _same(item, known):
                self._stale = True
                yield item

    def write(self, row: bytes) -> None:
        """Add a row (without its line end)."""
        self._file.write(row + b"\n")

    def flush(self) -> None:
        """Hand everything to the operating system, and now and then to the disk."""
        self._file.flush()
        if time.monotonic() - self._synced > _SYNC_SECONDS:
            os.fsync(self._file.fileno())
            self._synced = time.monotonic()

    def close(self) -> None:
        """Close the file; rows that a later one replaces are dropped."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if self._stale:
            self._drop_replaced()

    def abandon(self) -> None:
        """Close after an error, leaving what is there for `resume`."""
        self._file.close()

    def _drop_replaced(self) -> None:
        decoder = msgspec.json.Decoder(_Key)
        last: dict[bytes, int] = {}
        with open(self.path, "rb") as file:  # noqa: PTH123
            for number, line in enumerate(file):
                row = decoder.decode(line)
                last[key_of(row.path, row.member)] = number
        keep = set(last.values())
        fresh = f"{self.path}.new"
        with open(self.path, "rb") as file, open(fresh, "wb") as out:  # noqa: PTH123
            out.writelines(line for number, line in enumerate(file) if number in keep)
            out.flush()
            os.fsync(out.fileno())
        os.replace(fresh, self.path)  # noqa: PTH105


def _same(item: Item, known: bytes) -> bool:
    """Whether the content is what the finished row was made of. What could not be read is tried again."""
    if item.error:
        return known == b""
    try:
        return hashlib.sha256(read_data(item)).digest() == known
    except OSError:
        return False
