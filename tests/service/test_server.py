"""The processes: what was accepted is answered, dead workers are replaced, slow clients are let go."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from .conftest import BAD, GOOD, ROOT, Server

HEAD = "POST /v1/preflight?remedies=false HTTP/1.1\r\nHost: localhost\r\nContent-Type: message/rfc822\r\n"
REQUEST = f"{HEAD}Content-Length: {len(BAD)}\r\n\r\n".encode() + BAD


def children(process: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True)
    return [int(line) for line in listed.stdout.split()]


def whole(answer: bytes) -> bool:
    """Whether these bytes are exactly one HTTP answer."""
    head, separator, body = answer.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(separator) and len(body) == int(lengths[0].partition(b":")[2])


class Client(threading.Thread):
    """Asks over one connection after the other until the service is gone."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port, self.whole, self.broken, self.refused = port, 0, [], 0

    def run(self) -> None:
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            except ConnectionRefusedError:
                return
            except OSError:
                self.refused += 1
                return
            with connection:
                if not self._ask(connection):
                    return

    def _ask(self, connection: socket.socket) -> bool:
        for _ in range(3):
            answer = b""
            try:
                connection.sendall(REQUEST)
                while not whole(answer):
                    data = connection.recv(65536)
                    if not data:
                        break
                    answer += data
            except OSError:
                pass
            if not answer:
                # Refused: not a byte of an answer.
                self.refused += 1
                return True
            if not whole(answer) or not answer.startswith(b"HTTP/1.1 200"):
                self.broken.append(answer[:200])
                return False
            self.whole += 1
            if b"connection: close" in answer.partition(b"\r\n\r\n")[0]:
                return True
        return True


def test_stopped_under_load_it_answers_wholly_or_not_at_all(run) -> None:
    server = run()
    clients = [Client(server.http) for _ in range(8)]
    for client in clients:
        client.start()
    time.sleep(1.5)
    status, log = server.stop()
    for client in clients:
        client.join(timeout=60)
    assert status == 0
    assert [client.broken for client in clients] == [[]] * 8
    answered = sum(client.whole for client in clients)
    assert answered > 8
    # Nothing that the service answered was lost on the way, and nothing failed.
    logged = [json.loads(line) for line in log.splitlines()]
    served = [line for line in logged if line["event"] == "request"]
    assert len(served) == answered
    assert {line["status"] for line in served} == {200}


class Talker(threading.Thread):
    """Sends one request over and over, each on a connection of its own, and keeps what came back to each."""

    def __init__(self, port: int, request: bytes) -> None:
        super().__init__(daemon=True)
        self.port, self.request = port, request
        self.answers: list[bytes] = []

    def run(self) -> None:
        while True:
            answer = b""
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
                    connection.sendall(self.request)
                    while data := connection.recv(65536):
                        answer += data
            except ConnectionRefusedError:
                return
            except OSError:
                pass
            self.answers.append(answer)


