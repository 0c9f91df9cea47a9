"""Bytes to a tree of parts: what the standard library's parser makes of them, in a fraction of its time.

That parser looks at every line, and compares it with every boundary that is open. It is enough to look for the ends
of headers and for the lines that begin with two hyphens. Malformed headers are left to the standard library.
"""

from __future__ import annotations

import email
from email import errors
from email.message import Message
from typing import NamedTuple

from scorer.lazyre import lazy

try:
    from scorer.native import source as _native
except ImportError:  # nothing was compiled
    _native = None  # type: ignore[assignment]

MAX_LEVELS = 200
"""Multiparts inside one another."""
MAX_PARTS = 500
_BLANK_LINE = lazy(r"\r?\n\r?\n")
_FIELD_BREAK = lazy(r"\r?\n(?![ \t])")
_FIELD_NAME = lazy(r"[!-9;-~]+:")
_LINE_BREAK = lazy(r"\r?\n")
_NO_ENCODING = frozenset(("7bit", "8bit", "binary"))


class _Unclear(Exception):
    """What is to be read takes the standard library's parser."""


class _Delimiter(NamedTuple):
    """A boundary line: where it begins, where the next line does, how deep the multipart lies that it belongs to,
    and whether it is the last of that multipart."""

    start: int
    end: int
    depth: int
    closes: bool


def read_tree(data: bytes) -> Message:
    """What `email.message_from_bytes` returns for `data`. Raises what it raises (RecursionError for parts nested
    hundreds deep)."""
    tree = quick_tree(data)
    return email.message_from_bytes(data) if tree is None else tree


def quick_tree(data: bytes) -> Message | None:
    """Just what `email.message_from_bytes` returns for `data`; None where it takes that parser to tell. The time it
    takes is proportional to the size of `data`, however deep its parts lie."""
    text = data.decode("ascii", "surrogateescape")
    try:
        reader = _Reader(text)
        tree = reader.entity(Message(), 0, 0)
    except Exception:  # Unclear, or what the standard library raises for hostile parameters of a field
        return None
    if reader.multiparts and not tree.is_multipart() and tree.get_content_maintype() == "multipart":
        tree.defects.append(errors.MultipartInvariantViolationDefect())
    return tree


