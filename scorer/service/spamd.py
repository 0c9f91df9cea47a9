"""The SPAMC protocol, so that spamc, Exim, Postfix's filters and aiospamc get our score.

After spamd/PROTOCOL of SpamAssassin 4.0.1
(https://svn.apache.org/repos/asf/spamassassin/tags/spamassassin_release_4_0_1/spamd/PROTOCOL) and what its
spamd answers, byte for byte, where the two differ.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import textwrap
import time
import zlib
from typing import NamedTuple, cast

from scorer import __version__
from scorer.assessment import Assessment
from scorer.mime import NotMail, parse_message
from scorer.service.logs import fault_of, log
from scorer.service.points import Points, points_of, shown_points
from scorer.service.problems import Problem
from scorer.service.settings import Limits, Network
from scorer.service.work import Desk

THRESHOLD = 5.0
COMMANDS = ("CHECK", "SYMBOLS", "REPORT", "REPORT_IFSPAM", "PROCESS", "HEADERS")
MAX_HEAD = 8 << 10
LINGER_SECONDS = 2.0
"""How long to read on, without keeping it, after a refusal: closing at once would reset the connection, and
the client would lose the answer with it."""
_REQUEST = re.compile(rb"([A-Z_]{1,20}) SPAMC/(\d{1,3}\.\d{1,3})")
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,40}):[ \t]*([^\r\n]{0,1000})")
_OWN_HEADER = re.compile(rb"(?:^|(?<=\n))X-Spam-[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE)
# sysexits(3)
_USAGE, _DATA, _UNAVAILABLE, _SOFTWARE, _TEMPORARY, _PROTOCOL = 64, 65, 69, 70, 75, 76


class Refused(Exception):
    """A request that is answered with an error line."""

    def __init__(self, code: int, text: str, version: str = "1.0") -> None:
        super().__init__(text)
        self.line = f"SPAMD/{version} {code} {text}\r\n".encode("utf-8", "replace")


class Head(NamedTuple):
    """A request's first lines. `length` is None where the client ends the message by closing its side."""

    command: str
    length: int | None
    compressed: bool


def parse_head(data: bytes) -> Head:
    """The request line and headers, without the empty line that ends them. Raises Refused."""
    first, *lines = data.split(b"\r\n") if b"\r\n" in data else data.split(b"\n")
    match = _REQUEST.fullmatch(first.strip())
    command = match[1].decode() if match else ""
    if command not in (*COMMANDS, "PING", "SKIP", "TELL"):
        raise Refused(_PROTOCOL, f"Bad header line: {_shown(first)}")
    length: int | None = None
    compressed = False
    for line in lines:
        header = _HEADER.fullmatch(line.strip())
        if header is None:
            raise Refused(_PROTOCOL, f"Bad header line: {_shown(line)}")
        name, value = header[1].lower(), header[2].strip()
        if name == b"content-length":
            if not value.isdigit() or len(value) > 12:
                raise Refused(_PROTOCOL, "Bad header line: (Content-Length contains non-numeric bytes)")
            length = int(value)
        elif name == b"compress":
            if value.lower() != b"zlib":
                raise Refused(_PROTOCOL, f"Bad header line: (Compression type {_shown(value)} unsupported)")
            compressed = True
        # `User` and whatever else a client says of itself changes nothing here.
    return Head(command, length, compressed)


def _shown(line: bytes) -> str:
    return "".join(char if " " <= char <= "~" else "?" for char in line[:200].decode("latin-1")).strip()


def inflate(data: bytes, limit: int) -> bytes:
    """What zlib made of it. Raises Refused where it is damaged, or larger than `limit`."""
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(data, limit + 1)
    except zlib.error:
        raise Refused(_DATA, "the compressed message cannot be read") from None
    if len(plain) > limit:
        raise Refused(_DATA, f"the message is larger than {limit} bytes")
    if not unpacker.eof:
        raise Refused(_DATA, "the compressed message ends too early")
    return plain


def answer(command: str, message: bytes, assessment: Assessment, fix: float) -> bytes:
    """The reply to one of `COMMANDS`."""
    points = points_of(assessment, fix, THRESHOLD, THRESHOLD)
    yes, no = ("Yes", "No") if command == "REPORT_IFSPAM" else ("True", "False")
    flag = yes if points.spam else no
    spam = f"Spam: {flag} ; {shown_points(points)} / {THRESHOLD:.1f}\r\n"
    if command == "CHECK":
        return f"SPAMD/1.1 0 EX_OK\r\n{spam}\r\n".encode()
    if command == "SYMBOLS":
        body = ",".join(sorted(symbol.name for symbol in points.symbols)).encode()
    elif command in ("REPORT", "REPORT_IFSPAM"):
        body = b"" if command == "REPORT_IFSPAM" and not points.spam else report(points, assessment).encode()
    else:
        body = marked(message, points, headers_only=command == "HEADERS")
    return f"SPAMD/1.1 0 EX_OK\r\nContent-length: {len(body)}\r\n{spam}\r\n".encode() + body


