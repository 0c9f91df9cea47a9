"""A browser without a window, and a service for it to talk to. Skipped where either is not installed."""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"
GRAPESJS = ROOT / "examples" / "grapesjs"
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


class Service(NamedTuple):
    """A running `score serve`."""

    process: subprocess.Popen[bytes]
    url: str

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)


def start(*arguments: str) -> Service:
    """`score serve` on a free port, ready to answer."""
    command = [sys.executable, "-m", "scorer.cli", "serve", "--listen", "127.0.0.1:0", "--workers", "1"]
    process = subprocess.Popen(
        [*command, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    line = b""
    deadline = time.monotonic() + 60
    while not line.endswith(b"\n"):
        assert time.monotonic() < deadline, line
        if select.select([process.stderr], [], [], 0.5)[0]:
            read = os.read(process.stderr.fileno(), 1)
            assert read, f"the service did not start: {line.decode()}"
            line += read
    # The log goes on; nobody reads it, and a full pipe would hold the service up.
    threading.Thread(target=process.stderr.read, daemon=True).start()
    return Service(process, "http://" + re.sub(r"^https?://", "", json.loads(line)["http"]))


@pytest.fixture(scope="package")
def editor_host() -> Iterator[str]:
    """The address of another site, which serves the examples."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(ROOT / "examples"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="package")
def service(editor_host: str) -> Iterator[Service]:
    pytest.importorskip("fastapi", reason="needs the extra `service`")
    pytest.importorskip("uvicorn", reason="needs the extra `service`")
    running = start("--allow-origin", editor_host)
    yield running
    running.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    # Package scope: an event loop of its own runs while this is in use, which tests elsewhere cannot do with.
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="needs the Python package `playwright` (no browser download is needed)"
    )
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium); or name one in CHROMIUM")
    with playwright.sync_playwright() as tools:
        running = tools.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


OpenPage = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, service: Service) -> Iterator[OpenPage]:
    """Opens pages, and holds each to: no fault, nothing that the page's policy forbids, no request that leaves
    the machine. `expected` is a pattern of messages that a test means to provoke."""
    contexts = []
    faults: list[str] = []

    def open_(address: str = "", *, expected: str = "", **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: faults.append(f"fault: {error}"))
        page.on(
            "console",
            lambda said: (
                faults.append(f"console: {said.text}")
                if said.type == "error" and not (expected and re.search(expected, said.text))
                else None
            ),
        )
        page.on("request", lambda asked: faults.extend(leaving(asked.url)))
        page.goto(address or service.url)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []


def leaving(url: str) -> list[str]:
    """The address, if it is not of this machine."""
    parts = urlsplit(url)
    return [] if parts.scheme in ("data", "blob", "about") or parts.hostname == "127.0.0.1" else [url]


@pytest.fixture
def page(open_page: OpenPage) -> Any:
    """The editor page."""
    return open_page()
