"""Records of a list: comma-, semicolon-, tab- or bar-separated values (RFC 4180, October 2005) or one address
a line.

The list is streamed in blocks. Whatever stands in a line, reading goes on with the next one: a record that
cannot be read is handed on with the name of its problem. Text is UTF-8, UTF-16 with a byte order mark, or, line
by line where it is neither, Windows-1252.
"""

from __future__ import annotations

import codecs
import re
import shutil
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

BLOCK = 1 << 18
"""Bytes read at a time; a line longer than this is not read but counted."""
KEPT = 1_000
"""Characters that are kept of a record which cannot be read."""
MAX_JOINED = 20
"""Lines that a quoted field may go on for."""
DELIMITERS = ",;\t|"
SAMPLE_LINES = 100

Problem = Literal["", "nul", "too-long", "quotes"]
Record = tuple[int, list[str], Problem]
"""The number of its first line (from 1), the fields, and what is wrong with it. A record with a problem has one
field: its beginning as it stands."""

# Possessive: two quotes are one character of the field, never its end and something after it.
_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')


class ListError(ValueError):
    """The list cannot be read at all; one line for the person at the terminal."""


class Dialect(msgspec.Struct, frozen=True):
    """How a list is written: the delimiter ("" where a line is one field), the line break as bytes, the
    encoding by its byte order mark, and how many bytes that mark has."""

    delimiter: str
    line_break: bytes
    encoding: Literal["utf-8", "utf-16-le", "utf-16-be"]
    mark: int


class _Broken(str):
    """The beginning of a line that is too long to be read."""

    __slots__ = ()