def report(points: Points, assessment: Assessment) -> str:
    """The table of points, as people know it from SpamAssassin."""
    verb = "would probably be" if points.spam else "would probably not be"
    width = max([22, *(len(symbol.name) for symbol in points.symbols)])
    lines = [
        f"This mailing {verb} junked or refused: risk {100 * assessment.risk:.0f} %, verdict "
        f"{assessment.verdict}.",
        "",
        f"Content analysis details:   ({shown_points(points)} points, {points.threshold:.1f} required)",
        "",
        f" pts {'rule name':<{width}} description",
        f"---- {'-' * width} {'-' * 50}",
    ]
    for symbol in points.symbols:
        first, *rest = textwrap.wrap(symbol.line, 50) or [""]
        value = f"{symbol.points:.1f}"
        lines.append(f"{'0.0' if value == '-0.0' else value:>4} {symbol.name:<{width}} {first}")
        lines += [f"{'':<{width + 6}}{line}" for line in rest]
    return "\n".join(lines) + "\n\n"


def marked(message: bytes, points: Points, *, headers_only: bool) -> bytes:
    """The message with our X-Spam headers in front; older ones are taken out, the body stays as it is."""
    head, break_, body = _split(message)
    line_end = b"\r\n" if b"\r\n" in message[:4096] else b"\n"
    pieces = [
        f"X-Spam-Status: {'Yes' if points.spam else 'No'},",
        f" score={shown_points(points)}",
        f" required={points.threshold:.1f}",
        *_listed(sorted(symbol.name for symbol in points.symbols)),
        " autolearn=disabled",
        f" version={__version__}",
    ]
    lines = [f"X-Spam-Checker-Version: mailing-scorer {__version__}"]
    if points.spam:
        lines.append("X-Spam-Flag: YES")
    lines.append(f"X-Spam-Level: {'*' * max(0, min(50, int(points.total)))}")
    lines.append(_folded(pieces))
    new = line_end.join(line.encode() for line in "\n".join(lines).split("\n")) + line_end
    marked_head = new + _OWN_HEADER.sub(b"", head)
    return marked_head + (line_end if headers_only else break_ + body)


def _listed(names: list[str]) -> list[str]:
    if not names:
        return [" tests=none"]
    first, *rest = names
    return [f" tests={first}", *(f",{name}" for name in rest)]


def _folded(pieces: list[str]) -> str:
    """The pieces on lines of at most some 76 characters; a comma stays with what is before it (RFC 5322 2.2.3)."""
    lines = [""]
    for piece in pieces:
        if len(lines[-1]) + len(piece) > 76 and lines[-1]:
            comma = piece.startswith(",")
            lines[-1] += "," if comma else ""
            lines.append("\t" + piece.lstrip(", "))
        else:
            lines[-1] += piece
    return "\n".join(lines)


def _split(message: bytes) -> tuple[bytes, bytes, bytes]:
    """Header fields with their last line break, the empty line, the body."""
    match = re.search(rb"(\r?\n)(\r?\n)", message)
    if match is None:
        return message, b"", b""
    return message[: match.end(1)], match[2], message[match.end() :]


