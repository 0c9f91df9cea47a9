"""The report in a real browser: it asks for nothing and runs nothing. Skipped where there is no Chromium."""

from __future__ import annotations

import shutil
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scorer.render.html import render_html
from tests.render import samples
from tests.render.hostile import bodies

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")


class Asked(socketserver.ThreadingTCPServer):
    """A server on the loopback interface that remembers what it was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.lines: list[bytes] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/x"


class _Answer(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.server.lines.append(self.rfile.readline(200))
        self.wfile.write(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")


@pytest.fixture
def asked() -> Iterator[Asked]:
    with Asked() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def dom(page: str, folder: Path) -> str:
    """The document after loading, as the browser has it."""
    path = folder / "report.html"
    path.write_text(page, "utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
    command += [
        "--disable-background-networking",
        "--no-first-run",
        "--virtual-time-budget=2000",
        "--dump-dom",
    ]
    done = subprocess.run([*command, path.as_uri()], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_a_page_that_loads_something_is_noticed(asked: Asked, tmp_path: Path) -> None:
    dom(f"<img src='{asked.address}'><iframe srcdoc=\"<img src='{asked.address}2'>\"></iframe>", tmp_path)
    assert len(asked.lines) >= 2


def test_the_report_asks_for_nothing_and_runs_nothing(asked: Asked, tmp_path: Path) -> None:
    tricks = bodies(asked.address)
    body = "\n".join(tricks.values()).replace("alert(", f"fetch('{asked.address}');document.title='ran';(")
    for trick in (body, *(tricks[name] for name in ("head", "raw text", "style breakout"))):
        message = samples.draft_message(trick, trick, "<script>document.title='ran'</script>")
        after = dom(render_html(samples.hostile(message), message), tmp_path)
        assert asked.lines == []
        assert "<title>ran</title>" not in after
        assert 'id="not-checked"' in after
