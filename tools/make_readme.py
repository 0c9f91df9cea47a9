"""Write into README.md what the sample command prints, down to the provider verdicts. `--check` compares."""

from __future__ import annotations

import contextlib
import io
import os
import runpy
import sys
from pathlib import Path

from scorer.cli import main as score

ROOT = Path(__file__).resolve().parent.parent
START, END = "-->\n```text\n", "```\n<!-- end of sample -->"
STOP = "What mailbox providers' own rules say"


def printed() -> str:
    """What `dev.py sample` prints, shortened."""
    arguments = runpy.run_path(str(ROOT / "dev.py"))["SAMPLE"]
    buffer = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        with contextlib.redirect_stdout(buffer):
            score(arguments)
    finally:
        os.chdir(here)
    text = buffer.buffer.getvalue().decode("utf-8")
    return text[: text.index(STOP)].rstrip() + "\n…\n"


def renewed(readme: str) -> str:
    """The README with the output in its place."""
    before, rest = readme.split(START)
    return before + START + printed() + END + rest.split(END)[1]


def main() -> None:
    """Write, or check."""
    path = ROOT / "README.md"
    readme = path.read_text("utf-8")
    if "--check" in sys.argv:
        sys.exit("run python tools/make_readme.py" if renewed(readme) != readme else 0)
    path.write_text(renewed(readme), "utf-8")


if __name__ == "__main__":
    main()
