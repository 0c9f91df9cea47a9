"""The processes: the model is loaded once, then the workers are forked and share its memory.

All workers accept from the same sockets. One that dies is replaced. On SIGTERM or SIGINT the sockets are closed
first; what was accepted is answered, with `Connection: close`, before the process ends.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from scorer.language import Language
from scorer.language import choose as by_header
from scorer.said import say
from scorer.service import metrics
from scorer.service.app import create_app
from scorer.service.keys import KeyRing
from scorer.service.logs import configure_logs, log
from scorer.service.problems import MEDIA_TYPE, Problem, too_slow
from scorer.service.rate import RateLimiter
from scorer.service.settings import Address, Settings, SettingsError
from scorer.service.spamd import SpamdServer
from scorer.service.work import Desk

BACKLOG = 1024
MAX_HEAD = 64 << 10
"""Bytes of a request's line and header fields, and of a trailer; a little more may be read at once."""
LONGEST_PAUSE = 10.0
"""Seconds to wait at most before a worker that keeps dying is started again."""

MakeDesk = Callable[[], Desk]


def bind(address: Address) -> socket.socket:
    """A listening socket.

    Raises:
        SettingsError: the address cannot be used.
    """
    try:
        family, kind, _, _, where = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(BACKLOG)
    except OSError as error:
        raise SettingsError(f"{address.host}:{address.port}: {error.strerror or error}") from None
    listener.setblocking(False)
    return listener


def serve(settings: Settings, make_desk: MakeDesk, choose: Callable[[str], Language] = by_header) -> int:
    """Run the service until it is told to stop. Returns the exit status.

    Args:
        settings: as `checked` returned them.
        make_desk: loads the model and makes the desk; called once, before the workers are forked.
        choose: gives an answer its language.

    Raises:
        SettingsError: the address or the key file cannot be used.
    """
    keys = KeyRing(settings.keys) if settings.keys else None
    http = bind(settings.http)
    spamd = bind(settings.spamd) if settings.spamd else None
    folder = metrics.prepare_folder()
    try:
        configure_logs()
        desk = make_desk()
        app = create_app(desk, keys, RateLimiter(), choose)
        supervisor = _Supervisor(settings, http, spamd, app, desk)
        # Who reads that it listens may tell it to stop.
        supervisor.heed_signals()
        log().info(
            "listening",
            http=_shown(http),
            spamd=_shown(spamd) if spamd else None,
            keys=keys is not None,
            workers=_workers(settings),
        )
        return supervisor.run()
    finally:
        metrics.remove_folder(folder)


