"""Edits back into the bytes of a message: what is untouched keeps its bytes."""

from __future__ import annotations

import email
import email.message
import re
from base64 import encodebytes
from binascii import Error as BinasciiError
from binascii import a2b_base64
from collections.abc import Iterator
from email.header import Header as EncodedHeader
from typing import Any

from scorer.lazyre import lazy
from scorer.message import Message
from scorer.mimetree import read_tree
from scorer.remedies.mailing import Mailing
from scorer.remedies.quoting import quoted_printable, write_body

_HEAD_END = lazy(rb"\r?\n\r?\n|\r\r")
_ADDRESSES = frozenset(("from", "reply-to", "sender", "to", "cc", "bcc"))
_CONTENT = frozenset(
    ("content-type", "content-transfer-encoding", "content-disposition", "content-id", "mime-version")
)
# The reader's idea of where the header ends is not that of the first empty line.
_HEAD_UNCLEAR = (
    "header-no-separator",
    "header-continuation-first",
    "header-misplaced-from",
    "header-bare-cr",
)
_BOUNDARY_LINE = lazy(r"^--([^\s-][^\r\n]{0,69}?)[ \t]*\r?$", re.MULTILINE)
_LOOSE_BREAK = lazy(r"\r(?!\n)|\n(?![ \t])|\x00")
_KNOWN_ENCODINGS = frozenset(("", "7bit", "8bit", "binary", "quoted-printable", "base64"))
_MOVED = ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID")
MAX_DEPTH = 40
MAX_LINE = 998
"""Characters in a line of mail, without its end (RFC 5322 2.1.1)."""


class CannotRewrite(ValueError):
    """The message was only read in part; the text is one line that says so."""


def rewrite(message: Message, old: Mailing, new: Mailing) -> bytes:
    """The message's bytes with what differs between `old` and `new` put in.

    Unchanged header fields keep their bytes, and so does the whole body where only headers change. Where a
    part changes, the others are written out by the standard library's generator: their content stays.

    Raises:
        CannotRewrite: the message is larger than what was read of it.
    """
    if message.has_defect("too-large", "header-too-large"):
        raise CannotRewrite("the message is too large to be edited")
    raw = _start(message.raw)
    end = _HEAD_END.search(raw)
    head = raw[: end.start()] if end else raw
    newline = b"\r\n" if b"\r\n" in head or b"\n" not in head else b"\n"
    rebuild = "rebuild" in new.repairs or message.has_defect(*_HEAD_UNCLEAR)
    body_changes = bool(
        new.dropped or new.recode or new.repairs or rebuild or new.html != old.html or new.text != old.text
    )
    body = raw[end.end() :] if end else b""
    content: list[tuple[str, str]] | None = None
    if body_changes:
        tree = read_tree(raw)
        _edit_body(tree, message, old, new)
        body = write_body(tree, newline.decode())
        content = [(name, str(value)) for name, value in _items(tree) if name.lower() in _CONTENT]
    lines = [_line(name, value) for name, value in _header(message, old, new, content)]
    block = "\n".join(lines).encode("utf-8", "surrogateescape")
    return re.sub(rb"\r\n|\r|\n", newline, block) + newline + newline + body


