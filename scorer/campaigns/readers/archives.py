"""Messages in .zip and .tar archives (plain or compressed), streamed, mailboxes inside them too."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Callable, Iterator
from typing import IO

from scorer.campaigns.items import Item
from scorer.campaigns.readers.mbox import split_mbox
from scorer.campaigns.readers.names import MBOX, is_message_name
from scorer.mime import MAX_BYTES

# What the standard library raises for damaged archives and what its decompressors add.
_DAMAGED = (
    tarfile.TarError,
    zipfile.BadZipFile,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
)


def read_zip(path: str) -> Iterator[Item]:
    """The messages of a .zip. What is damaged or encrypted is an item with an error."""
    names = _Names()
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.is_dir() or not is_message_name(info.filename):
                    continue
                name = names.unique(info.filename)
                try:
                    with archive.open(info) as file:
                        yield from _members(path, name, file, info.compress_size)
                except _COMPRESSION as error:
                    yield Item(path, name, error=_said(error), consumed=info.compress_size)
    except _DAMAGED as error:
        yield Item(path, error=f"the archive cannot be read: {_said(error)}")


def read_tar(path: str) -> Iterator[Item]:
    """The messages of a .tar, .tar.gz, .tar.bz2 or .tar.xz, read from front to end."""
    names = _Names()
    try:
        with open(path, "rb") as raw, tarfile.open(fileobj=raw, mode="r|*") as archive:  # noqa: PTH123
            position = _progress(raw)
            while (info := archive.next()) is not None:
                # The library keeps every header that it has met.
                archive.members = []  # type: ignore[attr-defined]
                if not info.isfile() or not is_message_name(info.name):
                    continue
                file = archive.extractfile(info)
                if file is not None:
                    yield from _members(path, names.unique(info.name), file, position())
    except _COMPRESSION as error:
        yield Item(path, error=f"the archive cannot be read further: {_said(error)}")


def _compression_errors() -> tuple[type[Exception], ...]:
    import lzma
    import zlib

    return (*_DAMAGED, lzma.LZMAError, zlib.error)


_COMPRESSION = _compression_errors()


def _members(path: str, name: str, file: IO[bytes], consumed: int) -> Iterator[Item]:
    if name.lower().endswith(MBOX):
        for number, data in enumerate(split_mbox(file), start=1):
            yield Item(path, f"{name}#{number}", data, consumed if number == 1 else 0)
    else:
        yield Item(path, name, file.read(MAX_BYTES + 1), consumed)


class _Names:
    """An archive may hold a name twice; keys may not."""

    def __init__(self) -> None:
        self._met: dict[str, int] = {}

    def unique(self, name: str) -> str:
        count = self._met[name] = self._met.get(name, 0) + 1
        return name if count == 1 else f"{name}~{count}"


def _progress(raw: IO[bytes]) -> Callable[[], int]:
    before = 0

    def since_last() -> int:
        nonlocal before
        now = raw.tell()
        gone, before = now - before, now
        return gone

    return since_last


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
