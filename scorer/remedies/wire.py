"""Edits back into the bytes of a message: what is untouched keeps its bytes."""

from __future__ import annotations

import email
import email.message
import email.policy
import re
from email import quoprimime
from email.generator import BytesGenerator
from email.header import Header as EncodedHeader
from io import BytesIO

from scorer.message import Message
from scorer.remedies.mailing import Mailing

_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_ADDRESSES = frozenset(("from", "reply-to", "sender", "to", "cc", "bcc"))
_CONTENT = frozenset(
    ("content-type", "content-transfer-encoding", "content-disposition", "content-id", "mime-version")
)
_MOVED = ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID")
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
    recode = new.recode and not old.recode
    body_changes = bool(new.dropped) or recode or new.html != old.html or new.text != old.text
    body = raw[end.end() :] if end else b""
    content: list[tuple[str, str]] | None = None
    if body_changes:
        tree = email.message_from_bytes(raw)
        _edit_body(tree, old, new, recode)
        policy = email.policy.compat32.clone(linesep=newline.decode(), max_line_length=None)
        out = BytesIO()
        BytesGenerator(out, mangle_from_=False, policy=policy).flatten(tree, linesep=newline.decode())
        written = out.getvalue()
        split = _HEAD_END.search(written)
        body = written[split.end() :] if split else b""
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
        if kept and lower not in again:
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
        return clean
    if name.lower() in _ADDRESSES:
        from scorer.draft import encode_addresses

        return encode_addresses(clean)
    return EncodedHeader(clean, "utf-8", header_name=name).encode(linesep="\n")


def _edit_body(tree: email.message.Message, old: Mailing, new: Mailing, recode: bool) -> None:
    if new.dropped:
        _drop(tree, set(new.dropped))
    if new.html is not None and (new.html != old.html or recode):
        _set_part(tree, "text/html", new.html)
    if new.text is not None and (new.text != old.text or recode):
        if _part(tree, "text/plain") is not None:
            _set_part(tree, "text/plain", new.text)
        elif old.text is None:
            _add_text(tree, new.text)


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
    part.set_payload(quoprimime.body_encode(data.decode("latin-1")))


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
    inner.set_payload(html.get_payload())
    html["Content-Type"] = "multipart/alternative"
    leaf = _leaf(text)
    html.set_boundary(_boundary(str(inner.get_payload()), str(leaf.get_payload())))
    html.set_payload([leaf, inner])
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
