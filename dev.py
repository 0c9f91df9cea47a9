"""Set up and run, on a fresh machine with nothing but Python 3.11 or later.

    python3 dev.py sample     set up, then score a shipped sample mailing
    python3 dev.py test       set up, then lint, type-check and test

Both make `.venv` beside this file on first use, and again when the pinned versions or what is compiled
change.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
SAMPLE = [
    "data/samples/suocrm-case.eml",
    "--sending",
    "superoffice-com",
    "--dns",
    "data/zones/nordvik-nothing.zone",
]


def prepare(extra: str) -> None:
    """Install the project and its pinned dependencies into `.venv`, unless they are there."""
    made_from = [HERE / name for name in ("pyproject.toml", "constraints.txt", "hatch_build.py")]
    made_from += sorted((HERE / "scorer" / "native").glob("*.pyx"))
    read = b"".join(path.read_bytes() for path in made_from)
    wanted = hashlib.sha256(read + sys.version.encode()).hexdigest()
    stamp = VENV / f"installed{extra}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"setting up {VENV} (a minute or two, the first time)", file=sys.stderr)
    if not BIN.exists():
        venv.create(VENV, with_pip=True)
    command = [BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*command, "-c", HERE / "constraints.txt", "-e", f"{HERE}{extra}"])
    stamp.write_text(wanted)


def run(command: list[object], expect: tuple[int, ...] = (0,)) -> None:
    """Run a command in the project's folder; stop with its status if that is not expected."""
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    status = subprocess.run([str(part) for part in command], cwd=HERE, env=environment).returncode
    if status not in expect:
        sys.exit(status)


def main() -> None:
    """Do what the first argument says."""
    if sys.version_info < (3, 11):
        sys.exit(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}")
    task = sys.argv[1] if len(sys.argv) == 2 else ""
    if task == "sample":
        prepare("")
        # The sample has a fault on purpose: status 1 is the answer, not a failure.
        run([BIN / "score", *SAMPLE], expect=(0, 1))
    elif task == "test":
        prepare("[dev]")
        run([BIN / "ruff", "format", "--check", "--quiet", "."])
        run([BIN / "ruff", "check", "--quiet", "."])
        run([BIN / "mypy"])
        run([BIN / "python", "-m", "pytest", "-n", "2", "--dist", "worksteal"])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
