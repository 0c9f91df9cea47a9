"""The programs that are compared, each behind the same small form: start it, let it score messages, stop it.

All of them run on one core (the first of the machine), whoever asks them on another one; none may use the network.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE = min(os.sched_getaffinity(0))
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}

LIBRARY = """
import pathlib, sys
from scorer import Scorer
from scorer.assessment import to_json
scorer = Scorer()
for line in sys.stdin:
    for path in pathlib.Path(line.strip()).read_text().split("\\n"):
        answer = scorer.score(pathlib.Path(path).read_bytes(), remedies=False)
        to_json(answer)
    print("done", flush=True)
"""


class Missing(Exception):
    """A program is not installed, or did not start; the text says which."""


class Contestant:
    """Something that scores messages. `share`: of how many messages it gets one (slow ones get fewer). `once`: it
    takes no message twice."""

    name = ""
    share = 1
    once = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make it ready. Raises Missing."""

    def score(self, files: list[str]) -> None:
        """Score every file once."""
        raise NotImplementedError

    def stop(self) -> None:
        """End it."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def listed(self, files: list[str]) -> Path:
        """A file that names the files, one a line."""
        path = self.folder / f"{type(self).__name__}.txt"
        path.write_text("\n".join(files), "utf-8")
        return path


def pinned(command: list[str]) -> list[str]:
    """The command, held to one core."""
    return ["taskset", "-c", str(CORE), *command]


def needed(*programs: str) -> None:
    """Raises Missing for programs that are not there."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    absent = [program for program in programs if shutil.which(program, path=path) is None]
    if absent:
        raise Missing(f"{', '.join(absent)}: not installed")


def spawned(command: list[str], **options: object) -> subprocess.Popen[bytes]:
    """A silent process on the one core."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": ENVIRONMENT, "cwd": ROOT}
    return subprocess.Popen(pinned(command), **(quiet | options))  # type: ignore[call-overload, no-any-return]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], name: str) -> None:
    """Until something listens. Raises Missing where the process ends, or takes longer than a minute."""
    for _ in range(600):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise Missing(f"{name} did not start")


class Library(Contestant):
    name = "this program, library"

    def start(self) -> None:
        self.process = spawned(
            [sys.executable, "-c", LIBRARY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None
        )

    def score(self, files: list[str]) -> None:
        assert self.process is not None and self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(str(self.listed(files)).encode() + b"\n")
        self.process.stdin.flush()
        if self.process.stdout.readline() != b"done\n":
            raise Missing("the library failed")


class Batch(Contestant):
    name = "this program, `score batch`"
    once = True

    def score(self, files: list[str]) -> None:
        path = self.folder / "files.csv"
        path.write_text("path\n" + "\n".join(files) + "\n", "utf-8")
        command = [
            sys.executable,
            "-m",
            "scorer.cli",
            "batch",
            str(path),
            "-o",
            str(self.folder / "rows.jsonl"),
        ]
        if spawned([*command, "-j", "1"]).wait():
            raise Missing(f"{self.name}: failed")


class Http(Contestant):
    name = "this program, HTTP"

    def start(self) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "scorer.cli", "serve", "--listen", f"127.0.0.1:{self.port}"]
        self.process = spawned([*command, "--workers", "1", *self.further()])
        wait_for(self.asked(), self.process, self.name)

    def further(self) -> list[str]:
        return []

    def asked(self) -> int:
        return self.port

    def score(self, files: list[str]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for path in files:
            headers = {"Content-Type": "message/rfc822"}
            connection.request("POST", "/v1/preflight?remedies=false", Path(path).read_bytes(), headers)
            connection.getresponse().read()
        connection.close()


class Spamc(Http):
    name = "this program, SPAMC"

    def further(self) -> list[str]:
        self.spamd = free_port()
        return ["--spamd", f"127.0.0.1:{self.spamd}"]

    def asked(self) -> int:
        return self.spamd

    def score(self, files: list[str]) -> None:
        spamc(self.spamd, files)


def spamc(port: int, files: list[str]) -> None:
    """Ask over the protocol of SpamAssassin's daemon, a connection a message as spamc does."""
    for path in files:
        data = Path(path).read_bytes()
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(b"REPORT SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(data) + data)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass


class Rspamd(Contestant):
    name = "rspamd"

    def start(self) -> None:
        needed("rspamd")
        self.port = free_port()
        config = self.folder / "rspamd.conf"
        # Without the stock options.inc, which asks the system's name servers and waits for them.
        config.write_text(
            '.include "/etc/rspamd/common.conf"\n'
            f'options {{ pidfile = "{self.folder}/pid"; control_socket = "{self.folder}/control mode=0600";\n'
            f' hs_cache_dir = "{self.folder}"; filters = "chartable,dkim,regexp";\n'
            ' dns { nameserver = ["127.0.0.1:9"]; timeout = 0.001s; retransmits = 1; } }\n'
            f'logging {{ type = "file"; filename = "{self.folder}/log"; level = "error"; }}\n'
            f'worker "normal" {{ bind_socket = "127.0.0.1:{self.port}"; count = 1; }}\n'
        )
        self.process = spawned(["rspamd", "-f", "-i", "-c", str(config), f"--var=DBDIR={self.folder}"])
        wait_for(self.port, self.process, self.name)
        # It compiles its expressions in the background.
        time.sleep(8)

    def score(self, files: list[str]) -> None:
        for path in files:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request("POST", "/checkv2", Path(path).read_bytes())
            connection.getresponse().read()
            connection.close()


class Spamd(Contestant):
    name = "spamd (SpamAssassin)"
    share = 20

    def start(self) -> None:
        needed("spamd")
        self.port = free_port()
        command = ["/usr/sbin/spamd" if Path("/usr/sbin/spamd").exists() else "spamd", "-L", "-x"]
        command += ["-p", str(self.port), "-i", "127.0.0.1", "--syslog", "null"]
        command += ["--max-children", "1", "--min-children", "1", "--max-conn-per-child", "100000"]
        self.process = spawned(command)
        wait_for(self.port, self.process, self.name)

    def score(self, files: list[str]) -> None:
        spamc(self.port, files)


class Bogofilter(Contestant):
    name = "bogofilter"

    def start(self) -> None:
        needed("bogofilter")
        self.home = self.folder / "bogofilter"
        self.home.mkdir(exist_ok=True)

    def score(self, files: list[str]) -> None:
        if not (self.home / "wordlist.db").exists():
            for option, learned in (("-s", files[::10]), ("-n", files[5::10])):
                self._fed(["-M", option, "-b"], learned)
        self._fed(["-b", "-T"], files)

    def _fed(self, options: list[str], files: list[str]) -> None:
        process = spawned(["bogofilter", "-d", str(self.home), *options], stdin=subprocess.PIPE)
        process.communicate("\n".join(files).encode() + b"\n")


ALL: tuple[type[Contestant], ...] = (Library, Batch, Http, Spamc, Rspamd, Spamd, Bogofilter)
