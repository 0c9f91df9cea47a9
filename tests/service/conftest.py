"""One desk for all tests of the service, and a real server where a real client is to talk to it."""

from __future__ import annotations

import io
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip("fastapi", reason="needs the extra `service`")
pytest.importorskip("uvicorn", reason="needs the extra `service`")

import structlog
from starlette.testclient import TestClient

from scorer.engine import Scorer
from scorer.service.app import create_app
from scorer.service.logs import configure_logs
from scorer.service.metrics import Metrics
from scorer.service.settings import Limits, Settings
from scorer.service.work import Desk

ROOT = Path(__file__).parents[2]
CAPTURES = Path(os.environ.get("SCORER_SHARED", ROOT.parent / "shared")) / "protocols"

GOOD = (
    b"From: The Shop <news@shop.example>\r\nSubject: What is new in November\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Dear customer,\r\n\r\nthree new things are in the shop this month, and the old ones are still there.\r\n\r\n"
    b"Unsubscribe: https://shop.example/unsubscribe\r\nThe Shop, Main Street 1, 12345 Town\r\n"
)
BAD = (
    b"From: Example Shop <news@news.shop.example>\r\nTo: customer@example.org\r\n"
    b"Subject: FREE offer!!! Act now and save BIG $$$\r\nMessage-ID: <1@news.shop.example>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b'<html><body><font color="#ffffff">hidden</font><h1>CLICK HERE</h1><p>You have won 1,000,000 dollars! '
    b'100% guaranteed.</p><a href="http://192.0.2.1/x">http://www.paypal.com/login</a></body></html>\r\n'
)


class Server(NamedTuple):
    """A running `score serve`."""

    process: subprocess.Popen[bytes]
    http: int
    spamd: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http}"

    def stop(self) -> tuple[int, str]:
        """SIGTERM; the exit status and the rest of the log."""
        self.process.send_signal(signal.SIGTERM)
        _, log = self.process.communicate(timeout=60)
        return self.process.returncode, log.decode()


def start(*arguments: str) -> Server:
    """`score serve` on free ports, ready to answer."""
    command = [
        sys.executable,
        "-m",
        "scorer.cli",
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--spamd",
        "127.0.0.1:0",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*command, "--workers", "2", *arguments], env=environment, cwd=ROOT, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    deadline = time.monotonic() + 60
    line = b""
    while not line.endswith(b"\n"):
        assert time.monotonic() < deadline, line
        assert process.poll() is None or line, "the service did not start"
        if select.select([process.stderr], [], [], 0.5)[0]:
            read = os.read(process.stderr.fileno(), 1)
            assert read, f"the service ended: {line!r}"
            line += read
    said = json.loads(line)
    http, spamd = (int(re.sub(r".*:", "", said[name])) for name in ("http", "spamd"))
    return Server(process, http, spamd)


@pytest.fixture
def run() -> Iterator[Callable[..., Server]]:
    """Starts services of a test's own; one that the test leaves running is ended."""
    started: list[Server] = []

    def begin(*arguments: str) -> Server:
        started.append(start(*arguments))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.process.terminate()
            one.process.communicate(timeout=60)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    running = start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    return Scorer()


@pytest.fixture(scope="session")
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def make_desk(scorer: Scorer, metrics: Metrics) -> Iterator[Callable[..., Desk]]:
    """Desks with other limits or settings."""
    made: list[Desk] = []

    def make(limits: Limits | None = None, **settings: object) -> Desk:
        desk = Desk(scorer, Settings(limits=limits or Limits(), **settings), metrics)  # type: ignore[arg-type]
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.close()


@pytest.fixture(autouse=True)
def logged() -> Iterator[io.StringIO]:
    """What the service logs."""
    stream = io.StringIO()
    configure_logs(stream)
    yield stream
    structlog.reset_defaults()


@pytest.fixture
def client(make_desk: Callable[..., Desk]) -> TestClient:
    """Talks to the application without a socket."""
    return TestClient(
        create_app(make_desk()), base_url="http://127.0.0.1:8025", raise_server_exceptions=False
    )


def capture(name: str) -> bytes:
    """A recorded request or answer of the real server; the test is skipped where they are not to be had."""
    path = CAPTURES / name
    if not path.exists():
        pytest.skip(f"{path} is not here: the recordings are no part of the checkout")
    return path.read_bytes()


CLIENTS = ROOT / "tests" / "clients"


def run_node(program: str, *arguments: str, **environment: str) -> str:
    """What a program of Node.js prints that uses the clients of `tests/clients`."""
    if shutil.which("node") is None or not (CLIENTS / "node_modules").is_dir():
        pytest.skip("the clients on npm are not installed (npm ci in tests/clients)")
    done = subprocess.run(
        ["node", "-e", program, *arguments],
        cwd=CLIENTS,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
