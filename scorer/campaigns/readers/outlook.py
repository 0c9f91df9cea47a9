"""Messages as Outlook saves them (.msg: [MS-OXMSG], [MS-OXPROPS]), made into mail again.

Outlook keeps fields and bodies, not the bytes that travelled: signatures could not be verified on them. So what a
transport added (signatures, Received, Return-Path) is left off, and the message is judged as a draft.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any

from scorer.campaigns.readers.rtf import codec_of, html_in, text_in
from scorer.lazyre import lazy

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Property ids of [MS-OXPROPS].
_SUBJECT, _BODY, _HTML, _RTF, _HEADERS = 0x0037, 0x1000, 0x1013, 0x1009, 0x007D
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP, _TO = 0x0C1A, 0x0C1F, 0x5D01, 0x0E04
_MESSAGE_ID, _SENT, _CODE_PAGE, _BODY_CODE_PAGE = 0x1035, 0x0039, 0x3FFD, 0x3FDE
_DATA, _SHORT_NAME, _LONG_NAME, _MIME_TYPE, _CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
_FIELD = lazy(r"(?P<name>[!-9;-~]{1,200}):(?P<value>.*(?:\n[ \t].*)*)")
_LEFT_OFF = (
    "content-", "mime-version", "received", "return-path", "dkim-", "domainkey-", "arc-", "authentication-results",
    "x-ms-", "microsoft ",
)  # fmt: skip
_MOST_ATTACHMENTS = 200


class OutlookError(ValueError):
    """The file cannot be read as a message of Outlook; one line."""


def is_outlook(data: bytes) -> bool:
    """Whether bytes begin as Outlook's files do."""
    return data.startswith(MAGIC)


def to_mail(data: bytes) -> bytes:
    """The message as mail.

    Raises:
        OutlookError: it cannot be read, or the extra `batch` (olefile) is not installed.
    """
    try:
        import olefile
    except ImportError:
        raise OutlookError("reading Outlook's .msg needs the extra `batch` (olefile)") from None
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            return _mail(_Properties(file, "", 32))
    except OutlookError:
        raise
    # The library meets hostile bytes with whatever its arithmetic raises.
    except Exception as error:
        raise OutlookError(f"damaged as a message of Outlook: {str(error)[:100]}") from None


class _Properties:
    """The properties of a message or of one attachment: fixed ones in a table, others a stream each."""

    def __init__(self, file: Any, folder: str, header: int) -> None:
        self._file, self.folder = file, folder
        self._fixed: dict[int, bytes] = {}
        table = self._stream("__properties_version1.0")
        for start in range(header, len(table) - 15, 16):
            tag, _, value = struct.unpack_from("<II8s", table, start)
            self._fixed[tag >> 16] = value
        self.codec = codec_of(self._number(_CODE_PAGE) or 1252)

    def _stream(self, name: str) -> bytes:
        path = f"{self.folder}{name}"
        return self._file.openstream(path).read() if self._file.exists(path) else b""

    def _number(self, id: int) -> int:
        return int.from_bytes(self._fixed.get(id, b"")[:4], "little")

    def text(self, id: int) -> str:
        """A property's text, "" where there is none."""
        if wide := self._stream(f"__substg1.0_{id:04X}001F"):
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        return self._stream(f"__substg1.0_{id:04X}001E").decode(self.codec, "replace").rstrip("\0")

    def data(self, id: int) -> bytes:
        """A property's bytes."""
        return self._stream(f"__substg1.0_{id:04X}0102")

    def when(self, id: int) -> datetime | None:
        """A property's time."""
        ticks = int.from_bytes(self._fixed.get(id, b""), "little")
        # Tenths of microseconds since 1601; the last year of which Python can write the date.
        return (
            datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)
            if 0 < ticks < 2.5e18
            else None
        )

    def html(self) -> str:
        """The HTML body: as such, or out of the rich text."""
        if found := self.data(_HTML):
            return found.decode(codec_of(self._number(_BODY_CODE_PAGE) or 65001), "replace")
        return self.text(_HTML) or html_in(self.rich_text()) or ""

    def rich_text(self) -> bytes:
        """The body in RTF, unpacked."""
        packed = self.data(_RTF)
        if not packed:
            return b""
        from compressed_rtf import decompress

        return bytes(decompress(packed))

    def attachments(self) -> Iterator[_Properties]:
        """The attachments that are files."""
        for number in range(_MOST_ATTACHMENTS):
            folder = f"__attach_version1.0_#{number:08X}/"
            if not self._file.exists(folder[:-1]):
                return
            yield _Properties(self._file, folder, 8)


def _mail(found: _Properties) -> bytes:
    message = EmailMessage(policy=SMTP)
    text, html = found.text(_BODY), found.html()
    if not text and not html:
        text = text_in(found.rich_text())
    if not (text or html or found.text(_SUBJECT)):
        raise OutlookError("no message of Outlook: it has neither subject nor body")
    if text or not html:
        message.set_content(_clean(text))
    if html:
        (message.add_alternative if text else message.set_content)(_clean(html), subtype="html")
    for item in found.attachments():
        kind, _, subtype = (item.text(_MIME_TYPE) or "application/octet-stream").partition("/")
        content_id = _line(item.text(_CONTENT_ID)).encode("ascii", "ignore").decode()
        message.add_attachment(
            item.data(_DATA),
            maintype=kind if kind in ("image", "audio", "video", "application") else "application",
            subtype=subtype
            if subtype.replace("-", "").replace(".", "").replace("+", "").isalnum()
            else "octet-stream",
            filename=_line(item.text(_LONG_NAME) or item.text(_SHORT_NAME))[:255] or "attachment",
            disposition="inline" if content_id else "attachment",
            cid=f"<{content_id}>" if content_id else None,
        )
    # The same file gives the same mail, and with it the same row.
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=-outlook-{number}-=")
    return _fields(found).encode("utf-8", "replace") + message.as_bytes()


def _fields(found: _Properties) -> str:
    """The header fields that the message came with, or those that Outlook's properties make."""
    kept = [
        f"{field['name']}:{field['value']}"
        for field in _FIELD.finditer(found.text(_HEADERS).replace("\r\n", "\n"))
        if not field["name"].lower().startswith(_LEFT_OFF)
    ]
    have = {line.partition(":")[0].lower() for line in kept}
    address = next((a for id in (_SENDER_SMTP, _SENDER_ADDRESS) if "@" in (a := found.text(id))), "")
    name, sent = _line(found.text(_SENDER_NAME)), found.when(_SENT)
    made = {
        "From": formataddr((name if name != address else "", _line(address))) if address else "",
        "To": _line(found.text(_TO)),
        "Subject": _line(found.text(_SUBJECT)),
        "Message-ID": _line(found.text(_MESSAGE_ID)),
        "Date": format_datetime(sent) if sent else "",
    }
    kept += [f"{name}: {value}" for name, value in made.items() if value and name.lower() not in have]
    return "".join(line.replace("\n", "\r\n") + "\r\n" for line in kept)


def _line(text: str) -> str:
    return " ".join(text.split())


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