class _Reader:
    """Reads entities (RFC 2045 2.4) from a text that holds bytes over 127 as surrogate escapes. An entity goes on to
    the next boundary line of a multipart that is open, or to the end of the text: to `delimiter`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line_feeds = "\r" not in text
        """Whether all lines end in a line feed alone."""
        self.count = 0
        self.multiparts = False
        """Whether a multipart was announced."""
        self.boundaries: dict[str, tuple[int, bool]] = {}
        """The boundary lines of the multiparts that are open: how deep these lie, and whether the line is the last."""
        self.past = self.delimiter = _Delimiter(len(text), len(text), -1, True)

    def entity(self, entity: Message, start: int, depth: int) -> Message:
        """Read into `entity` the header and body that begin at `start`, inside of `depth` multiparts."""
        self.count += 1
        if self.count > MAX_PARTS:
            raise _Unclear
        body = self._header(entity, start)
        content_type = entity.get_content_type()
        if content_type == "message/delivery-status":
            raise _Unclear
        if content_type.startswith("multipart/"):
            self._multipart(entity, body, depth)
        elif content_type.startswith("message/"):
            entity.attach(self.entity(Message(), body, depth))
        else:
            entity.set_payload(self._rest(body))
        return entity

    def _header(self, entity: Message, start: int) -> int:
        """Read the header fields into `entity`; where its body begins."""
        read = _native.header_fields(self.text, start) if _native is not None else None
        if read is not None:
            for name, value in read[0]:
                if value is None:
                    entity.set_raw(*entity.policy.header_source_parse([name]))
                else:
                    entity.set_raw(name, value)
            return read[1]
        return self._header_in_python(entity, start)

    def _header_in_python(self, entity: Message, start: int) -> int:
        """As `_header`, of any header. Raises `_Unclear`."""
        empty = _LINE_BREAK.match(self.text, start)
        if empty is not None:
            return empty.end()
        end, body = self._blank_line(start)
        header = self.text[start:end]
        if end < 0 or ("\r" in header and "\r" in header.replace("\r\n", "")):
            raise _Unclear
        unfolded = self.line_feeds and "\n " not in header and "\n\t" not in header
        for field in header.split("\n") if unfolded else _FIELD_BREAK.split(header):
            name, _, value = field.partition(":")
            # A boundary line can look like a field.
            if not _is_name(name, field) or field.startswith("--"):
                raise _Unclear
            value = value.lstrip(" \t")
            if value[:1] in "\r\n":
                # Releases of Python differ in what they make of a value that begins on the next line.
                entity.set_raw(*entity.policy.header_source_parse([field]))
            else:
                entity.set_raw(name, value)
        return body

    def _blank_line(self, start: int) -> tuple[int, int]:
        """Where the header that begins at `start` ends, and where its body begins; -1 without a blank line."""
        if self.line_feeds:
            end = self.text.find("\n\n", start)
            return end, end + 2
        blank = _BLANK_LINE.search(self.text, start)
        return blank.span() if blank is not None else (-1, -1)

    def _multipart(self, entity: Message, body: int, depth: int) -> None:
        """Read the parts into `entity`, and what stands before and after them."""
        self.multiparts = True
        boundary = entity.get_boundary()
        if boundary is None:
            entity.defects.append(errors.NoBoundaryInMultipartDefect())
            entity.set_payload(self._rest(body))
            return
        if not boundary or depth >= MAX_LEVELS or (not depth and "\r--" in self.text):
            raise _Unclear
        if str(entity.get("content-transfer-encoding", "8bit")).lower() not in _NO_ENCODING:
            entity.defects.append(errors.InvalidMultipartContentTransferEncodingDefect())
        lines = {f"--{boundary}": (depth, False), f"--{boundary}--": (depth, True)}
        # A line that ends an outer multipart too ends that one.
        added = lines.keys() - self.boundaries.keys()
        self.boundaries.update((line, lines[line]) for line in added)
        before = self._rest(body)
        begins = self.delimiter.depth == depth and not self.delimiter.closes
        if begins:
            if before:
                entity.preamble = _without_break(before)
            digest = entity.get_content_type() == "multipart/digest"
            while self.delimiter.depth == depth and not self.delimiter.closes:
                part = Message()
                if digest:
                    part.set_default_type("message/rfc822")
                entity.attach(self.entity(part, self.delimiter.end, depth + 1))
                _take_break(part)
        else:
            entity.defects.append(errors.StartBoundaryNotFoundDefect())
            entity.set_payload(before)
            entity.epilogue = ""
        for line in added:
            del self.boundaries[line]
        if self.delimiter.depth == depth:
            after = self._rest(self.delimiter.end)
            if begins:
                entity.epilogue = after
        elif begins:
            entity.defects.append(errors.CloseBoundaryNotFoundDefect())

    def _rest(self, start: int) -> str:
        """What stands from the start of a line up to the next boundary line."""
        self.delimiter = self._next(start) if self.boundaries else self.past
        return self.text[start : self.delimiter.start]

    def _next(self, start: int) -> _Delimiter:
        """The next boundary line of a multipart that is open."""
        text = self.text
        at = start if text.startswith("--", start) else text.find("\n--", start) + 1
        while at:
            end = text.find("\n", at) + 1 or len(text)
            line = text[at:end].removesuffix("\n").removesuffix("\r")
            if "\r" in line:
                raise _Unclear
            met = self.boundaries.get(line.rstrip(" \t"))
            if met is not None:
                return _Delimiter(at, end, *met)
            at = text.find("\n--", end - 1) + 1
        return self.past


def _is_name(name: str, field: str) -> bool:
    """Whether `field` begins with the name of a field and a colon."""
    if name.isascii() and name.replace("-", "").isalnum():
        return len(name) < len(field)
    return _FIELD_NAME.match(field) is not None


def _take_break(part: Message) -> None:
    """Take the last line break off a part of a multipart: it belongs to the boundary line that follows (RFC 2046
    5.1.1)."""
    payload = part._payload  # type: ignore[attr-defined]  # get_payload() would decode it
    kind = part.get_content_maintype()
    if kind == "message":
        _take_break(payload[0])
    elif kind == "multipart":
        part.epilogue = _without_break(part.epilogue) if part.epilogue else None
    else:
        part.set_payload(_without_break(payload))


def _without_break(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r")