def _start(raw: bytes) -> bytes:
    """Without a byte order mark, empty lines or an mbox separator before the first field."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if raw.startswith((b"From ", b">From ")):
        raw = raw.partition(b"\n")[2]
    return raw


def _items(tree: email.message.Message) -> list[tuple[str, object]]:
    return list(tree._headers)  # type: ignore[attr-defined]  # items() would rebuild values that hold 8-bit bytes


def _raw_payload(node: email.message.Message) -> Any:
    """The payload with 8-bit bytes as surrogate escapes; `get_payload` would decode them."""
    return node._payload  # type: ignore[attr-defined]


def _line(name: str, value: str) -> str:
    return f"{name}: {value}"


def _header(
    message: Message, old: Mailing, new: Mailing, content: list[tuple[str, str]] | None
) -> list[tuple[str, str]]:
    """Names and raw values of the header to write; `content` are the MIME fields of a changed body."""
    stock: dict[tuple[str, str], list[str]] = {}
    for header in message.headers:
        stock.setdefault((header.name, header.value), []).append(header.raw)
    again = set(new.encode)
    written: list[tuple[str, str]] = []
    replaced = content is None
    for name, value in new.headers:
        lower = name.lower()
        if content is not None and lower in _CONTENT:
            if not replaced:
                written += content
                replaced = True
            continue
        kept = stock.get((name, value))
        if kept and lower not in again and not _LOOSE_BREAK.search(kept[0]):
            written.append((name, kept.pop(0)))
        else:
            written.append((name, encoded(name, value)))
    if not replaced and content is not None:
        written += content
    return written


def encoded(name: str, value: str) -> str:
    """A decoded header value in ASCII (RFC 2047), folded."""
    clean = re.sub(r"[\x00-\x08\x0a-\x1f\x7f]+", " ", value).strip()
    clean = clean.encode("utf-8", "replace").decode("utf-8")
    if clean.isascii():
        if len(clean) + len(name) <= MAX_LINE - 2:
            return clean
        return EncodedHeader(clean, header_name=name).encode(linesep="\n")
    if name.lower() in _ADDRESSES:
        from scorer.draft import encode_addresses

        return encode_addresses(clean)
    return EncodedHeader(clean, "utf-8", header_name=name).encode(linesep="\n")


def _edit_body(tree: email.message.Message, message: Message, old: Mailing, new: Mailing) -> None:
    if "rebuild" in new.repairs:
        _rebuild(tree)
    paths = dict(_leaves(tree))
    for part in message.parts:
        node = paths.get(part.path)
        if part.path in new.recode and node is not None:
            if part.text is not None:
                _fill(node, part.text, part.content_type)
            elif not _sound(node):
                _encode_file(node)
    if new.dropped:
        _drop(tree, set(new.dropped))
    if new.html is not None and new.html != old.html:
        if old.html is None:
            _add_html(tree, new.html, new.text or "")
            return
        _set_part(tree, "text/html", new.html)
    if new.text is not None and new.text != old.text:
        if _part(tree, "text/plain") is not None:
            _set_part(tree, "text/plain", new.text)
        elif old.text is None:
            _add_text(tree, new.text)
    if "reorder" in new.repairs:
        _reorder(tree)


def _leaves(
    node: email.message.Message, path: str = "1", depth: int = 0
) -> Iterator[tuple[str, email.message.Message]]:
    """The leaves with their paths, as `scorer.mime` counts them."""
    payload = node.get_payload()
    if not isinstance(payload, list):
        yield path, node
        return
    for number, child in enumerate(payload, 1):
        if isinstance(child, email.message.Message) and depth < MAX_DEPTH:
            yield from _leaves(child, f"{path}.{number}", depth + 1)


def _rebuild(node: email.message.Message, depth: int = 0) -> None:
    """Mend multiparts that cannot be taken apart as announced."""
    payload = _raw_payload(node)
    if node.get_content_maintype() == "multipart":
        encoding = str(node.get("content-transfer-encoding", "")).strip().lower()
        if encoding not in ("", "7bit", "8bit", "binary"):
            node.replace_header("Content-Transfer-Encoding", "8bit")
        if isinstance(payload, str):
            _taken_apart(node, payload)
            payload = _raw_payload(node)
    for child in payload if isinstance(payload, list) else ():
        if isinstance(child, email.message.Message) and depth < MAX_DEPTH:
            _rebuild(child, depth + 1)


def _taken_apart(node: email.message.Message, payload: str) -> None:
    """Read the payload by the boundary that really stands in it; without any it is one text."""
    found = _BOUNDARY_LINE.search(payload)
    if found is not None and "--" + found[1] + "--" in payload:
        boundary = found[1]
        head = f'Content-Type: {node.get_content_type()}; boundary="{boundary}"\n\n'
        data = (head + payload).encode("utf-8", "surrogateescape")
        again = email.message_from_bytes(data)
        if again.is_multipart():
            node.set_boundary(boundary) if node.get_boundary() is not None else node.set_param(
                "boundary", boundary
            )
            node.set_payload(_raw_payload(again))
            node.preamble, node.epilogue = again.preamble, again.epilogue
            return
    lowered = payload.lower()
    kind = "text/html" if "</" in lowered and ("<p" in lowered or "<html" in lowered) else "text/plain"
    node.replace_header("Content-Type", f'{kind}; charset="utf-8"')
    if not payload.isascii() and node.get("content-transfer-encoding") is None:
        node["Content-Transfer-Encoding"] = "8bit"


def _reorder(tree: email.message.Message) -> None:
    """Plain text first in every multipart/alternative (RFC 2046 5.1.4)."""
    for node in tree.walk():
        payload = node.get_payload()
        if node.get_content_type() == "multipart/alternative" and isinstance(payload, list):
            node.set_payload(sorted(payload, key=lambda part: part.get_content_type() != "text/plain"))


def _sound(node: email.message.Message) -> bool:
    """Whether a leaf is encoded so that every program can decode it, in lines that mail can carry."""
    payload = _raw_payload(node)
    encoding = str(node.get("content-transfer-encoding", "")).strip().lower()
    if not isinstance(payload, str) or encoding not in _KNOWN_ENCODINGS:
        return False
    if max(map(len, payload.split("\n"))) > MAX_LINE:
        return False
    if encoding == "base64":
        try:
            a2b_base64("".join(payload.split()).encode("ascii"), strict_mode=True)
        except (BinasciiError, ValueError):
            return False
    return encoding not in ("", "7bit") or payload.isascii()


def _lenient_base64(data: bytes) -> bytes:
    """What `scorer.mime` reads in such data: it is what the findings speak of."""
    compact = b"".join(data.split())
    try:
        return a2b_base64(compact)
    except (BinasciiError, ValueError):
        pass
    clean = re.sub(rb"[^A-Za-z0-9+/=]", b"", compact).split(b"=")[0]
    clean = clean[: len(clean) - (len(clean) % 4 == 1)]
    return a2b_base64(clean + b"=" * (-len(clean) % 4))


def _encode_file(node: email.message.Message) -> None:
    """A file's content as it can be read, in base64."""
    data = node.get_payload(decode=True)
    if not isinstance(data, bytes):
        return
    encoding = str(node.get("content-transfer-encoding", "")).strip().lower()
    if encoding == "base64":
        data = _lenient_base64(str(_raw_payload(node)).encode("ascii", "ignore"))
    del node["content-transfer-encoding"]
    node["Content-Transfer-Encoding"] = "base64"
    node.set_payload(encodebytes(data).decode("ascii"))


