"""Latency, load and memory of `score serve`, beside rspamd on the same messages where it is installed.

    python benchmarks/service/load.py latency     one client, one worker, each on a core of its own
    python benchmarks/service/load.py load        as much as the machine gives, for a minute
    python benchmarks/service/load.py memory      resident memory before and after 100,000 requests

Remedies are off unless it says so, and the DNS is offline. `latency` also times the scorer alone, in this process
and on the same core: the difference is what the service adds. Times are of the client: from sending the request to the last byte of
the answer, over one connection that is kept open. CPU is what the kernel counts for the server's processes.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
ROOT = HERE.parents[1]

from newsletter import SMALL, newsletter  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")


class Target(NamedTuple):
    """A running server: its processes, and where and how to ask it."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    path: str

    def pids(self) -> list[int]:
        """The server's processes, the first one included."""
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        ).stdout.split()
        return [self.process.pid, *map(int, listed)]

    def cpu(self) -> float:
        """Seconds of CPU that its processes have used."""
        total = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICK

    def memory(self) -> list[float]:
        """Proportional resident memory of each process, in MB."""
        found = []
        for pid in self.pids():
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            found.append(int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1]) / 1024)
        return found

    def stop(self) -> None:
        """End it."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)


def start_ours(workers: int) -> Target:
    """`score serve` on a free port."""
    command = [
        sys.executable,
        "-m",
        "scorer.cli",
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--workers",
        str(workers),
    ]
    process = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT, stderr=subprocess.PIPE
    )
    line = process.stderr.readline()
    # The log goes on; somebody must read it.
    threading.Thread(target=lambda: [None for _ in process.stderr], daemon=True).start()
    port = int(json.loads(line)["http"].rpartition(":")[2])
    target = Target("score serve", process, port, "/v1/preflight?remedies=false")
    wait_for(target)
    return target


def start_rspamd(workers: int) -> Target | None:
    """rspamd with its shipped rules, without network: no DNS, no Redis. None where it is not installed."""
    if shutil.which("rspamd") is None:
        print("rspamd is not installed: no comparison")
        return None
    folder = tempfile.mkdtemp(prefix="rspamd-bench-")
    Path(folder).chmod(0o777)
    port = free_port()
    config = Path(folder) / "rspamd.conf"
    config.write_text(
        '.include "/etc/rspamd/common.conf"\n'
        f'options {{ tempdir = "{folder}"; pidfile = "{folder}/pid"; rrd = "";\n'
        '  dns { nameserver = ["127.0.0.1:9"]; timeout = 0.05s; retransmits = 1; } local_addrs = []; }\n'
        f'logging {{ type = "file"; filename = "{folder}/log"; level = "error"; }}\n'
        f'worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = {workers}; mime = true; }}\n'
    )
    process = subprocess.Popen(
        ["rspamd", "-f", "-i", "-c", str(config), f"--var=DBDIR={folder}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    target = Target("rspamd", process, port, "/checkv2")
    try:
        wait_for(target)
    except TimeoutError:
        process.kill()
        print(f"rspamd did not start; its log is in {folder}")
        return None
    return target


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(target: Target) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            ask(target, SMALL, connect(target))
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(target.name)


def connect(target: Target) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", target.port), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def request_for(target: Target, message: bytes) -> bytes:
    head = (
        f"POST {target.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: message/rfc822\r\n"
        f"Content-Length: {len(message)}\r\n\r\n"
    )
    return head.encode() + message


def ask(target: Target, message: bytes, connection: socket.socket) -> int:
    """One request and its whole answer; the status. Raises OSError for half an answer."""
    return exchange(connection, request_for(target, message))


def exchange(connection: socket.socket, request: bytes) -> int:
    connection.sendall(request)
    answer = b""
    while True:
        data = connection.recv(1 << 18)
        if not data:
            raise OSError("half an answer")
        answer += data
        head, found, body = answer.partition(b"\r\n\r\n")
        if found:
            length = re.search(rb"(?i)content-length: (\d+)", head)
            if length is None:
                raise OSError(f"not an answer: {head[:100]!r}")
            if len(body) >= int(length[1]):
                return int(head.split(b" ", 2)[1])


def pin(processes: list[int], cores: set[int]) -> None:
    for pid in processes:
        os.sched_setaffinity(pid, cores)


def quantile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def alone(message: bytes, count: int, remedies: bool) -> None:
    """The scorer without a service: bytes in, JSON out."""
    sys.path.insert(0, str(ROOT))
    from scorer.assessment import to_json
    from scorer.engine import Scorer

    scorer = Scorer()
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    times: list[float] = []
    before = 0.0
    gc.collect()
    gc.freeze()
    for number in range(count + 20):
        if number == 20:
            before = time.process_time()
        began = time.perf_counter()
        to_json(scorer.score(message, remedies=remedies))
        if number >= 20:
            times.append(time.perf_counter() - began)
    used = time.process_time() - before
    os.sched_setaffinity(0, cores)
    said = " with remedies" if remedies else ""
    print(
        f"{'scorer alone':12} {len(message) / 1000:5.1f} kB: p50 {1e3 * quantile(times, 0.5):6.2f} ms  "
        f"p99 {1e3 * quantile(times, 0.99):6.2f} ms  CPU {1e3 * used / count:6.2f} ms a message  ({count}){said}"
    )


def latency(target: Target, message: bytes, count: int, said: str = "") -> None:
    """One client, warm, one request after the other."""
    cores = sorted(os.sched_getaffinity(0))
    pin(target.pids(), {cores[0]})
    os.sched_setaffinity(0, {cores[-1]})
    times: list[float] = []
    # Rspamd closes after each reply: a connection for each request, and its making is not counted.
    keeps = target.name != "rspamd"
    connection = connect(target)
    request = request_for(target, message)
    before = 0.0
    for number in range(count + 50):
        if number == 50:
            before = target.cpu()
        if not keeps:
            connection = connect(target)
        began = time.perf_counter()
        status = exchange(connection, request)
        if number >= 50:
            times.append(time.perf_counter() - began)
        assert status == 200, status
    used = target.cpu() - before
    os.sched_setaffinity(0, set(cores))
    print(
        f"{target.name:12} {len(message) / 1000:5.1f} kB: p50 {1e3 * quantile(times, 0.5):6.2f} ms  "
        f"p99 {1e3 * quantile(times, 0.99):6.2f} ms  CPU {1e3 * used / count:6.2f} ms a request  ({count}){said}"
    )


class Loader(threading.Thread):
    """A client that asks as fast as it is answered, until told to stop."""

    def __init__(self, target: Target, request: bytes, until: float, keeps: bool) -> None:
        super().__init__()
        self.target, self.request, self.until, self.keeps = target, request, until, keeps
        self.times: list[float] = []
        self.errors = 0

    def run(self) -> None:
        connection = connect(self.target)
        while time.monotonic() < self.until:
            began = time.perf_counter()
            try:
                if not self.keeps:
                    connection = connect(self.target)
                good = exchange(connection, self.request) == 200
            except OSError:
                good = False
                connection = connect(self.target)
            self.errors += not good
            self.times.append(time.perf_counter() - began)


def load(target: Target, message: bytes, seconds: float, clients: int) -> None:
    """Several clients at once."""
    request = request_for(target, message)
    before, began = target.cpu(), time.monotonic()
    until = began + seconds
    loaders = [Loader(target, request, until, target.name != "rspamd") for _ in range(clients)]
    mine = time.process_time()
    for loader in loaders:
        loader.start()
    for loader in loaders:
        loader.join()
    wall = time.monotonic() - began
    times = [one for loader in loaders for one in loader.times]
    errors = sum(loader.errors for loader in loaders)
    used = target.cpu() - before
    print(
        f"{target.name:12} {len(message) / 1000:5.0f} kB, {clients} clients, {wall:.0f} s: "
        f"{len(times) / wall:6.1f} a second\n"
        f"    p50 {1e3 * quantile(times, 0.5):6.1f} ms  p99 {1e3 * quantile(times, 0.99):6.1f} ms  errors {errors}\n"
        f"    CPU {1e3 * used / len(times):6.2f} ms a request = {2 * len(times) / used:.0f} a second on two cores "
        f"(client's own CPU {time.process_time() - mine:.0f} s)"
    )


def memory(target: Target, message: bytes, count: int) -> None:
    """Resident memory while many requests are answered."""
    done = 0
    step = count // 5
    load_of(target, message, 2000)
    print(f"after {2000:7,}: " + "  ".join(f"{one:6.1f} MB" for one in target.memory()))
    while done < count:
        load_of(target, message, step)
        done += step
        print(f"after {done:7,}: " + "  ".join(f"{one:6.1f} MB" for one in target.memory()), flush=True)


def load_of(target: Target, message: bytes, count: int) -> None:
    request = request_for(target, message)

    def some(number: int) -> None:
        connection = connect(target)
        for _ in range(number):
            assert exchange(connection, request) == 200

    threads = [threading.Thread(target=some, args=(count // 4,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("latency", "load", "memory"))
    parser.add_argument("--requests", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    message = newsletter()
    workers = 1 if options.what == "latency" else 2
    targets = [start_ours(workers)]
    if options.what != "memory" and (other := start_rspamd(workers)) is not None:
        targets.append(other)
    try:
        for target in targets:
            if options.what == "latency":
                count = options.requests or 1000
                for one in (SMALL, message):
                    latency(target, one, count)
                    if target is targets[0]:
                        alone(one, count, remedies=False)
                if target is targets[0]:
                    mending = target._replace(path="/v1/preflight")
                    latency(mending, message, count, " with remedies")
                    alone(message, count, remedies=True)
            elif options.what == "load":
                load(target, message, options.seconds, options.clients)
            else:
                memory(target, SMALL, options.requests or 100_000)
    finally:
        for target in targets:
            target.stop()


if __name__ == "__main__":
    main()