class SpamdProtocol(asyncio.Protocol):
    """One connection, which carries one request, as with spamd."""

    def __init__(self, server: SpamdServer) -> None:
        self.server = server
        self.limits: Limits = server.desk.settings.limits
        self.transport: asyncio.Transport
        self._buffer = bytearray()
        self._head: Head | None = None
        self._busy = self._answered = self._read = False
        self._started = time.perf_counter()
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        # uvloop's transports have the methods of asyncio's, but are no instances of its classes.
        self.transport = cast(asyncio.Transport, transport)
        self.server.connections.add(self)
        peer = transport.get_extra_info("peername")
        if not self.server.admits(peer[0] if isinstance(peer, tuple) else ""):
            self.server.desk.metrics.refused.labels("network").inc()
            transport.close()
            return
        self._wait(self.limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self.server.connections.discard(self)
        self._stop_waiting()

    def data_received(self, data: bytes) -> None:
        """More of the request."""
        if self._busy:
            return
        self._buffer += data
        self._try(at_end=False)

    def eof_received(self) -> bool:
        """The client has said all; the answer may still be written."""
        if not self._busy:
            self._try(at_end=True)
        elif self._answered:
            self.transport.close()
        return not self.transport.is_closing()

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(seconds, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._refuse("-", Refused(_TEMPORARY, "the request did not arrive in time"))

    def _try(self, *, at_end: bool) -> None:
        try:
            self._advance(at_end=at_end)
        except Refused as error:
            self._refuse(self._head.command if self._head else "-", error)

    def _advance(self, *, at_end: bool) -> None:
        if self._head is None:
            end = re.search(rb"\r?\n\r?\n", self._buffer[: MAX_HEAD + 4])
            if end is None:
                if len(self._buffer) > MAX_HEAD:
                    raise Refused(_PROTOCOL, "Bad header line: (the headers are too long)")
                if not at_end:
                    return
                if not self._buffer:
                    self.transport.close()
                    return
                head, rest = bytes(self._buffer).rstrip(b"\r\n"), b""
            else:
                head, rest = bytes(self._buffer[: end.start()]), bytes(self._buffer[end.end() :])
            self._head = parse_head(head)
            self._buffer = bytearray(rest)
            self._wait(self.limits.body_seconds)
            if self._without_body(self._head.command):
                return
        self._body(self._head, at_end=at_end)

    def _without_body(self, command: str) -> bool:
        if command == "PING":
            self._read = True
            self._reply("PING", b"SPAMD/1.5 0 PONG\r\n")
        elif command == "SKIP":
            self._reply("SKIP", b"")
        elif command == "TELL":
            raise Refused(
                _UNAVAILABLE,
                "Service Unavailable: TELL is refused, this service does not learn from messages",
            )
        else:
            return False
        return True

    def _body(self, head: Head, *, at_end: bool) -> None:
        limit = self.limits.body
        if (head.length or 0) > limit or len(self._buffer) > limit + 2:
            raise Refused(_DATA, f"the message is larger than {limit} bytes")
        if head.length is None:
            if at_end:
                self._start(head, bytes(self._buffer))
            return
        if len(self._buffer) > head.length:
            # As spamd counts: by whole lines, up to the one in which the stated length lies.
            end = self._buffer.find(b"\n", max(0, head.length - 1)) + 1 or len(self._buffer)
            if end != head.length:
                raise _mismatch(head.length, end)
        if len(self._buffer) >= head.length:
            self._start(head, bytes(self._buffer[: head.length]))
        elif at_end:
            raise _mismatch(head.length, len(self._buffer))

    def _start(self, head: Head, data: bytes) -> None:
        self._busy = self._read = True
        self._stop_waiting()
        task = asyncio.get_running_loop().create_task(self._serve(head, data))
        self.server.tasks.add(task)
        task.add_done_callback(self.server.tasks.discard)

    async def _serve(self, head: Head, data: bytes) -> None:
        desk = self.server.desk
        try:
            if head.compressed:
                data = inflate(data, self.limits.body)
            assessment = await desk.run(lambda: desk.assess(parse_message(data)), size=len(data))
            self._reply(
                head.command, answer(head.command, data, assessment, desk.scorer.config.thresholds.fix)
            )
        except Refused as error:
            self._refuse(head.command, error)
        except NotMail as error:
            self._refuse(head.command, Refused(_DATA, str(error)))
        except Problem as error:
            self._refuse(head.command, Refused(_TEMPORARY, error.detail))
        except Exception as error:
            log().error("fault", protocol="spamc", **fault_of(error))
            self._refuse(head.command, Refused(_SOFTWARE, "a fault of the service"))

    def _refuse(self, command: str, error: Refused) -> None:
        self._reply(command, error.line)

    def _reply(self, command: str, data: bytes) -> None:
        self._busy = True
        self._stop_waiting()
        self._answered = True
        if not self.transport.is_closing():
            self.transport.write(data)
            if self._read or not data:
                self.transport.close()
            else:
                self.transport.write_eof()
                self._timer = asyncio.get_running_loop().call_later(LINGER_SECONDS, self.transport.close)
        status = data[:80].partition(b"\r")[0].split(b" ")
        code = status[1].decode() if len(status) > 1 else "0"
        seconds = time.perf_counter() - self._started
        metrics = self.server.desk.metrics
        metrics.requests.labels("spamc", command, code).inc()
        metrics.seconds.labels("spamc", command).observe(seconds)
        log().info("spamc", command=command, status=code, ms=round(seconds * 1000, 2))

    def close_if_idle(self) -> None:
        """Close a connection on which nothing has been asked, or all is said."""
        if self._answered or (not self._busy and not self._buffer and self._head is None):
            self.transport.close()


def _mismatch(expected: int, got: int) -> Refused:
    return Refused(
        _PROTOCOL,
        f"Bad header line: (Content-Length mismatch: Expected {expected} bytes, got {got} bytes)",
    )


class SpamdServer:
    """The SPAMC port of one process."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.connections: set[SpamdProtocol] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self._networks: tuple[Network, ...] = desk.settings.spamd_from

    def admits(self, address: str) -> bool:
        """Whether a client at this address may ask: programs on this machine, and the networks named."""
        try:
            peer = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if isinstance(peer, ipaddress.IPv6Address) and peer.ipv4_mapped is not None:
            peer = peer.ipv4_mapped
        return peer.is_loopback or any(peer in network for network in self._networks)

    def protocol(self) -> SpamdProtocol:
        """For a new connection."""
        return SpamdProtocol(self)

    async def finish(self, seconds: float) -> None:
        """Answer what has been asked, and close the rest."""
        for connection in list(self.connections):
            connection.close_if_idle()
        deadline = time.monotonic() + seconds
        while self.connections and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        for connection in list(self.connections):
            connection.transport.abort()
