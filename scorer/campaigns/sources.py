"""Paths to items: every reader behind one function. Streamed, in a stable order, in constant memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from scorer.campaigns.items import Item, SourceError, shown
from scorer.campaigns.readers.mbox import looks_like_mbox, split_mbox
from scorer.campaigns.readers.names import CSV, JSONL, MBOX, PARQUET, TAR, ZIP, is_message_name


def read_items(paths: Iterable[str], *, besides: Iterable[str] = ()) -> Iterator[Item]:
    """The messages at and below `paths`; the files `besides` (the results) are passed over.

    Folders are walked; in a folder, tables are not taken for messages. Raises SourceError where a path does
    not exist or a table has no messages.
    """
    not_these = {os.path.realpath(path) for path in besides}
    for given in paths:
        for path, named in _files(given):
            if not not_these or os.path.realpath(path) not in not_these:
                yield from _read_file(path, named=named)


def total_bytes(paths: Iterable[str]) -> int:
    """About how many bytes `read_items` will consume (the size of the files)."""
    total = 0
    for given in paths:
        for path, _ in _files(given):
            try:
                total += os.stat(path).st_size  # noqa: PTH116
            except OSError:
                continue
    return total


def _files(given: str) -> Iterator[tuple[str, bool]]:
    """The files at or below a path, and whether each was named itself."""
    try:
        mode = Path(given).stat().st_mode
    except (OSError, ValueError) as error:
        raise SourceError(f"{shown(given)}: {getattr(error, 'strerror', None) or error}") from None
    if not stat.S_ISDIR(mode):
        yield given, True
        return
    # `os.walk` lists a folder's names at once, which is what keeps the order stable.
    for folder, folders, names in os.walk(given):
        folders[:] = sorted(name for name in folders if _walked(folder, name))
        if "cur" in folders and "new" in folders:
            # Beside a Maildir's messages lie its server's own files.
            names = []
        for name in sorted(names):
            path = os.path.join(folder, name)  # noqa: PTH118
            if is_message_name(path) and _is_regular(path):
                yield path, False


def _walked(folder: str, name: str) -> bool:
    """Whether a subfolder is walked: not hidden, unless of a Maildir; and never what is being delivered."""
    if name == "tmp" and Path(folder, "cur").is_dir():
        return False
    return not name.startswith(".") or Path(folder, name, "cur").is_dir()


def _is_regular(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116
    except OSError:
        # Scoring it will say what is wrong.
        return True


def _read_file(path: str, *, named: bool) -> Iterator[Item]:
    lower = path.lower()
    if lower.endswith(ZIP):
        from scorer.campaigns.readers.archives import read_zip

        yield from read_zip(path)
    elif lower.endswith(TAR):
        from scorer.campaigns.readers.archives import read_tar

        yield from read_tar(path)
    elif lower.endswith(CSV + JSONL + PARQUET) and named:
        from scorer.campaigns.readers import tables

        if lower.endswith(CSV):
            yield from tables.read_csv(path)
        elif lower.endswith(JSONL):
            yield from tables.read_jsonl(path)
        else:
            yield from tables.read_parquet(path)
    elif lower.endswith((".eml", ".json")):
        yield Item(path, consumed=_size(path))
    else:
        yield from _mbox_or_message(path)


def _mbox_or_message(path: str) -> Iterator[Item]:
    """An mbox's messages; a file that holds one message and is not called .mbox is that message."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            certain = path.lower().endswith(MBOX)
            start = file.read(300)
            if not certain and not looks_like_mbox(start):
                yield Item(path, consumed=_size(path))
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


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except OSError:
        return 0
