"""A PostgreSQL server of the test run's own: started on a free port of this machine, removed at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder of initdb and postgres; None where PostgreSQL is not installed."""
    folders = [
        Path(found).resolve().parent for name in ("initdb", "postgres") if (found := shutil.which(name))
    ]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


def _other_user() -> str | None:
    """PostgreSQL refuses to run as root; then the tests run it as somebody else."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None


@contextmanager
def server() -> Iterator[str]:
    """The URL of a running server, without a database's name."""
    bin = programs()
    assert bin is not None
    user = _other_user()
    folder = Path(tempfile.mkdtemp(prefix="scorer-pg-"))
    try:
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        quiet = {
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
            "user": user,
            "cwd": folder,
            "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)},
        }
        subprocess.run(
            [bin / "initdb", "-D", data, "-U", "scorer", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            **quiet,
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = [
            "-c",
            "fsync=off",
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            f"unix_socket_directories={folder}",
        ]
        process = subprocess.Popen([bin / "postgres", "-D", data, "-p", str(port), *options], **quiet)
        try:
            _wait(process, port)
            yield f"postgresql://scorer@127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGQUIT)  # at once, and without writing what is removed anyway
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: subprocess.Popen, port: int) -> None:
    import time

    import psycopg

    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(process.stdout.read().decode() if process.stdout else "postgres ended")
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="scorer", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError("postgres does not answer")
