"""How many messages a second `score batch` reads, scores and writes, beside rspamd and spamd on the same files.

    python benchmarks/throughput/run.py FOLDER [--files N] [--grow 1500,3000,6000,12000]

Everything runs in one go, one after the other, without network. Nothing is installed: what is missing is said
(Debian: rspamd; spamd and spamc). Beside the clock stands the processor time of client and server together,
which other load on the machine disturbs less. `--grow` scores mailboxes of growing size in one process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tree_seconds(root: int) -> float:
    """Processor seconds of a process, its children and those that they have waited for."""
    parents: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.name))
        spent[int(entry.name)] = sum(map(int, fields[11:15])) / TICKS
    total, todo = 0.0, [root]
    while todo:
        pid = todo.pop()
        total += spent.get(pid, 0.0)
        todo += parents.get(pid, [])
    return total


def measured(name: str, count: int, work: Callable[[], None], server: int | None = None) -> None:
    """Run, and print one line of the table."""
    own = os.times()
    served = tree_seconds(server) if server else 0.0
    started = time.perf_counter()
    work()
    clock = time.perf_counter() - started
    now = os.times()
    spent = now.children_user + now.children_system - own.children_user - own.children_system
    if server:
        spent += tree_seconds(server) - served
    print(
        f"| {name} | {count} | {clock:.1f} s | {count / clock:.0f} | {1000 * spent / count:.2f} ms |",
        flush=True,
    )


def wait_for(port: int, process: subprocess.Popen[bytes]) -> bool:
    for _ in range(600):
        if process.poll() is not None:
            return False
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def ours(files: list[str], folder: Path, jobs: int) -> None:
    listed = folder / "files.csv"
    listed.write_text("path\n" + "\n".join(files) + "\n")
    command = [sys.executable, "-m", "scorer.cli", "batch", str(listed), "-o", str(folder / "rows.jsonl")]
    run = [*command, "-j", str(jobs)]
    measured(
        f"score batch -j {jobs}",
        len(files),
        lambda: subprocess.run(run, check=True, stderr=subprocess.DEVNULL, cwd=ROOT) and None,
    )


def rspamd(files: list[str], folder: Path, jobs: int) -> None:
    if not (shutil.which("rspamd") and shutil.which("rspamc")):
        print("rspamd is not installed: left out")
        return
    port = free_port()
    config = folder / "rspamd.conf"
    config.write_text(
        '.include "/etc/rspamd/common.conf"\n'
        f'options {{ pidfile = "{folder}/pid"; .include "/etc/rspamd/options.inc"\n'
        f' control_socket = "{folder}/control mode=0600"; hs_cache_dir = "{folder}";\n'
        ' dns { nameserver = ["127.0.0.1:9"]; timeout = 0.001s; retransmits = 1; } }\n'
        f'logging {{ type = "file"; filename = "{folder}/log"; level = "error"; }}\n'
        f'worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = {jobs}; }}\n'
    )
    command = ["rspamd", "-f", "-i", "-c", str(config), f"--var=DBDIR={folder}"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if not wait_for(port, server):
            print("rspamd did not start: left out")
            return
        client = ["xargs", "-0", "rspamc", "-h", f"127.0.0.1:{port}", "-n", str(jobs), "--compact"]
        # Compiling its expressions is no part of scanning.
        scan(client, files[:20])
        measured(f"rspamd, {jobs} workers", len(files), lambda: scan(client, files), server.pid)
    finally:
        stop(server)


def spamd(files: list[str], folder: Path, jobs: int) -> None:
    if not (shutil.which("spamd") and shutil.which("spamc")):
        print("spamd and spamc are not installed: left out")
        return
    port = free_port()
    command = ["spamd", "-L", "-x", "-p", str(port), "-i", "127.0.0.1", "--syslog", "null"]
    command += ["--max-children", str(jobs), "--min-children", str(jobs), "--min-spare", "1"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if not wait_for(port, server):
            print("spamd did not start: left out")
            return
        one = f'spamc -d 127.0.0.1 -p {port} -c < "$0"; true'
        client = ["xargs", "-0", "-n", "1", "-P", str(jobs), "sh", "-c", one]
        scan(client, files[:20])
        measured(f"spamd and spamc, {jobs} children", len(files), lambda: scan(client, files), server.pid)
    finally:
        stop(server)


def scan(client: list[str], files: list[str]) -> None:
    given = b"\0".join(os.fsencode(path) for path in files)
    subprocess.run(client, input=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def grow(files: list[str], sizes: list[int], folder: Path) -> None:
    """One process, mailboxes of growing size."""
    messages = [Path(path).read_bytes().rstrip(b"\n").replace(b"\nFrom ", b"\n>From ") for path in files]
    for size in sizes:
        box = folder / "grow.mbox"
        with box.open("wb") as out:
            for number in range(size):
                out.write(b"From a@b.example Tue Mar  3 10:00:00 2026\n")
                out.write(messages[number % len(messages)] + b"\n\n")
        command = [sys.executable, "-m", "scorer.cli", "batch", str(box), "-o", str(folder / "rows.jsonl")]
        run = [*command, "-j", "1"]
        measured(
            f"score batch -j 1, mbox of {box.stat().st_size >> 20} MB",
            size,
            lambda run=run: subprocess.run(run, check=True, stderr=subprocess.DEVNULL, cwd=ROOT) and None,  # type: ignore[misc]
        )


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--files", type=int, default=0, help="take this many, spread evenly (all)")
    parser.add_argument("--grow", default="", help="sizes of mailboxes, by commas")
    options = parser.parse_args()
    files = sorted(str(path.resolve()) for path in Path(options.folder).rglob("*.eml"))
    if not files:
        raise SystemExit(f"no .eml files below {options.folder}")
    if options.files:
        files = files[:: max(1, len(files) // options.files)][: options.files]
    cores = len(os.sched_getaffinity(0))
    print(f"{len(files)} files, {cores} cores, load {os.getloadavg()[0]:.1f} before\n")
    print("| | messages | clock | a second | processor time each |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="throughput-") as name:
        folder = Path(name)
        # rspamd and spamd may run under accounts of their own.
        folder.chmod(0o755)
        for jobs in sorted({1, cores}):
            ours(files, folder, jobs)
        for jobs in sorted({1, cores}):
            rspamd(files, folder, jobs)
            spamd(files, folder, jobs)
        if options.grow:
            grow(files, [int(size) for size in options.grow.split(",")], folder)
    print(f"\nload {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main()
