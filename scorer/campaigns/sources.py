"""Paths to items: every reader behind one function. Streamed, in a stable order, in constant memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from scorer.campaigns.items import Item, SourceError, shown
from scorer.campaigns.readers.mbox import looks_like_mbox, split_mbox
from scorer.campaigns.readers.names import CSV, JSONL, MBOX, PARQUET, TAR, ZIP, is_message_name


class _File(NamedTuple):
    """A file that may hold messages. `named`: the caller asked for it and not for its folder. `alias`: it
    may be another's name, so that only resolving the path tells which file it is."""

    path: str
    size: int
    named: bool = False
    alias: bool = False


def read_items(paths: Iterable[str], *, besides: Iterable[str] = ()) -> Iterator[Item]:
    """The messages at and below `paths`; the files `besides` (the results) are passed over.

    Folders are walked; in a folder, tables are not taken for messages. Raises SourceError where a path does
    not exist or a table has no messages.
    """
    not_these = {os.path.realpath(path) for path in besides}
    names = {os.path.basename(path) for path in not_these}  # noqa: PTH119
    for given in paths:
        for file in _files(given):
            # Resolving every path would cost more than reading the file.
            suspect = file.alias or os.path.basename(file.path) in names  # noqa: PTH119
            if not suspect or os.path.realpath(file.path) not in not_these:
                yield from _read_file(file)


def total_bytes(paths: Iterable[str]) -> int:
    """About how many bytes `read_items` will consume (the size of the files)."""
    return sum(file.size for given in paths for file in _files(given))


def _files(given: str) -> Iterator[_File]:
    """The files at or below a path, in a stable order."""
    try:
        found = Path(given).stat()
    except (OSError, ValueError) as error:
        raise SourceError(f"{shown(given)}: {getattr(error, 'strerror', None) or error}") from None
    if stat.S_ISDIR(found.st_mode):
        yield from _below(given)
    else:
        yield _File(given, found.st_size, named=True, alias=True)


def _below(folder: str) -> Iterator[_File]:
    """The files below a folder: its own by name, then its folders' by name. What cannot be listed is passed
    over, as are links to folders (they may lead back)."""
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    folders = [entry.name for entry in entries if entry.is_dir() and _walked(entry)]
    # Beside a Maildir's messages lie its server's own files.
    if not ("cur" in folders and "new" in folders):
        for entry in entries:
            if is_message_name(entry.name) and (size := _size_of(entry)) is not None:
                yield _File(entry.path, size, alias=entry.is_symlink())
    inside = {entry.name: entry for entry in entries}
    for name in folders:
        if not inside[name].is_symlink():
            yield from _below(inside[name].path)


def _walked(folder: os.DirEntry[str]) -> bool:
    """Whether a subfolder is walked: not hidden, unless of a Maildir; and never what is being delivered."""
    if folder.name == "tmp" and Path(folder.path).with_name("cur").is_dir():
        return False
    return not folder.name.startswith(".") or Path(folder.path, "cur").is_dir()


def _size_of(entry: os.DirEntry[str]) -> int | None:
    """The size of a file, 0 where it cannot be told; None for what is no file."""
    try:
        found = entry.stat()
        return found.st_size if stat.S_ISREG(found.st_mode) else None
    except OSError:
        # Scoring it will say what is wrong.
        return 0


def _read_file(file: _File) -> Iterator[Item]:
    path = file.path
    lower = path.lower()
    if lower.endswith(ZIP):
        from scorer.campaigns.readers.archives import read_zip

        yield from read_zip(path)
    elif lower.endswith(TAR):
        from scorer.campaigns.readers.archives import read_tar

        yield from read_tar(path)
    elif lower.endswith(CSV + JSONL + PARQUET) and file.named:
        from scorer.campaigns.readers import tables

        if lower.endswith(CSV):
            yield from tables.read_csv(path)
        elif lower.endswith(JSONL):
            yield from tables.read_jsonl(path)
        else:
            yield from tables.read_parquet(path)
    elif lower.endswith((".eml", ".json")):
        yield Item(path, consumed=file.size)
    else:
        yield from _mbox_or_message(path, file.size)


def _mbox_or_message(path: str, size: int) -> Iterator[Item]:
    """An mbox's messages; a file that holds one message and is not called .mbox is that message."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            certain = path.lower().endswith(MBOX)
            start = file.read(300)
            if not certain and not looks_like_mbox(start):
                yield Item(path, consumed=size)
                return
            file.seek(0)
            before = 0
            first: Item | None = None
            for number, data in enumerate(split_mbox(file), start=1):
                now = file.tell()
                item = Item(path, str(number), data, now - before)
                before = now
                if number == 1 and not certain:
                    first = item
                    continue
                if first is not None:
                    yield first
                    first = None
                yield item
            if first is not None:
                yield Item(path, consumed=first.consumed)
    except OSError as error:
        yield Item(path, error=error.strerror or str(error))
