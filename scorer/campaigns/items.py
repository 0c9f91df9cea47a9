"""What a reader yields: a message still to be read, or its bytes, under the key that its row will have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b

import msgspec


class SourceError(ValueError):
    """A source cannot be read at all; one line for a person."""


class Item(msgspec.Struct, frozen=True):
    """One message of a source.

    `member` names it inside a mailbox, an archive or a table, "" for a file of its own. `data` is None for a
    file, which whoever scores it reads. `consumed` is how many bytes of the source it took (for the progress
    bar). `campaign` is the id that a table gives it. `error` says why there is nothing to score.
    """

    path: str
    member: str = ""
    data: bytes | None = None
    consumed: int = 0
    campaign: str = ""
    error: str = ""

    @property
    def is_draft(self) -> bool:
        """Whether it is an editor's draft in JSON and not a raw message."""
        if self.data is None:
            return self.path.lower().endswith(".json")
        return self.data[:64].lstrip()[:1] == b"{"


def shown(path: str) -> str:
    """A path as rows carry it: valid Unicode, whatever the file's name holds."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def key_of(path: str, member: str) -> bytes:
    """Sixteen bytes that stand for path and member as rows carry them."""
    return blake2b(f"{shown(path)}\0{shown(member)}".encode("utf-8", "replace"), digest_size=16).digest()


def without_repeats(items: Iterable[Item]) -> Iterator[Item]:
    """Each path and member once, whichever ways lead to it."""
    met: set[bytes] = set()
    for item in items:
        key = key_of(item.path, item.member)
        if key not in met:
            met.add(key)
            yield item


CHUNK = 32
CHUNK_BYTES = 2 << 20


def chunked(
    items: Iterable[Item], size: int = CHUNK, size_bytes: int = CHUNK_BYTES
) -> Iterator[tuple[Item, ...]]:
    """Items in chunks of at most `size`, each of about `size_bytes` unless one message is larger."""
    chunk: list[Item] = []
    held = 0
    for item in items:
        chunk.append(item)
        held += len(item.data or b"")
        if len(chunk) >= size or held >= size_bytes:
            yield tuple(chunk)
            chunk, held = [], 0
    if chunk:
        yield tuple(chunk)
