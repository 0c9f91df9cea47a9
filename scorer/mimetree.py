"""Bytes to a tree of parts: what the standard library's parser makes of them, in a fraction of its time.

That parser looks at every line. Mail is mostly well formed, and then it is enough to look for the ends of headers and
for boundaries; what is not well formed is left to the standard library.
"""

from __future__ import annotations

import email
from email.message import Message
from typing import NamedTuple

from scorer.lazyre import lazy

MAX_DEPTH = 8
MAX_PARTS = 500
_BLANK_LINE = lazy(r"\r?\n\r?\n")
_FIELD_BREAK = lazy(r"\r?\n(?![ \t])")
_FIELD_NAME = lazy(r"[!-9;-~]+:")
_LINE_BREAK = lazy(r"\r?\n")
_AFTER_BOUNDARY = lazy(r"(--)?[ \t]*(?:\r?\n|(\r)|\Z)")
_NO_ENCODING = frozenset(("7bit", "8bit", "binary"))


class _Unclear(Exception):
    """What is to be read takes the standard library's parser."""


class _Delimiter(NamedTuple):
    """A boundary line, and whether it is the last of its multipart."""

    start: int
    end: int
    closes: bool


def read_tree(data: bytes) -> Message:
    """What `email.message_from_bytes` returns for `data`. Raises what it raises (RecursionError for parts nested
    hundreds deep)."""
    tree = well_formed_tree(data)
    return email.message_from_bytes(data) if tree is None else tree


def well_formed_tree(data: bytes) -> Message | None:
    """Just what `email.message_from_bytes` returns for `data`; None where it takes that parser to tell. The time it
    takes is proportional to the size of `data`."""
    text = data.decode("ascii", "surrogateescape")
    try:
        return _Reader(text).entity(0, len(text), 0)
    except Exception:  # Unclear, or what the standard library raises for hostile parameters of a field
        return None


class _Reader:
    """Reads entities (RFC 2045 2.4) from places in a text that holds bytes over 127 as surrogate escapes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.count = 0

    def entity(self, start: int, end: int, depth: int) -> Message:
        """The header and body that stand from `start` to `end`."""
        self.count += 1
        if self.count > MAX_PARTS or depth > MAX_DEPTH:
            raise _Unclear
        entity = Message()
        body = self._header(entity, start, end)
        content_type = entity.get_content_type()
        if content_type.startswith("message/") or content_type == "multipart/digest":
            raise _Unclear
        if content_type.startswith("multipart/"):
            self._multipart(entity, body, end, depth)
        else:
            entity.set_payload(self.text[body:end])
        return entity

    def _header(self, entity: Message, start: int, end: int) -> int:
        """Read the header fields into `entity`; where its body begins."""
        empty = _LINE_BREAK.match(self.text, start, end)
        if empty is not None:
            return empty.end()
        blank = _BLANK_LINE.search(self.text, start, end)
        header = self.text[start : blank.start()] if blank is not None else ""
        if blank is None or "\r" in header.replace("\r\n", ""):
            raise _Unclear
        for field in _FIELD_BREAK.split(header):
            if _FIELD_NAME.match(field) is None:
                raise _Unclear
            entity.set_raw(*entity.policy.header_source_parse([field]))
        return blank.end()

    def _multipart(self, entity: Message, start: int, end: int, depth: int) -> None:
        """Read the parts into `entity`, and what stands before and after them."""
        boundary = entity.get_boundary()
        encoding = str(entity.get("content-transfer-encoding", "8bit")).lower()
        if not boundary or encoding not in _NO_ENCODING:
            raise _Unclear
        first = line = self._delimiter(boundary, start, end)
        if first.closes:
            raise _Unclear
        if first.start > start:
            entity.preamble = _without_break(self.text[start : first.start])
        while not line.closes:
            begin = line.end
            line = self._delimiter(boundary, begin, end)
            if line.start == begin:
                raise _Unclear
            entity.attach(self._part(begin, line.start, depth + 1))
        entity.epilogue = self.text[line.end : end]

    def _part(self, start: int, end: int, depth: int) -> Message:
        """A part of a multipart. The line break before the boundary that follows is not its own (RFC 2046 5.1.1)."""
        part = self.entity(start, end, depth)
        payload = part._payload  # type: ignore[attr-defined]  # get_payload() would decode it
        if isinstance(payload, str):
            part.set_payload(_without_break(payload))
        else:
            part.epilogue = _without_break(part.epilogue) if part.epilogue else None
        return part

    def _delimiter(self, boundary: str, start: int, end: int) -> _Delimiter:
        """The next boundary line."""
        text, marker = self.text, "--" + boundary
        at = text.find(marker, start, end)
        while at >= 0:
            before = "\n" if at == start else text[at - 1]
            rest = _AFTER_BOUNDARY.match(text, at + len(marker), end) if before in "\r\n" else None
            if rest is not None:
                if before == "\r" or rest[2]:
                    raise _Unclear
                return _Delimiter(at, rest.end(), rest[1] is not None)
            at = text.find(marker, at + 1, end)
        raise _Unclear


def _without_break(text: str) -> str:
    return text[:-1].removesuffix("\r") if text.endswith("\n") else text
