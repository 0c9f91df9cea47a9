"""Write into docs/batch.md what `score batch` and `score learn` say of the Gmail placements.

    python tools/make_placements.py FOLDER

FOLDER holds `labels.tsv` and the messages. Run it again whenever the model changed.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path

from scorer.cli import main as score

PAGE = Path(__file__).resolve().parent.parent / "docs" / "batch.md"
START, END = "<!-- placements -->\n", "<!-- end of placements -->"
RULES_ALONE = "[weights]\ntext = 0\nstructure = 0\n"


def printed(arguments: list[str]) -> str:
    """What a command prints; its last line on standard error is left off."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        score(arguments)
    return out.getvalue().rstrip()


def section(folder: str) -> str:
    """The two runs, the learned model, and their commands."""
    source = os.path.realpath(folder)
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        Path("placements").symlink_to(source)
        Path("rules-alone.toml").write_text(RULES_ALONE)
        given = ["placements", "--outcomes", "placements/labels.tsv"]
        commands = (
            ["batch", *given, "-o", "rows.jsonl"],
            ["batch", *given, "-o", "rules.jsonl", "--config", "rules-alone.toml"],
            ["learn", "rows.jsonl", "--outcomes", "placements/labels.tsv", "-o", "own-model"],
        )
        blocks = [f"```text\n$ score {' '.join(it)}\n{printed(it)}\n```\n" for it in commands]
    # The senders and effects of the second run are told apart from the first's by little.
    blocks[1] = blocks[1][: blocks[1].index("  by sender")] + "…\n```\n"
    return "\n".join(
        [
            blocks[0],
            "Without the trained evidence (`rules-alone.toml` sets `text` and `structure` to 0):\n",
            *blocks[1:],
        ]
    )


def renewed(page: str, text: str) -> str:
    """The page with the section in its place."""
    before, rest = page.split(START)
    return before + START + text + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8"), section(sys.argv[1])), "utf-8")