def _shown(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _workers(settings: Settings) -> int:
    return settings.workers or len(os.sched_getaffinity(0))


class _Supervisor:
    """The first process: it starts the workers and stops them, and serves nothing itself."""

    def __init__(
        self, settings: Settings, http: socket.socket, spamd: socket.socket | None, app: Any, desk: Desk
    ) -> None:
        self.settings, self.http, self.spamd, self.app, self.desk = settings, http, spamd, app, desk
        self.children: dict[int, float] = {}
        self.stopping = False
        self._pause = 0.1

    def heed_signals(self) -> None:
        """From now on SIGTERM and SIGINT stop the service in good order."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def run(self) -> int:
        """Keep the workers running until a signal comes."""
        # What is shared stays shared: the collector would otherwise write to every object's page.
        gc.collect()
        gc.freeze()
        for _ in range(_workers(self.settings)):
            self._fork()
        while self.children and not self.stopping:
            self._reap(blocking=True)
        self.http.close()
        if self.spamd is not None:
            self.spamd.close()
        return self._wait_for_end()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
        for child in self.children:
            _signal(child, signal.SIGTERM)

    def _fork(self) -> None:
        """Start a worker, unless the service has been told to stop."""
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))
        child = -1 if self.stopping else os.fork()
        if child == 0:
            status = 1
            try:
                for number in (signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, signal.SIG_DFL)
                _Worker(self.settings, self.http, self.spamd, self.app, self.desk).run()
                status = 0
            finally:
                sys.stderr.flush()
                os._exit(status)
        if child > 0:
            self.children[child] = time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT))

    def _reap(self, *, blocking: bool) -> None:
        """Take note of a worker that ended; start another in its place while the service runs."""
        try:
            child, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            self.children.clear()
            return
        if child == 0:
            if blocking:
                # A signal ends the sleep's purpose, not the sleep: the loop looks at `stopping` soon enough.
                time.sleep(0.05)
            return
        started = self.children.pop(child, 0.0)
        if self.stopping:
            return
        log().error("worker died", process=child, status=os.waitstatus_to_exitcode(status))
        if time.monotonic() - started > 30.0:
            self._pause = 0.1
        else:
            time.sleep(self._pause)
            self._pause = min(LONGEST_PAUSE, self._pause * 2)
        self._fork()

    def _wait_for_end(self) -> int:
        deadline = time.monotonic() + self.settings.drain_seconds + self.settings.grace_seconds + 2.0
        while self.children:
            self._reap(blocking=True)
            if time.monotonic() > deadline:
                for child in self.children:
                    log().error("worker killed", process=child)
                    _signal(child, signal.SIGKILL)
                deadline += 5.0
        log().info("stopped")
        return 0


def _signal(process: int, number: int) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return


class _Http(HttpToolsProtocol):
    """HTTP with limits on the request's head: a client that connects and says nothing is let go, and so is one
    whose header (or trailer) has no end."""

    head_seconds = 10.0
    _timer: asyncio.TimerHandle | None = None
    _unread = 0
    """Bytes that came since the last head was complete or a piece of a body was read."""

    def data_received(self, data: bytes) -> None:
        self._unread += len(data)
        super().data_received(data)
        if self._unread <= MAX_HEAD or self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.close()
        else:
            self._end_with(
                Problem(
                    431,
                    "too-large",
                    say("{what}: the limit is {limit}", what=say("the header"), limit=MAX_HEAD),
                )
            )

    def on_body(self, body: bytes) -> None:
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unread = 0
        super().on_message_complete()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._limit()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unlimit()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._timer is None:
            self._limit()

    def on_headers_complete(self) -> None:
        self._unread = 0
        self._unlimit()
        super().on_headers_complete()

    def _limit(self) -> None:
        self._timer = self.loop.call_later(self.head_seconds, self._late)

    def _unlimit(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        self._timer = None
        if self.transport.is_closing() or self.pipeline or (self.cycle and not self.cycle.response_complete):
            return
        self._end_with(too_slow(self.head_seconds))

    def send_400_response(self, msg: str) -> None:
        """What cannot be parsed as HTTP is a problem like others."""
        self._end_with(Problem(400, "http", say("not a request of HTTP/1.1")))

    def _end_with(self, problem: Problem) -> None:
        body = bytes(problem.response().body)
        phrase = HTTPStatus(problem.status).phrase
        head = (
            f"HTTP/1.1 {problem.status} {phrase}\r\nconnection: close\r\ncontent-type: {MEDIA_TYPE}\r\n"
            f"x-content-type-options: nosniff\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


class _Worker(uvicorn.Server):
    """One process that answers."""

    def __init__(
        self, settings: Settings, http: socket.socket, spamd: socket.socket | None, app: Any, desk: Desk
    ) -> None:
        limited = type("LimitedHttp", (_Http,), {"head_seconds": settings.limits.head_seconds})
        super().__init__(
            uvicorn.Config(
                app,
                http=limited,
                ws="none",
                loop="uvloop",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                backlog=BACKLOG,
                timeout_keep_alive=30,
                timeout_graceful_shutdown=int(settings.grace_seconds) or 1,
            )
        )
        self.settings, self.http, self.spamd_socket, self.desk = settings, http, spamd, desk
        self.spamd = SpamdServer(desk)
        self._spamd_listener: asyncio.Server | None = None
        self._parent = os.getppid()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer until SIGTERM."""
        super().run(sockets=[self.http])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        loop = asyncio.get_running_loop()
        if self.spamd_socket is not None:
            self._spamd_listener = await loop.create_server(
                self.spamd.protocol, sock=self.spamd_socket, backlog=BACKLOG
            )
        # Signals were held back since before the fork, so that none is lost.
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT))

    async def on_tick(self, counter: int) -> bool:
        """End as well when the first process is gone and nobody could stop this one."""
        if os.getppid() != self._parent:
            self.handle_exit(signal.SIGTERM, None)
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop accepting now, and end when what was accepted has been answered."""
        if self.desk.draining:
            return
        self.desk.draining = True
        for server in self.servers:
            server.close()
        if self._spamd_listener is not None:
            self._spamd_listener.close()
        # A client may be sending on a connection that is kept alive: it gets its answer, and "close".
        asyncio.get_running_loop().call_later(self.settings.drain_seconds, self._exit)

    def _exit(self) -> None:
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self.spamd.finish(self.settings.grace_seconds)
        await super().shutdown(sockets)
        self.desk.close()
