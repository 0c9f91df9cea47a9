"""An editor's draft: the fields of a mailing before it is MIME."""

from __future__ import annotations

import base64
import binascii
import re
from email.header import Header as EncodedHeader

import msgspec

from scorer.lazyre import lazy
from scorer.message import Defect, Message
from scorer.mime import parse_message
from scorer.said import say

_NAME = lazy(r"[!-9;-~]{1,200}")
# Everything that some program takes for the end of a line.
_LINE_BREAKS = lazy(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+[ \t]*")


class DraftError(ValueError):
    """The draft cannot be read; the text is one line that names the field."""


class DraftAttachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a draft; `content` in base64."""

    filename: str
    content: str
    content_type: str = "application/octet-stream"


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A mailing in an editor. `headers` are further header fields, as the editor will hand them to the
    sending service; what the service adds by itself does not belong here."""

    from_: str = ""
    reply_to: str = ""
    sender: str = ""
    to: str = ""
    subject: str = ""
    html: str | None = None
    text: str | None = None
    headers: dict[str, str] = {}
    attachments: tuple[DraftAttachment, ...] = ()

    def compose(self) -> bytes:
        """The draft as a MIME message (8-bit, UTF-8).

        Raises:
            DraftError: an attachment is not base64, or a header's name is not one.
        """
        return compose(self)

    def to_message(self) -> Message:
        """The draft as a `Message`, marked as composed here. Raises DraftError as `compose` does.

        A line break inside a field, which `compose` turns into a space, is noted as the defect
        "field-line-break".
        """
        message = parse_message(self.compose(), composed=True)
        broken = tuple(
            Defect("field-line-break", name, value[:120])
            for name, value in fields_of(self)
            if _LINE_BREAKS.search(value.strip())
        )
        return msgspec.structs.replace(message, defects=message.defects + broken) if broken else message


def read_draft(data: bytes) -> Draft:
    """A draft from JSON.

    Raises:
        DraftError: not JSON, an unknown or ill-typed field; one line.
    """
    try:
        return msgspec.json.decode(data, type=Draft)
    except (
        msgspec.DecodeError,
        msgspec.ValidationError,
        UnicodeDecodeError,
        RecursionError,
    ) as error:
        raise DraftError(say("not a draft: {detail}", detail=str(error))) from None


def _field(name: str, value: str) -> str:
    if not _NAME.fullmatch(name):
        raise DraftError(say("not a header name: {name}", name=repr(name[:60])))
    # Lone surrogates cannot be sent; Python values can carry them.
    clean = value.encode("utf-8", "replace").decode()
    clean = _LINE_BREAKS.sub(" ", clean.strip()).replace("\x00", "")
    if not clean.isascii() and name.lower() in ("from", "to", "sender", "reply-to"):
        return f"{name}: {encode_addresses(clean)}"
    if not clean.isascii() or "=?" in clean:
        clean = _encoded(clean)
    return f"{name}: {clean}"


def _encoded(text: str) -> str:
    """`text` as encoded-words, folded (RFC 2047 2)."""
    return EncodedHeader(text, "utf-8").encode(linesep="\r\n")


def encode_addresses(value: str) -> str:
    """Encode the display names, not the addresses (RFC 2047 5)."""
    pieces = re.split(r'("(?:[^"\\]|\\.){0,500}"|<[^<>]{0,500}>|,)', value)

    def encoded(piece: str) -> str:
        if piece.isascii() or not piece.strip() or piece.startswith("<"):
            return piece
        bare = piece.strip().strip('"')
        if "@" in bare and " " not in bare:
            return piece
        return " " + _encoded(bare) + " "

    return "".join(encoded(piece) for piece in pieces).strip()


def _leaf(content_type: str, text: str) -> bytes:
    # Lone surrogates cannot be sent; JSON can carry them.
    body = text.encode("utf-8", "replace")
    head = f"Content-Type: {content_type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return head.encode() + body


def _file(attachment: DraftAttachment) -> bytes:
    try:
        content = base64.b64decode(attachment.content, validate=True)
    except (binascii.Error, ValueError):
        name = attachment.filename[:60]
        raise DraftError(say("attachments: the content of {name} is not base64", name=repr(name))) from None
    name = _LINE_BREAKS.sub("_", re.sub(r'["\x00\\]', "_", attachment.filename))
    name = name.encode("utf-8", "replace").decode()
    if not name.isascii() or "=?" in name:
        name = _encoded(name)
    kind = re.sub(r"[^A-Za-z0-9./+-]", "", attachment.content_type)
    if "/" not in kind or kind.lower().startswith(("multipart/", "message/")):
        # These may not be in base64 (RFC 2045 6.4) and would be taken apart.
        kind = "application/octet-stream"
    head = (
        f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    )
    return head.encode() + base64.encodebytes(content)


def _multipart(kind: str, parts: list[bytes]) -> bytes:
    number = 0
    while any(b"=_mailing_%d_" % number in part for part in parts):
        number += 1
    boundary = f"=_mailing_{number}_".encode()
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind.encode(), boundary)
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return head + body + b"--" + boundary + b"--\r\n"


def fields_of(draft: Draft) -> list[tuple[str, str]]:
    """The header fields that a draft states, in order. A field of the draft itself wins over one of the same
    name in `headers`; what describes the MIME structure is left to `compose`."""
    own = (
        ("From", draft.from_),
        ("Sender", draft.sender),
        ("Reply-To", draft.reply_to),
        ("To", draft.to),
        ("Subject", draft.subject),
    )
    fields = [(name, value) for name, value in own if value]
    taken = {"mime-version", "content-type", "content-transfer-encoding"}
    taken.update(name.lower() for name, _ in fields)
    return fields + [(name, value) for name, value in draft.headers.items() if name.lower() not in taken]


def compose(draft: Draft) -> bytes:
    """See `Draft.compose`."""
    stated = fields_of(draft)
    if not any(name.lower() == "from" for name, _ in stated):
        stated.insert(0, ("From", ""))
    fields = [_field(name, value) for name, value in stated]
    bodies = []
    if draft.text is not None:
        bodies.append(_leaf("text/plain", draft.text))
    if draft.html is not None:
        bodies.append(_leaf("text/html", draft.html))
    if not bodies:
        bodies.append(_leaf("text/plain", ""))
    content = bodies[0] if len(bodies) == 1 else _multipart("alternative", bodies)
    if draft.attachments:
        content = _multipart("mixed", [content, *map(_file, draft.attachments)])
    head = "\r\n".join([*fields, "MIME-Version: 1.0", ""])
    return head.encode("utf-8", "replace") + content