class Source:
    """A list that can be read more than once. Standard input ("-") is copied into `directory` first.

    Raises:
        ListError: it cannot be opened, or is not text.
    """

    def __init__(self, path: str, directory: Path) -> None:
        self.name = path
        self._path = _spooled(directory) if path == "-" else Path(path)
        try:
            self.size = self._path.stat().st_size
            with self._path.open("rb") as file:
                sample = file.read(BLOCK)
        except (OSError, ValueError) as error:
            raise ListError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
        _refuse(path, sample)
        self.dialect = _dialect(sample)
        self.lines = 0
        """Lines of the last complete reading."""
        self.not_utf8 = 0
        """Lines of the last reading that were taken for Windows-1252."""

    def records(self, progress: Callable[[int], None] | None = None) -> Iterator[Record]:
        """Every record that is not an empty line. `progress` hears how many bytes have been read."""
        try:
            with self._path.open("rb") as file:
                self.lines = yield from parse(self._lines(file, progress), self.dialect.delimiter)
        except OSError as error:
            raise ListError(f"{self.name}: {error.strerror or error}") from None

    def _lines(self, file: BinaryIO, progress: Callable[[int], None] | None) -> Iterator[str]:
        self.not_utf8 = 0
        file.seek(self.dialect.mark)
        line_break = self.dialect.line_break
        decode = None
        if self.dialect.encoding != "utf-8":
            decode = codecs.getincrementaldecoder(self.dialect.encoding)("replace").decode
        tail = b""
        broken = ""
        read = 0
        while block := file.read(BLOCK):
            read += len(block)
            if progress is not None:
                progress(read)
            if decode is not None:
                block = decode(block).encode("utf-8", "replace")
            if broken:
                _, found, block = block.partition(line_break)
                if not found:
                    continue
                yield _Broken(broken)
                broken = ""
            head, found, rest = block.rpartition(line_break)
            if found:
                yield from self._decoded(tail + head)
                tail = rest
            else:
                tail += rest
            if len(tail) > BLOCK:
                broken = tail[:KEPT].decode("utf-8", "replace")
                tail = b""
        if broken:
            yield _Broken(broken)
        elif tail:
            yield from self._decoded(tail)

    def _decoded(self, data: bytes) -> list[str]:
        if self.dialect.line_break == b"\n":
            data = data.replace(b"\r\n", b"\n").removesuffix(b"\r")
        try:
            return data.decode("utf-8").split(self.dialect.line_break.decode("ascii"))
        except UnicodeDecodeError:
            return [self._line(line) for line in data.split(self.dialect.line_break)]

    def _line(self, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            self.not_utf8 += 1
            return line.decode("cp1252", "replace")


def parse(lines: Iterator[str], delimiter: str) -> Generator[Record, None, int]:
    """Every record in `lines` that is not an empty line; at last the number of lines."""
    waiting: deque[str] = deque()
    number = 0
    while True:
        line = waiting.popleft() if waiting else next(lines, None)
        if line is None:
            return number
        number += 1
        if type(line) is _Broken:
            yield number, [str(line)], "too-long"
        elif "\0" in line:
            yield number, [line[:KEPT]], "nul"
        elif not delimiter:
            if line.strip():
                yield number, [line], ""
        elif '"' not in line:
            if line:
                yield number, line.split(delimiter), ""
        else:
            fields, joined = _quoted(line, delimiter, lines, waiting)
            if fields is None:
                yield number, [line[:KEPT]], "quotes"
            else:
                yield number, fields, ""
                number += joined


def split_record(text: str, delimiter: str) -> list[str] | Literal[True] | None:
    """The fields of a record with quoted fields; True where its last quote is still open, None where something
    follows a closing quote."""
    fields: list[str] = []
    at, end = 0, len(text)
    while True:
        if text.startswith('"', at):
            match = _QUOTED.match(text, at)
            if match is None:
                return True
            fields.append(text[at + 1 : match.end() - 1].replace('""', '"'))
            at = match.end()
            if at == end:
                return fields
            if not text.startswith(delimiter, at):
                return None
            at += 1
        else:
            following = text.find(delimiter, at)
            if following < 0:
                fields.append(text[at:])
                return fields
            fields.append(text[at:following])
            at = following + 1


def _quoted(
    line: str, delimiter: str, lines: Iterator[str], waiting: deque[str]
) -> tuple[list[str] | None, int]:
    """The fields of the record that begins with `line`, and how many lines more it took. Lines that turn out not
    to belong to it go back into `waiting`."""
    fields = split_record(line, delimiter)
    if fields is not True:
        return fields, 0
    taken: list[str] = []
    length = len(line)
    while len(taken) < MAX_JOINED:
        following = waiting.popleft() if waiting else next(lines, None)
        if following is None:
            break
        taken.append(following)
        length += len(following)
        if type(following) is _Broken or "\0" in following or length > BLOCK:
            break
        if '"' in following:
            fields = split_record("\n".join((line, *taken)), delimiter)
            if fields is None:
                break
            if fields is not True:
                return fields, len(taken)
    waiting.extendleft(reversed(taken))
    return None, 0


def _spooled(directory: Path) -> Path:
    with tempfile.NamedTemporaryFile(dir=directory, delete=False) as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
    return Path(copy.name)


def _refuse(path: str, sample: bytes) -> None:
    if sample.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ListError(f"{path}: is a spreadsheet or an archive, not a text file: save it as CSV")
    if sample.startswith((b"\x1f\x8b", b"%PDF", b"SQLite format 3", b"PAR1")):
        raise ListError(f"{path}: is not a text file")


def _dialect(sample: bytes) -> Dialect:
    encoding: Literal["utf-8", "utf-16-le", "utf-16-be"] = "utf-8"
    mark = 0
    if sample.startswith(codecs.BOM_UTF8):
        mark = 3
    elif sample.startswith(codecs.BOM_UTF16_LE):
        encoding, mark = "utf-16-le", 2
    elif sample.startswith(codecs.BOM_UTF16_BE):
        encoding, mark = "utf-16-be", 2
    text = sample[mark:].decode(encoding, "replace")
    line_break = b"\r" if "\r" in text and "\n" not in text else b"\n"
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Dialect(_delimiter(text.split("\n")[:SAMPLE_LINES]), line_break, encoding, mark)


def _delimiter(lines: list[str]) -> str:
    """The delimiter that splits most records into the same number of fields, more than one."""
    best, chosen = (0.0, 0), ""
    for delimiter in DELIMITERS:
        records = list(parse(iter(lines), delimiter))
        widths = [len(fields) for _, fields, problem in records if not problem]
        if not widths:
            continue
        # Rows that are cut short or too long must not hide the delimiter of all the others.
        width = max(sorted(set(widths)), key=widths.count)
        share = round(widths.count(width) / len(records), 1)
        if width > 1 and share >= 0.5 and (share, width) > best:
            best, chosen = (share, width), delimiter
    return chosen
