"""Bytes to `Message`: tolerant, bounded, and with every oddity listed as a defect.

The splitting is that of the standard library's parser under its `compat32` policy, which accepts anything.
"""

from __future__ import annotations

import email
import email.message
import re
from binascii import Error as BinasciiError
from binascii import a2b_base64, a2b_qp
from collections.abc import Mapping
from typing import Any

from scorer.charsets import decode, decode_header
from scorer.filetypes import has_macros, is_encrypted, members_of, sniff
from scorer.lazyre import lazy
from scorer.message import Attachment, Defect, Header, Message, Part
from scorer.mimetree import MAX_LEVELS, MAX_PARTS, quick_tree
from scorer.said import say

try:
    from scorer.native import source as _native
except ImportError:  # nothing was compiled
    _native = None  # type: ignore[assignment]

MAX_BYTES = 50 << 20
MAX_HEADER_BYTES = 256 << 10
MAX_HEADERS = 1000
MAX_DEPTH = 40
MAX_TEXT = 4 << 20
MAX_LINES = 2_000_000
# The standard library looks at every open part for every line: this many looks take some three seconds.
MAX_LOOKS = 8_000_000
_HEADER_END = lazy(rb"\r?\n\r?\n|\r\r")
_BOUNDARY = lazy(rb"boundary[ \t\r\n]{0,20}=")
_BAD_BASE64 = lazy(rb"[^A-Za-z0-9+/=\s]")
_CONTENT_FIELDS = frozenset(("content-type", "content-transfer-encoding", "content-disposition"))
# A type with plain parameters, the character set perhaps among them.
_OTHERS = r"(?:\s*;\s*(?!charset)[a-z-]+=(?:[a-z0-9_.:/+-]*|\"[a-z0-9_.:/+-]*\"))*"
_PLAIN_TYPE = lazy(
    rf"[a-z0-9+.-]+/[a-z0-9+.-]+{_OTHERS}(?:\s*;\s*charset=(\"?)([a-z0-9_.:-]+)\1)?{_OTHERS}\s*;?\s*",
    re.IGNORECASE | re.ASCII,
)
_FIELD = lazy(rb"[!-9;-~]{1,200}[ \t]*:")

# What the standard library's parser reports, under our names.
_STDLIB_DEFECTS = {
    "NoBoundaryInMultipartDefect": "multipart-no-boundary",
    "StartBoundaryNotFoundDefect": "multipart-boundary-absent",
    "CloseBoundaryNotFoundDefect": "multipart-not-closed",
    "FirstHeaderLineIsContinuationDefect": "header-continuation-first",
    "MisplacedEnvelopeHeaderDefect": "header-misplaced-from",
    "MissingHeaderBodySeparatorDefect": "header-no-separator",
    "MultipartInvariantViolationDefect": "multipart-empty",
    "InvalidMultipartContentTransferEncodingDefect": "multipart-encoded",
    "InvalidBase64PaddingDefect": "base64-padding",
    "InvalidBase64CharactersDefect": "base64-characters",
    "InvalidBase64LengthDefect": "base64-length",
}


class NotMail(ValueError):
    """What was read is not a mail message; the text is one line for a person."""


def parse_message(data: bytes, *, composed: bool = False) -> Message:
    """Read a raw message. Malformed input gives defects.

    Raises:
        NotMail: nothing in `data` looks like a header field (RFC 5322 2.2), or it is empty.
    """
    if not data or data.isspace():
        raise NotMail(say("not a mail message: it is empty"))
    size = len(data)
    defects: list[Defect] = []
    body = _bounded(data, defects)
    tree = _tree(body, defects)
    headers = _headers(tree, defects)
    if not headers:
        raise NotMail(say("not a mail message: it has no header fields"))
    reader = _Reader(defects)
    reader.walk(tree, "1", 0, own=True)
    return Message(
        headers=headers,
        parts=tuple(reader.parts),
        attachments=tuple(reader.attachments),
        text=reader.text,
        html=reader.html,
        defects=tuple(dict.fromkeys(defects)),
        size=size,
        composed=composed,
        forwarded=reader.forwarded,
        raw=data,
    )