def complete(answer: bytes) -> bool:
    """Whether an answer says of itself that it is all: by its length, or by its last chunk."""
    head, separator, body = answer.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    if b"transfer-encoding: chunked" in lines:
        return body.endswith(b"0\r\n\r\n")
    lengths = [line for line in lines if line.startswith(b"content-length:")]
    if not lengths:
        # SPAMC's CHECK states none: its answer is one line, which one packet carries.
        return bool(separator) and head.startswith(b"SPAMD/1.1 0 EX_OK\r\nSpam: ") and body == b""
    return bool(separator) and len(body) == int(lengths[0].partition(b":")[2])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_stopped_or_killed_under_load_no_half_answer_looks_whole(run, number: int) -> None:
    server = run()
    closing = REQUEST.replace(b"Host: localhost", b"Host: localhost\r\nConnection: close")
    rows = b"".join(
        json.dumps({"id": id, "draft": {"subject": "Hello", "text": "Hello there"}}).encode() + b"\n"
        for id in range(15)
    )
    batch = (
        b"POST /v1/preflight/batch HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Content-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n" % len(rows)
    ) + rows
    spamc = [
        f"{command} SPAMC/1.5\r\nContent-length: {len(BAD)}\r\n\r\n".encode() + BAD
        for command in ("CHECK", "REPORT")
    ]
    talkers = [
        *(Talker(server.http, request) for request in (closing, closing, batch, batch)),
        *(Talker(server.spamd, request) for request in spamc),
    ]
    # A log that nobody reads would hold the service up.
    reader = threading.Thread(target=server.process.communicate, daemon=True)
    reader.start()
    for talker in talkers:
        talker.start()
    deadline = time.monotonic() + 60
    while min(len(talker.answers) for talker in talkers) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    if number == signal.SIGKILL:
        for process in (server.process.pid, *children(server.process.pid)):
            os.kill(process, signal.SIGKILL)
    else:
        server.process.send_signal(number)
    for talker in talkers:
        talker.join(timeout=60)
        assert not talker.is_alive()
    reader.join(timeout=30)
    assert server.process.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 0)
    for talker in talkers:
        whole_ones = [answer for answer in talker.answers if complete(answer)]
        assert whole_ones
        # All whole answers to one request say as much; what is less was cut off, and does not look whole.
        assert (
            len({re.sub(rb"[^{}\[\]\n]", b"", answer.partition(b"\r\n\r\n")[2]) for answer in whole_ones})
            == 1
        )
        cut = [answer for answer in talker.answers if answer and not complete(answer)]
        assert len(cut) <= (1 if number == signal.SIGKILL else 0)


def test_told_to_stop_as_soon_as_it_listens_it_stops_in_good_order(run) -> None:
    status, log = run().stop()
    assert status == 0
    assert json.loads(log.splitlines()[-1])["event"] == "stopped"


def test_a_request_in_progress_is_finished_after_the_signal(run) -> None:
    own = run("--workers", "1")
    with socket.create_connection(("127.0.0.1", own.http), timeout=30) as connection:
        # An answer shows that the connection has been accepted.
        connection.sendall(REQUEST)
        first = b""
        while not whole(first):
            first += connection.recv(65536)
        connection.sendall(REQUEST[:-50])
        time.sleep(0.3)
        own.process.send_signal(signal.SIGTERM)
        time.sleep(1.0)
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", own.http), timeout=1)
        connection.sendall(REQUEST[-50:])
        answer = b""
        while data := connection.recv(65536):
            answer += data
    assert answer.startswith(b"HTTP/1.1 200")
    assert whole(answer)
    assert own.process.wait(timeout=30) == 0
    assert own.process.stderr is not None
    own.process.stderr.close()


def test_a_worker_that_dies_is_replaced(run) -> None:
    own = run()
    deadline = time.monotonic() + 20
    while len(before := children(own.process.pid)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(before[0], signal.SIGKILL)
    deadline = time.monotonic() + 20
    while len(after := children(own.process.pid)) < 2 or after == before:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with socket.create_connection(("127.0.0.1", own.http), timeout=30) as connection:
        connection.sendall(REQUEST)
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    status, log = own.stop()
    assert status == 0
    assert "worker died" in log


def test_the_workers_share_the_memory_of_the_model(run) -> None:
    own = run("--workers", "2")
    deadline = time.monotonic() + 20
    while len(workers := children(own.process.pid)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", own.http), timeout=30) as connection:
            connection.sendall(REQUEST)
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
    for worker in workers:
        rollup = Path(f"/proc/{worker}/smaps_rollup")
        if not rollup.exists():
            pytest.skip("this kernel does not tell what is shared")
        sizes = {
            name: int(size)
            for name, size in re.findall(r"^(\w+): +(\d+) kB", rollup.read_text(), re.MULTILINE)
        }
        private = sizes["Private_Clean"] + sizes["Private_Dirty"]
        assert private < sizes["Rss"] / 2, sizes
    own.stop()


def test_workers_end_with_the_first_process(run) -> None:
    own = run()
    deadline = time.monotonic() + 20
    while len(workers := children(own.process.pid)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    own.process.kill()
    own.process.wait()
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert own.process.stderr is not None
    own.process.stderr.close()


def test_what_is_no_http_is_a_problem(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.http), timeout=30) as connection:
        connection.sendall(b"this is no request\r\n\r\n")
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in answer
    assert whole(answer)


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"POST /v1/preflight HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n",
    ],
)
def test_a_header_or_trailer_without_end_is_refused(server: Server, start: bytes) -> None:
    began = start or b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
    with socket.create_connection(("127.0.0.1", server.http), timeout=30) as connection:
        connection.sendall(began + b"X-Long: ")
        sent, answer = 0, b""
        try:
            while sent < 50 << 20:
                connection.sendall(b"a" * 65536)
                sent += 65536
        except OSError:
            pass
        with contextlib.suppress(OSError):
            answer = connection.recv(65536)
    assert sent < 20 << 20
    assert answer == b"" or (answer.startswith(b"HTTP/1.1 431 ") and whole(answer))


