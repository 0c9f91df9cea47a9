"""Files as items: folders, mail files, mbox, Maildir, gzip and zip are opened, each thing in them is an item
of its own. Sizes are bounded everywhere, so that a small file cannot become a large one."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from scorer.history.values import NotUsable

MAX_ITEM = 100_000_000
_BROKEN = (zipfile.BadZipFile, RuntimeError, OSError, EOFError, zlib.error, NotImplementedError, ValueError)
MAX_MEMBERS = 10_000
MAX_UNPACKED = 500_000_000
MAX_NESTING = 3
HEAD = 4_096
STREAMED = (".csv", ".jsonl", ".ndjson")


class Item(msgspec.Struct, frozen=True):
    """Something to read, under a name that a person can find it by. `data` holds its bytes; a long table or
    a file of JSON lines is not loaded: it stands in `path`. `problem` says why it could not be opened."""

    name: str
    data: bytes = b""
    path: str = ""
    problem: str = ""


def find_items(paths: Iterable[str]) -> Iterator[Item]:
    """The items below the paths, in a stable order.

    Raises:
        FileNotFoundError: a path is not there.
    """
    for given in paths:
        path = Path(given)
        if path.is_dir():
            for folder, folders, names in os.walk(path):
                folders.sort()
                for name in sorted(names):
                    if not name.startswith("."):
                        yield from _items_of_file(Path(folder) / name)
        elif path.exists():
            yield from _items_of_file(path)
        else:
            raise FileNotFoundError(f"{given}: No such file or directory")


def _items_of_file(path: Path) -> Iterator[Item]:
    name = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            if head.startswith(b"From ") and _is_mbox(path):
                yield from _mbox(name, path)
                return
            if path.suffix.lower() in STREAMED:
                yield Item(name, path=str(path))
                return
            data = head + file.read(MAX_ITEM + 1 - len(head))
    except OSError as error:
        yield Item(name, problem=error.strerror or str(error))
        return
    yield from unpack(name, data)


def unpack(name: str, data: bytes, depth: int = 0, budget: list[int] | None = None) -> Iterator[Item]:
    """An item, or what is in it where it is packed."""
    budget = [MAX_UNPACKED] if budget is None else budget
    if len(data) > MAX_ITEM:
        yield Item(name, problem=f"larger than {MAX_ITEM // 1_000_000} MB")
    elif data.startswith(b"\x1f\x8b"):
        try:
            if depth >= MAX_NESTING:
                raise NotUsable("packed too often")
            inner = _gunzip(data, min(MAX_ITEM, budget[0]))
            budget[0] -= len(inner)
        except NotUsable as error:
            yield Item(name, problem=str(error))
        else:
            yield from unpack(name, inner, depth + 1, budget)
    elif data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _unzip(name, data, depth, budget)
    else:
        yield Item(name, data)


def _gunzip(data: bytes, limit: int) -> bytes:
    """All members of a gzip file; what follows them is left alone, as gzip(1) does."""
    found = bytearray()
    while data.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(wbits=31)
        try:
            found += member.decompress(data, limit + 1 - len(found))
        except zlib.error as error:
            raise NotUsable(f"broken gzip: {error}") from None
        if len(found) > limit:
            raise NotUsable("unpacks to too much")
        if not member.eof:
            raise NotUsable("broken gzip: it ends too early")
        data = member.unused_data
    return bytes(found)


def _unzip(name: str, data: bytes, depth: int, budget: list[int]) -> Iterator[Item]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = [info for info in archive.infolist() if not info.is_dir()]
    except _BROKEN as error:
        yield Item(name, problem=f"broken zip: {error}")
        return
    if depth >= MAX_NESTING or len(members) > MAX_MEMBERS:
        yield Item(name, problem="packed too often" if depth >= MAX_NESTING else "too many members")
        return
    if not members:
        yield Item(name, problem="an empty zip")
    for info in members:
        if info.filename.startswith("__MACOSX/"):
            continue
        where = f"{name}!{info.filename}"[:1_000]
        limit = min(MAX_ITEM, budget[0])
        try:
            with archive.open(info) as file:
                inner = file.read(limit + 1)
        except _BROKEN as error:
            yield Item(where, problem=f"broken zip: {error}")
            continue
        if len(inner) > limit:
            yield Item(where, problem="unpacks to too much")
            continue
        budget[0] -= len(inner)
        yield from unpack(where, inner, depth + 1, budget)


def _is_mbox(path: Path) -> bool:
    """Whether a file that begins with a "From " line holds several messages, or is of mbox's own suffix."""
    if path.suffix.lower() in (".mbox", ".mbx"):
        return True
    if path.suffix.lower() == ".eml":
        return False
    with path.open("rb") as file:
        previous = b""
        for number, line in enumerate(file):
            if number and line.startswith(b"From ") and not previous.strip():
                return True
            previous = line
            if number > 1_000_000:
                return True
    return False


def _mbox(name: str, path: Path) -> Iterator[Item]:
    """The messages of an mbox; a "From " line after an empty one begins the next."""
    number = 0
    lines: list[bytes] = []
    size = 0
    previous = b"\n"
    with path.open("rb") as file:
        for line in file:
            if line.startswith(b"From ") and not previous.strip():
                if lines:
                    number += 1
                    yield _member(name, number, lines, size)
                lines, size = [], 0
            else:
                size += len(line)
                if size <= MAX_ITEM:
                    lines.append(line[1:] if line.startswith(b">From ") else line)
            previous = line
    if lines:
        yield _member(name, number + 1, lines, size)


def _member(name: str, number: int, lines: list[bytes], size: int) -> Item:
    where = f"{name}#{number}"
    if size > MAX_ITEM:
        return Item(where, problem=f"larger than {MAX_ITEM // 1_000_000} MB")
    return Item(where, b"".join(lines))