def _bounded(data: bytes, defects: list[Defect]) -> bytes:
    """`data` cut to what is read, with an mbox "From " line taken off."""
    if data.startswith(b"\xef\xbb\xbf"):
        defects.append(Defect("byte-order-mark"))
        data = data[3:]
    data = data.lstrip(b"\r\n") if data[:1] in b"\r\n" else data
    if data.startswith((b"From ", b">From ")):
        first, _, rest = data.partition(b"\n")
        if not _FIELD.match(first):
            data = rest
    if len(data) > MAX_BYTES:
        defects.append(
            Defect("too-large", detail=say("only the first {size} MB were read", size=MAX_BYTES >> 20))
        )
        data = data[:MAX_BYTES]
    for line_break in (b"\n", b"\r") if len(data) > MAX_LINES else ():
        if data.count(line_break) > MAX_LINES:
            defects.append(
                Defect("too-large", detail=say("only the first {count} lines were read", count=MAX_LINES))
            )
            data = line_break.join(data.split(line_break, MAX_LINES)[:MAX_LINES])
    end = _header_end(data)
    if end < 0 and len(data) > MAX_HEADER_BYTES:
        later = _HEADER_END.search(data, MAX_HEADER_BYTES)
        detail = say("only the first {size} KB of the header were read", size=MAX_HEADER_BYTES >> 10)
        defects.append(Defect("header-too-large", detail=detail))
        body = data[later.end() :] if later else b""
        data = data[:MAX_HEADER_BYTES] + b"\r\n\r\n" + body
    head = data[: end if end >= 0 else MAX_HEADER_BYTES]
    if b"\x00" in head:
        defects.append(Defect("header-nul"))
    if b"\r" in head and b"\r" in head.replace(b"\r\n", b""):
        defects.append(Defect("header-bare-cr"))
    return data


def _header_end(data: bytes) -> int:
    """Where the header ends, before its blank line; -1 if nowhere in what is read of it."""
    if b"\r" not in data:
        return data.find(b"\n\n", 0, MAX_HEADER_BYTES + 4)
    found = _HEADER_END.search(data[: MAX_HEADER_BYTES + 4])
    return found.start() if found is not None else -1


def _tree(data: bytes, defects: list[Defect]) -> email.message.Message:
    tree = quick_tree(data)
    if tree is not None:
        return tree
    # Most messages are read without the standard library's parser, which takes time to load.
    from email.parser import BytesHeaderParser

    levels = _levels(data)
    if levels > MAX_LEVELS or levels * data.count(b"\n") > MAX_LOOKS:
        # The standard library reads nested parts by nested generators: hundreds of levels cost
        # quadratic time and then the interpreter's stack.
        defects.append(Defect("nested-too-deep", detail=say("the parts were not read")))
        return BytesHeaderParser().parsebytes(data)
    try:
        return email.message_from_bytes(data)
    except RecursionError:
        defects.append(Defect("nested-too-deep", detail=say("the parts were not read")))
    except Exception as error:  # the standard library's parser has raised on hostile input before
        defects.append(Defect("unreadable-structure", detail=type(error).__name__))
    return BytesHeaderParser().parsebytes(data)


def _levels(data: bytes) -> int:
    """At most how many multiparts are nested in `data`."""
    lower = data.lower()
    mentions = lower.count(b"boundary")
    return mentions if mentions <= 8 else len(_BOUNDARY.findall(lower))


