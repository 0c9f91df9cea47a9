"""Mailboxes in mbox form (RFC 4155), streamed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from scorer.lazyre import lazy
from scorer.mime import MAX_BYTES

# Sender, and a date in asctime form somewhere after it (RFC 4155, appendix A, leaves both loosely defined).
_SEPARATOR = lazy(rb"From [^\r\n]{0,400}\d\d:\d\d[^\r\n]{0,60}\d{4}[^\r\n]{0,100}\r?\n?\Z")
_ESCAPED = lazy(rb">{1,20}From ")
_LINE = 1 << 16


def split_mbox(file: IO[bytes]) -> Iterator[bytes]:
    """The messages of an mbox, without their "From " lines and with ">From " unescaped.

    A separator is a "From " line with a date, at the start or after an empty line. Of a message no more than
    `MAX_BYTES` + 1 bytes are held.
    """
    message: list[bytes] = []
    held = 0
    empty_before, whole_before, begun = True, True, False
    while line := file.readline(_LINE):
        if (
            empty_before
            and whole_before
            and line.startswith(b"From ")
            and (not begun or _SEPARATOR.match(line))
        ):
            if begun:
                yield _joined(message)
            message, held, begun = [], 0, True
            empty_before = False
        else:
            if whole_before:
                if line.startswith(b">") and _ESCAPED.match(line):
                    line = line[1:]
                empty_before = line in (b"\n", b"\r\n")
            if held <= MAX_BYTES and (begun or line.strip()):
                begun = True
                message.append(line)
                held += len(line)
        whole_before = line.endswith(b"\n")
    if begun:
        yield _joined(message)


def _joined(lines: list[bytes]) -> bytes:
    data = b"".join(lines)[: MAX_BYTES + 1]
    # The empty line before the next separator belongs to the mailbox.
    for ending in (b"\n\r\n", b"\n\n"):
        if data.endswith(ending):
            return data[: len(data) - len(ending) + 1]
    return data


def looks_like_mbox(start: bytes) -> bool:
    """Whether a file with this beginning may be an mbox."""
    return start.startswith(b"From ") and b":" not in start[:200].split(b" ", 1)[0]