def _part(tree: email.message.Message, content_type: str) -> email.message.Message | None:
    """The first part of that type that is the message's own: no attachment, not in a forwarded message."""
    if tree.get_content_type() == content_type and not tree.is_multipart():
        return None if tree.get_content_disposition() == "attachment" else tree
    if tree.get_content_maintype() == "message":
        return None
    for child in tree.get_payload() if tree.is_multipart() else ():
        if isinstance(child, email.message.Message):
            found = _part(child, content_type)
            if found is not None:
                return found
    return None


def _set_part(tree: email.message.Message, content_type: str, text: str) -> None:
    part = _part(tree, content_type)
    if part is not None:
        _fill(part, text, content_type)


def _fill(part: email.message.Message, text: str, content_type: str) -> None:
    """Put `text` into a leaf: as it is where it is ASCII in short lines, else quoted-printable."""
    data = text.encode("utf-8", "replace")
    plain = data.isascii() and b"\x00" not in data and max(map(len, data.split(b"\n"))) <= MAX_LINE
    del part["content-transfer-encoding"]
    if part.get("content-type") is None:
        part["Content-Type"] = content_type
    part.set_param("charset", "utf-8")
    if plain:
        part["Content-Transfer-Encoding"] = "7bit"
        part.set_payload(data.decode("ascii"))
        return
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(quoted_printable(data))


def _leaf(text: str) -> email.message.Message:
    part = email.message.Message()
    _fill(part, text, "text/plain")
    return part


def _add_text(tree: email.message.Message, text: str) -> None:
    """Put a text part before the HTML part, in a multipart/alternative."""
    html = _part(tree, "text/html")
    if html is None:
        return
    parent = _parent(tree, html)
    if parent is not None and parent.get_content_type() == "multipart/alternative":
        siblings = parent.get_payload()
        if isinstance(siblings, list):
            siblings.insert(0, _leaf(text))
        return
    inner = email.message.Message()
    for name in _MOVED:
        if html.get(name) is not None:
            inner[name] = str(html[name])
            del html[name]
    inner.set_payload(_raw_payload(html))
    html["Content-Type"] = "multipart/alternative"
    leaf = _leaf(text)
    html.set_boundary(_boundary(str(_raw_payload(inner)), str(_raw_payload(leaf))))
    html.set_payload([leaf, inner])
    if tree.get("mime-version") is None:
        tree["MIME-Version"] = "1.0"


def _add_html(tree: email.message.Message, html: str, text: str) -> None:
    """Make of the text part, which held HTML, a multipart/alternative with both."""
    part = _part(tree, "text/plain")
    if part is None:
        return
    inner = email.message.Message()
    _fill(inner, html, "text/html")
    leaf = _leaf(text)
    for name in _MOVED[:2]:
        del part[name]
    part["Content-Type"] = "multipart/alternative"
    part.set_boundary(_boundary(str(_raw_payload(inner)), str(_raw_payload(leaf))))
    part.set_payload([leaf, inner])
    if tree.get("mime-version") is None:
        tree["MIME-Version"] = "1.0"


def _boundary(*bodies: str) -> str:
    number = 0
    while any(f"=_alternative_{number}_" in body for body in bodies):
        number += 1
    return f"=_alternative_{number}_"


def _parent(tree: email.message.Message, part: email.message.Message) -> email.message.Message | None:
    for node in tree.walk():
        if node.is_multipart() and any(child is part for child in node.get_payload()):
            return node
    return None


def _drop(tree: email.message.Message, paths: set[str], path: str = "1") -> None:
    payload = tree.get_payload()
    if not isinstance(payload, list):
        return
    kept = []
    for number, child in enumerate(payload, 1):
        own = f"{path}.{number}"
        if own in paths:
            continue
        if isinstance(child, email.message.Message):
            _drop(child, paths, own)
        kept.append(child)
    tree.set_payload(kept)