def _headers(tree: email.message.Message, defects: list[Defect]) -> tuple[Header, ...]:
    headers: list[Header] = []
    raw_items = tree._headers  # type: ignore[attr-defined]  # items() would build Header objects for 8-bit values
    if len(raw_items) > MAX_HEADERS:
        defects.append(Defect("header-too-many", detail=say("{count} fields", count=len(raw_items))))
    for name, raw in raw_items[:MAX_HEADERS]:
        raw = str(raw)
        if raw.isascii() and raw.isprintable() and "=?" not in raw:
            # There is nothing to decode or to unfold.
            headers.append(Header(name, raw.strip(), raw))
            continue
        value, met = decode_header(raw)
        defects += [Defect(id, name) for id in met]
        headers.append(Header(name, value, raw.rstrip("\r\n")))
    return tuple(headers)


class _Reader:
    """Walks the MIME tree and gathers its leaves."""

    def __init__(self, defects: list[Defect]) -> None:
        self.defects = defects
        self.parts: list[Part] = []
        self.attachments: list[Attachment] = []
        self.text: str | None = None
        self.html: str | None = None
        self.forwarded = False
        self.count = 0

    def walk(self, node: email.message.Message, path: str, depth: int, *, own: bool) -> None:
        """Read `node`; `own` is false inside a forwarded message, whose text is not the author's."""
        for defect in node.defects:
            id = _STDLIB_DEFECTS.get(type(defect).__name__, "mime-" + type(defect).__name__.lower())
            self.defects.append(Defect(id, path))
        self.count += 1
        if self.count > MAX_PARTS or depth > MAX_DEPTH:
            id = "too-many-parts" if self.count > MAX_PARTS else "nested-too-deep"
            self.defects.append(Defect(id, "", say("the parts beyond were not read")))
            return
        payload = node._payload  # type: ignore[attr-defined]  # get_payload() would decode text
        content_type = node.get_content_type()
        if isinstance(payload, list):
            forwarded = content_type in ("message/rfc822", "message/global")
            self.forwarded = self.forwarded or forwarded
            if content_type == "multipart/alternative":
                self._alternatives(payload, path)
            for number, child in enumerate(payload, 1):
                if isinstance(child, email.message.Message):
                    self.walk(
                        child,
                        f"{path}.{number}",
                        depth + 1,
                        own=own and node.get_content_maintype() != "message",
                    )
            return
        self._leaf(node, path, content_type, own)

    def _alternatives(self, children: list[Any], path: str) -> None:
        types = [
            child.get_content_type() for child in children[:MAX_PARTS] if hasattr(child, "get_content_type")
        ]
        if "text/plain" in types and "text/html" in types[: types.index("text/plain")]:
            self.defects.append(Defect("alternatives-reversed", path))

    def _leaf(self, node: email.message.Message, path: str, content_type: str, own: bool) -> None:
        fields = _content_fields(node)
        encoding = fields.get("content-transfer-encoding", "").strip().lower()
        data = self._content(node, path, encoding)
        disposition = fields.get("content-disposition", "").split(";")[0].strip().lower()[:40]
        filename = _filename(node, fields)
        charset = _charset(node, fields)
        text: str | None = None
        is_text = content_type in ("text/plain", "text/html") or (
            content_type.startswith("text/") and not filename and content_type != "text/calendar"
        )
        if is_text and disposition != "attachment":
            if len(data) > MAX_TEXT:
                self.defects.append(
                    Defect("text-too-large", path, say("only {size} MB were read", size=MAX_TEXT >> 20))
                )
            read = data[:MAX_TEXT]
            text, defect = decode(read, charset)
            if defect and not (defect == "charset-undeclared" and not charset and data.isascii()):
                self.defects.append(Defect(defect, path, charset))
            # In valid UTF-8 that is a byte, which is found faster than a character.
            if b"\x00" in read if charset == "utf-8" and not defect else "\x00" in text:
                self.defects.append(Defect("nul-in-text", path))
            if not own:
                text = None
            elif content_type == "text/html":
                self.html = text if self.html is None else self.html + "\n" + text
            elif content_type == "text/plain":
                self.text = text if self.text is None else self.text + "\n" + text
        self.parts.append(Part(path, content_type, charset, encoding[:40], disposition, len(data), text))
        if not is_text or disposition == "attachment" or (filename and not own):
            self._file(path, filename, content_type, data, disposition == "inline")

    def _content(self, node: email.message.Message, path: str, encoding: str) -> bytes:
        # get_payload() would decode 8-bit content by its label and lose what does not fit.
        payload = node._payload  # type: ignore[attr-defined]
        if not isinstance(payload, str):
            return b""
        data = payload.encode("utf-8", "surrogateescape")
        if encoding == "base64":
            whole = _native.decode_base64(data) if _native is not None else None
            if whole is not None:
                return whole
            if _BAD_BASE64.search(data):
                self.defects.append(Defect("base64-characters", path))
            return _base64(data, lambda: self.defects.append(Defect("base64-length", path)))
        if encoding == "quoted-printable":
            return a2b_qp(data) if _native is None else _native.decode_quoted_printable(data)
        if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
            decoded = node.get_payload(decode=True)
            return decoded if isinstance(decoded, bytes) else data
        if encoding not in ("", "7bit", "8bit", "binary"):
            self.defects.append(Defect("transfer-encoding-unknown", path, encoding[:40]))
        elif encoding in ("", "7bit") and not data.isascii():
            self.defects.append(Defect("8bit-undeclared", path))
        return data

    def _file(self, path: str, name: str, content_type: str, data: bytes, inline: bool) -> None:
        real_type = sniff(data)
        members, met = members_of(data, real_type)
        self.defects.extend(Defect(id, path, name) for id in met)
        self.attachments.append(
            Attachment(
                path=path,
                filename=name,
                content_type=content_type,
                real_type=real_type,
                size=len(data),
                inline=inline or content_type.startswith("image/"),
                has_macros=has_macros(data, real_type, members),
                encrypted=is_encrypted(data, real_type, members),
                members=members,
            )
        )


