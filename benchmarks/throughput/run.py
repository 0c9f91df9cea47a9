"""Processor time a message: this program beside rspamd, SpamAssassin's spamd and bogofilter, on the same files.

    python benchmarks/throughput/run.py FOLDER… [--files N] [--rounds 3] [--output results.json]
    python benchmarks/throughput/run.py FOLDER --grow 6000,12000,24000,48000

Everything is warm, on one core each, without network, in alternating rounds of which the medians count. Processor
time is the operating system's account of the whole tree of processes, without the client. Nothing is installed:
what is missing is said (Debian: rspamd; spamassassin, spamd and spamc; bogofilter). `--grow` scores mailboxes of
growing size in one process. Several folders are several tables, by the folder's name.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from contestants import ALL, ENVIRONMENT, ROOT, Contestant, Missing, pinned
from measure import children_seconds, machine, tree_seconds
from plot import bars

WARM = 40
TURN = 1000
"""Messages that a program gets in one turn at least, over and over if need be: the system counts in hundredths of a
second."""


def spent(contestant: Contestant, files: list[str]) -> float:
    """Processor seconds to score the files."""
    process = contestant.process
    before = tree_seconds(process.pid) if process else children_seconds()
    contestant.score(files)
    return (tree_seconds(process.pid) if process else children_seconds()) - before


def compared(files: list[str], rounds: int, folder: Path, only: list[str]) -> dict[str, list[float]]:
    """Milliseconds a message of every program in every round."""
    running: list[Contestant] = []
    found: dict[str, list[float]] = {}
    try:
        for kind in ALL:
            if only and not any(word in kind.name for word in only):
                continue
            contestant = kind(folder)
            try:
                contestant.start()
                contestant.score(files[:WARM])
            except Missing as reason:
                print(f"left out: {reason}", flush=True)
                contestant.stop()
                continue
            running.append(contestant)
        for _ in range(rounds):
            for contestant in running:
                again = 1 if contestant.once else -(-TURN // len(files))
                chosen = (files * again)[:: contestant.share]
                milliseconds = 1000 * spent(contestant, chosen) / len(chosen)
                found.setdefault(contestant.name, []).append(milliseconds)
                print(f"  {contestant.name}: {milliseconds:.2f} ms", flush=True)
    finally:
        for contestant in running:
            contestant.stop()
    return found


def table(name: str, files: list[str], found: dict[str, list[float]]) -> str:
    """A Markdown table of medians."""
    size = sum(Path(path).stat().st_size for path in files) / len(files) / 1024
    medians = {who: statistics.median(times) for who, times in found.items()}
    base = medians.get("rspamd")
    lines = [
        f"**{name}**: {len(files)} messages, {size:.1f} KB on average",
        "",
        "| | CPU a message | from, to | messages a second | of rspamd's |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for who, median in medians.items():
        share = f"{median / base:.2f}" if base else ""
        low, high = min(found[who]), max(found[who])
        lines.append(f"| {who} | {median:.2f} ms | {low:.2f}–{high:.2f} | {1000 / median:.0f} | {share} |")
    return "\n".join(lines) + "\n"


def grown(files: list[str], sizes: list[int], folder: Path) -> str:
    """`score batch` in one process over mailboxes of growing size, as a Markdown table."""
    messages = [Path(path).read_bytes().rstrip(b"\n").replace(b"\nFrom ", b"\n>From ") for path in files]
    lines = ["| messages | CPU | a message |", "| ---: | ---: | ---: |"]
    for size in sizes:
        box = folder / "grow.mbox"
        with box.open("wb") as out:
            for number in range(size):
                out.write(b"From a@b.example Tue Mar  3 10:00:00 2026\n")
                out.write(messages[number % len(messages)] + b"\n\n")
        command = [
            sys.executable,
            "-m",
            "scorer.cli",
            "batch",
            str(box),
            "-o",
            str(folder / "rows.jsonl"),
            "-j",
            "1",
        ]
        before = children_seconds()
        subprocess.run(pinned(command), check=True, stderr=subprocess.DEVNULL, cwd=ROOT, env=ENVIRONMENT)
        seconds = children_seconds() - before
        lines.append(f"| {size} | {seconds:.1f} s | {1000 * seconds / size:.2f} ms |")
        print(lines[-1], flush=True)
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print the tables, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--files", type=int, default=0, help="take this many of each, spread evenly (all)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", default=[], help="only programs whose name holds this")
    parser.add_argument("--grow", default="", help="sizes of mailboxes, by commas")
    parser.add_argument("--output", help="write the figures as JSON")
    parser.add_argument("--plots", help="write a plot of each table into this folder")
    options = parser.parse_args()
    results: dict[str, object] = {"machine": machine(), "load_before": os.getloadavg()[0]}
    tables = []
    for given in options.folders:
        files = sorted(str(path.resolve()) for path in Path(given).rglob("*.eml"))
        if not files:
            raise SystemExit(f"no .eml files below {given}")
        if options.files:
            files = files[:: max(1, len(files) // options.files)][: options.files]
        with tempfile.TemporaryDirectory(prefix="throughput-") as name:
            folder = Path(name)
            # rspamd and spamd may run under accounts of their own.
            folder.chmod(0o777)
            if options.grow:
                tables.append(grown(files, [int(size) for size in options.grow.split(",")], folder))
                continue
            found = compared(files, options.rounds, folder, options.only)
            results[Path(given).name] = found
            tables.append(table(Path(given).name, files, found))
            if options.plots:
                medians = {who: statistics.median(times) for who, times in found.items()}
                title = f"Processor time a message: {Path(given).name}"
                plot = Path(options.plots) / f"throughput-{Path(given).name}.svg"
                plot.write_text(bars(title, medians, "ms"), "utf-8")
    results["load_after"] = os.getloadavg()[0]
    print(
        f"\n{results['machine']}; load {results['load_before']:.1f} before, {results['load_after']:.1f} after\n"
    )
    print("\n".join(tables))
    if options.output:
        Path(options.output).write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
