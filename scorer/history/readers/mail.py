"""The parts of a report that arrived as a mail: its texts, the fields of its machine-readable part, the
headers of the message it is about."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime

import msgspec

from scorer.history.readers.dmarc import looks_like_report
from scorer.history.words import expression

MAX_BYTES = 50_000_000
MAX_PARTS = 200
MAX_TEXT = 300_000
MAX_LINE = 2_000

_REPORT_TYPES = ("message/delivery-status", "message/global-delivery-status", "message/feedback-report",
                 "message/disposition-notification")  # fmt: skip
_HEADER = re.compile(r"([!-9;-~]{1,60})[ \t]{0,5}:(.*)")
_SIGN_OF_HEADERS = frozenset({"message-id", "received", "return-path", "mime-version", "dkim-signature"})
_MARKS = re.compile(r"[-=*_#\s>.<]{0,80}")


class Report(msgspec.Struct, frozen=True):
    """A mail taken apart.

    `text` is what its author says, without the returned message; `fields` the header-like groups of its
    machine-readable parts, names in lower case; `original` the headers of the returned message.
    """

    headers: dict[str, str]
    kind: str
    text: str
    fields: tuple[dict[str, str], ...]
    original: dict[str, str]
    attachments: tuple[tuple[str, bytes], ...]
    day: date | None

    def get(self, name: str) -> str:
        """A header of the mail itself, "" where it has none."""
        return self.headers.get(name, "")


def read_report(data: bytes, *, nested: bool = False) -> Report | None:
    """The mail taken apart; None for what has no mail headers. A report that is attached to a mail without one
    of its own stands for that mail, unless it is `nested` already."""
    if len(data) > MAX_BYTES:
        return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        parts = list(_walk(message))
    except (RecursionError, ValueError, LookupError, AssertionError, TypeError, AttributeError):
        return None
    headers = _headers_of(message)
    if not ({"from", "to", "subject", "date", "received", "return-path", "message-id"} & headers.keys()):
        return None
    texts: list[str] = []
    groups: list[dict[str, str]] = []
    original: dict[str, str] = {}
    attachments: list[tuple[str, bytes]] = []
    for part in parts:
        kind = part.get_content_type()
        if kind in _REPORT_TYPES or _holds_fields(part, kind):
            groups.extend(_groups(_report_text(part)))
        elif kind in ("message/rfc822", "message/global"):
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message) and not original:
                if not nested and not groups and _is_report(inner[0]):
                    # A gateway, or whoever forwarded it, has wrapped the report itself.
                    return read_report(inner[0].as_bytes(), nested=True)
                original = _headers_of(inner[0])
        elif kind in ("text/rfc822-headers", "text/rfc822-header", "message/global-headers"):
            original = original or _header_block(_decoded(part).splitlines())
        elif kind.startswith("text/") and looks_like_report(_payload(part)):
            attachments.append((_name_of(part), _payload(part)))
        elif kind.startswith("text/") and kind != "text/xml" and not _named(part):
            texts.append(_plain(_decoded(part), kind))
        elif part.get_content_maintype() == "multipart" and not part.is_multipart():
            texts.append(_decoded(part))
        elif not part.is_multipart():
            attachments.append((_name_of(part), _payload(part)))
    text, behind = _cut("\n".join(texts)[:MAX_TEXT])
    if behind and not original:
        original = _header_block(behind)
    # Some systems put the machine-readable fields into the text, or lose the boundary on the way.
    groups.extend(group for group in _groups(text) if _RECIPIENT & group.keys() or "feedback-type" in group)
    if not any(_RECIPIENT & group.keys() for group in groups) and behind:
        groups.extend(group for group in _groups("\n".join(behind)) if _RECIPIENT & group.keys())
    kind = message.get_content_type()
    if kind == "multipart/report":
        kind += ";" + str(message.get_param("report-type") or "").lower()
    return Report(
        headers, kind, text, tuple(groups), original, tuple(attachments), _day(headers.get("date", ""))
    )


def _holds_fields(part: Message, kind: str) -> bool:
    """Whether a part of another type holds the fields of a delivery report, as some gateways make of it."""
    if kind.startswith(("text/", "multipart/")) or kind in ("message/rfc822", "message/global"):
        return False
    text = _report_text(part)[:20_000].lower()
    return "reporting-mta:" in text and ("final-recipient:" in text or "original-recipient:" in text)


def _is_report(message: Message) -> bool:
    kind = str(message.get_param("report-type") or "").lower()
    return message.get_content_type() == "multipart/report" and kind in ("delivery-status", "feedback-report")


_RECIPIENT = frozenset({"final-recipient", "original-recipient"})


def _walk(message: Message) -> Iterator[Message]:
    """The parts in order, not descending into the returned message."""
    stack = [message]
    seen = 0
    while stack and seen < MAX_PARTS:
        part = stack.pop()
        seen += 1
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() == "multipart":
            stack.extend(reversed([item for item in payload if isinstance(item, Message)]))
            preamble = part.preamble
            if preamble and seen == 1 and not payload:
                yield _text_part(preamble)
        else:
            yield part


def _text_part(text: str) -> Message:
    part = Message()
    part.set_payload(text)
    return part


def _headers_of(message: Message) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in list(message.raw_items())[:500]:
        found.setdefault(name.lower(), decoded_header(_eight_bit(str(value))))
    return found


def _eight_bit(text: str) -> str:
    """Text that the parser has kept bytes in, since they are no ASCII: UTF-8, or else Windows-1252 (RFC 6532
    allows the one, and some systems write the other)."""
    if text.isascii():
        return text
    data = text.encode("utf-8", "surrogateescape")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def decoded_header(value: str) -> str:
    """A header's value unfolded, its encoded words decoded."""
    value = " ".join(value[:10_000].split())
    if "=?" not in value:
        return value
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError, UnicodeError):
        return value