def _base64(data: bytes, on_cut: object) -> bytes:
    compact = b"".join(data.split())
    try:
        return a2b_base64(compact)
    except (BinasciiError, ValueError):
        if callable(on_cut):
            on_cut()
    clean = _BAD_BASE64.sub(b"", compact).split(b"=")[0]
    clean = clean[: len(clean) - (len(clean) % 4 == 1)]
    try:
        return a2b_base64(clean + b"=" * (-len(clean) % 4))
    except (BinasciiError, ValueError):
        return b""


def _content_fields(node: email.message.Message) -> dict[str, str]:
    """The fields that say what a part is, by their names in lower case, as `node.get` gives them."""
    found: dict[str, str] = {}
    for written, value in node._headers:  # type: ignore[attr-defined]
        name = written.lower()
        if name in _CONTENT_FIELDS and name not in found:
            found[name] = value if value.isascii() else str(node.get(name))
    return found


def _filename(node: email.message.Message, fields: Mapping[str, str]) -> str:
    content_type = fields.get("content-type", "")
    named = "content-disposition" in fields or "name" in content_type.lower() or not content_type.isascii()
    if not named:
        return ""
    try:
        name = node.get_filename("")
    except Exception:  # broken RFC 2231 continuations raise several kinds of error
        name = ""
    return decode_header(str(name))[0].replace("\n", " ")[:300] if name else ""


def _charset(node: email.message.Message, fields: Mapping[str, str]) -> str:
    content_type = fields.get("content-type", "")
    if not content_type:
        return ""
    plain = _PLAIN_TYPE.fullmatch(content_type)
    if plain is not None:
        # As nearly all are written: taking parameters apart by all the rules takes ten times as long.
        return (plain[2] or "").lower()[:60]
    try:
        value = node.get_param("charset", "")
    except Exception:
        return ""
    if isinstance(value, tuple):
        value = value[2]
    return str(value or "").strip().strip("\"'").lower()[:60]