def test_large_header_fields_within_the_limit_are_read(server: Server) -> None:
    filler = b"X-Filler: " + b"a" * 30_000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", server.http), timeout=30) as connection:
        connection.sendall(REQUEST.replace(b"\r\n", b"\r\n" + filler, 1))
        assert connection.recv(100).startswith(b"HTTP/1.1 200")


def test_slow_clients_are_told_so(run) -> None:
    own = run("--body-timeout", "0.5")
    try:
        for sent in (b"", b"POST /v1/preflight HTTP/1.1\r\nHost:", REQUEST[:-50]):
            with socket.create_connection(("127.0.0.1", own.http), timeout=30) as connection:
                connection.sendall(sent)
                answer = b""
                while data := connection.recv(65536):
                    answer += data
            assert answer.startswith(b"HTTP/1.1 408 "), sent
            assert whole(answer)
    finally:
        own.stop()


def test_a_batch_is_answered_while_it_is_sent(server: Server) -> None:
    line = json.dumps({"id": 1, "draft": {"subject": "Hello"}}).encode() + b"\n"
    head = b"POST /v1/preflight/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
    chunk = b"%x\r\n%s\r\n" % (len(line), line)
    with socket.create_connection(("127.0.0.1", server.http), timeout=30) as connection:
        connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk)
        answer = b""
        while b'"index":0' not in answer:
            answer += connection.recv(65536)
        assert b'"index":1' not in answer
        connection.sendall(chunk + b"0\r\n\r\n")
        while not answer.endswith(b"0\r\n\r\n"):
            answer += connection.recv(65536)
    assert b'"index":1' in answer


def test_the_workers_count_together(server: Server) -> None:
    httpx = pytest.importorskip("httpx")

    def count() -> float:
        text = httpx.get(f"{server.url}/metrics").text
        found = [
            line
            for line in text.splitlines()
            if line.startswith("scorer_requests_total") and "/v1/profiles" in line
        ]
        return sum(float(line.rpartition(" ")[2]) for line in found)

    before = count()
    for _ in range(10):
        # A connection each: they go to either worker.
        assert httpx.get(f"{server.url}/v1/profiles").status_code == 200
    assert count() == before + 10


def test_an_address_in_use_is_one_line(server: Server) -> None:
    command = [sys.executable, "-m", "scorer.cli", "serve", "--listen", f"127.0.0.1:{server.http}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_scoring_on_the_command_line_imports_nothing_of_the_service(tmp_path: Path) -> None:
    path = tmp_path / "good.eml"
    path.write_bytes(GOOD)
    program = (
        "import sys; from scorer.cli import main; main(sys.argv[1:]); "
        "bad = [m for m in sys.modules if m.partition('.')[0] in "
        "('fastapi', 'starlette', 'pydantic', 'uvicorn', 'structlog', 'prometheus_client') or 'scorer.service' in m]; "
        "sys.exit(f'imported: {bad}' if bad else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