def _payload(part: Message) -> bytes:
    whole = part.get_payload()
    if isinstance(whole, str) and part.get_content_maintype() == "multipart":
        # A multipart whose boundary does not occur: the text is all there is.
        return whole.encode("utf-8", "surrogateescape")
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, AssertionError, LookupError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def _decoded(part: Message) -> str:
    data = _payload(part)[: 4 * MAX_TEXT]
    charset = part.get_content_charset() or "utf-8"
    if not part.get_content_charset() and b"\x1b$" in data:
        charset = "iso-2022-jp"
    try:
        return data.decode(charset, "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _report_text(part: Message) -> str:
    """The text of a delivery-status part, which the parser has split into messages."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        return _decoded(part)
    blocks = []
    for block in payload[:1_000]:
        if isinstance(block, Message):
            lines = [f"{name}: {_eight_bit(str(value))}" for name, value in block.raw_items()]
            inner = block.get_payload()
            if isinstance(inner, str) and inner.strip():
                lines.append("\n" + _eight_bit(inner))
            blocks.append("\n".join(lines))
    text = "\n\n".join(blocks)
    if part.get("Content-Transfer-Encoding", "").strip().lower() in ("base64", "quoted-printable"):
        import base64
        import quopri

        try:
            raw = text.encode("ascii", "replace")
            unpacked = base64.b64decode(raw) if b":" not in raw else quopri.decodestring(raw)
            return unpacked.decode("utf-8", "replace")
        except ValueError:
            return text
    return text


def _plain(text: str, kind: str) -> str:
    if kind != "text/html":
        return text
    text = re.sub(r"<(?:br|/p|/div|/tr|/h\d|/li)\b[^<>]{0,200}>", "\n", text[:MAX_TEXT], flags=re.IGNORECASE)
    text = re.sub(r"<[^<>]{0,2000}>", " ", text)
    import html

    return html.unescape(text)


def _named(part: Message) -> bool:
    """Whether the part is an attached file with a name that a report would have."""
    name = _name_of(part).lower()
    return name.endswith((".xml", ".gz", ".zip", ".json", ".csv"))


def _name_of(part: Message) -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        return ""


def _cut(text: str) -> tuple[str, list[str]]:
    """(what the author says, the lines of the message that is returned below it)."""
    lines = text.splitlines()
    checked = 0
    for index, line in enumerate(lines):
        if index and _is_marker(line[:200]):
            return "\n".join(lines[:index]), lines[index + 1 :]
        if index and index >= checked and _HEADER.match(line[:200]):
            found, run = _header_run(lines[index : index + 200])
            if found:
                return "\n".join(lines[:index]), lines[index:]
            checked = index + run  # what begins later in the same run holds no more
    return text, []


def _is_marker(line: str) -> bool:
    """Whether a line says that the returned message follows."""
    marks = _MARKS.match(line)
    rest = line[marks.end() if marks else 0 :]
    if "received at" in rest:
        return False
    returned = expression("markers", "returned")
    # Some marks are part of what is said ("--- Original message").
    return bool(returned.match(rest) or (marks and marks.end() and returned.match("--- " + rest)))


def _header_run(lines: list[str]) -> tuple[bool, int]:
    """(whether a message's header begins here: several known fields in a row; the length of the row)."""
    names: set[str] = set()
    run = 0
    for line in lines:
        if line[:1] in (" ", "\t") and line.strip() and names:
            run += 1
            continue
        match = _HEADER.match(line[:200])
        if not match:
            break
        names.add(match[1].lower())
        run += 1
    known = bool(names & _SIGN_OF_HEADERS and names & {"from", "to", "subject", "date"})
    return known or {"from", "subject"} <= names, run


def _header_block(lines: list[str]) -> dict[str, str]:
    """The fields of the first header in these lines; text before it is skipped."""
    found: dict[str, str] = {}
    last = ""
    for line in lines[:1_000]:
        match = _HEADER.match(line[:MAX_LINE])
        if line[:1] in (" ", "\t") and last and not found[last].endswith("\n"):
            found[last] += " " + line.strip()[:MAX_LINE]
        elif match:
            name = match[1].lower()
            last = name if name not in found else ""
            if last:
                found[last] = match[2].strip()
        elif len(found) >= 2:
            break
        else:
            last = ""
    return {name: decoded_header(value) for name, value in found.items()}


def _groups(text: str) -> list[dict[str, str]]:
    """Groups of "Name: value" lines, separated by empty lines."""
    groups: list[dict[str, str]] = []
    group: dict[str, str] = {}
    last = ""
    for line in text[:MAX_TEXT].splitlines():
        line = line[:MAX_LINE]
        if not line.strip():
            if group:
                groups.append(group)
            group, last = {}, ""
            continue
        if line[0] in " \t" and last:
            group[last] += " " + line.strip()
            continue
        match = _HEADER.match(line.strip())
        if not match:
            last = ""
            continue
        name = match[1].lower()
        if name in _RECIPIENT and name in group:
            groups.append(group)
            group = {}
        last = name
        group.setdefault(name, match[2].strip())
    if group:
        groups.append(group)
    return groups[:5_000]


def _day(value: str) -> date | None:
    return day_of(value)


def day_of(value: str) -> date | None:
    """The day, in UTC, of a date in the form of RFC 5322; None where it cannot be read."""
    try:
        moment = parsedate_to_datetime(value[:200])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()
    except (OverflowError, ValueError):
        return None


def day_of_seconds(value: object) -> date | None:
    """The day, in UTC, of a number of seconds since 1970 (milliseconds are recognised by their size)."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 1e14:
        return None
    try:
        return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC).date()
    except (OverflowError, ValueError, OSError):
        return None


def day_of_iso(value: object) -> date | None:
    """The day, in UTC, of an ISO 8601 date or time; None where it cannot be read."""
    if not isinstance(value, str):
        return None
    text = value.strip()[:40]
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            return None
    try:
        return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()
    except (OverflowError, ValueError):
        return None
