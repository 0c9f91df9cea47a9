"""Counting and comparing more keys than fit into memory: they go to files in a temporary directory.

Keys are compared by Python's hash of a string, which is SipHash with a key of this run (PEP 456):
64 bits, so that among ten million addresses two that differ look the same with a chance of three in a million.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

BUCKETS = 256
MAX_HELD = 500_000
MAX_RUNS = 64


class Bits:
    """A set of numbers, one bit each."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def add(self, number: int) -> None:
        """Put `number` in."""
        at = number >> 3
        if at >= len(self._bytes):
            self._bytes.extend(bytes(at + 1 - len(self._bytes) + 4096))
        self._bytes[at] |= 1 << (number & 7)

    def __contains__(self, number: int) -> bool:
        at = number >> 3
        return at < len(self._bytes) and bool(self._bytes[at] >> (number & 7) & 1)


class Keys:
    """Pairs of a hash and a number, kept in buckets by hash; the buckets are files once there are many."""

    def __init__(self, directory: Path, name: str) -> None:
        self._directory = directory
        self._name = name
        self._buckets = [array("q") for _ in range(BUCKETS)]
        self._held = 0
        self._spilled = False

    def add(self, key: int, number: int) -> None:
        """Put a pair in."""
        bucket = self._buckets[key & 255]
        bucket.append(key)
        bucket.append(number)
        self._held += 1
        if self._held >= MAX_HELD:
            self._spill()

    def bucket(self, index: int) -> Iterator[tuple[int, int]]:
        """The pairs of a bucket in the order in which they were put in."""
        pairs = array("q")
        path = self._path(index)
        if self._spilled and path.exists():
            pairs.frombytes(path.read_bytes())
        pairs.extend(self._buckets[index])
        values = iter(pairs)
        return zip(values, values, strict=True)

    def _path(self, index: int) -> Path:
        return self._directory / f"{self._name}.{index}"

    def _spill(self) -> None:
        for index, bucket in enumerate(self._buckets):
            if bucket:
                with self._path(index).open("ab") as file:
                    bucket.tofile(file)
        self._buckets = [array("q") for _ in range(BUCKETS)]
        self._held = 0
        self._spilled = True


class Tally:
    """How often each text was seen; beyond `limit` texts the counts go to sorted files."""

    def __init__(self, directory: Path, name: str, limit: int = 60_000) -> None:
        self._directory = directory
        self._name = name
        self._limit = limit
        self._counts: dict[str, int] = {}
        self._runs: list[Path] = []
        self._made = 0

    def add(self, text: str, count: int = 1) -> None:
        """Count `text`, which has no line break and no tab."""
        counts = self._counts
        counts[text] = counts.get(text, 0) + count
        if len(counts) >= self._limit:
            self._spill()

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Every text once with its count, in the order of the texts."""
        held: Iterable[tuple[str, int]] = sorted(self._counts.items())
        for text, group in groupby(heapq.merge(*map(_run, self._runs), held), key=itemgetter(0)):
            yield text, sum(count for _, count in group)

    def _spill(self) -> None:
        if len(self._runs) >= MAX_RUNS:
            old = list(self._runs)
            self._write(self)
            for path in old:
                path.unlink()
            self._runs = self._runs[len(old) :]
        else:
            self._write(sorted(self._counts.items()))
        self._counts = {}

    def _write(self, counts: Iterable[tuple[str, int]]) -> None:
        path = self._directory / f"{self._name}.{self._made}"
        self._made += 1
        with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
            file.writelines(f"{text}\t{count}\n" for text, count in counts)
        self._runs.append(path)


class Marks:
    """A whole number for each line of the list, in order; the numbers go to a file."""

    def __init__(self, directory: Path, name: str, code: str) -> None:
        self._path = directory / name
        self._file: BinaryIO | None = None
        self._code = code
        self._held = array(code)
        self._before = 0

    def put(self, line: int, value: int) -> None:
        """Say the number of a line (from 1), which is later than all those before; lines left out have 0."""
        missing = line - 1 - self._before - len(self._held)
        while missing > 0:
            some = min(missing, MAX_HELD)
            self._held.frombytes(bytes(some * self._held.itemsize))
            missing -= some
            self._write_if_full()
        self._held.append(value)
        self._write_if_full()

    def _write_if_full(self) -> None:
        if len(self._held) < MAX_HELD:
            return
        if self._file is None:
            self._file = self._path.open("wb")
        self._held.tofile(self._file)
        self._before += len(self._held)
        self._held = array(self._code)

    def __iter__(self) -> Iterator[int]:
        """The numbers of lines 1, 2, …"""
        if self._file is None:
            return iter(self._held)
        if not self._file.closed:
            self._file.flush()
        return chain(self._stored(), self._held)

    def _stored(self) -> Iterator[int]:
        with self._path.open("rb") as file:
            size = array(self._code).itemsize * 65_536
            while data := file.read(size):
                values = array(self._code)
                values.frombytes(data)
                yield from values

    def close(self) -> None:
        """Say that no more will be put."""
        if self._file is not None:
            self._file.close()


def _run(path: Path) -> Iterator[tuple[str, int]]:
    with path.open(encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        for line in file:
            text, _, count = line.rpartition("\t")
            yield text, int(count)
