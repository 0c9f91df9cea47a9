"""How much longer a cold `score message.eml` takes than a bare Python, and how much memory it needs.

    python benchmarks/cold_start.py [MESSAGE]

Both run alternately, many times, in one go; the medians are compared. Byte code is compiled beforehand, as an
installation does.
"""

from __future__ import annotations

import compileall
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 21
HERE = Path(__file__).resolve().parent.parent
SAMPLE = HERE / "data" / "samples" / "seed-merchant.eml"


def timed(command: list[str]) -> tuple[float, float]:
    """Milliseconds that a command takes by the clock, and of processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    clock = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return 1000 * clock, 1000 * spent


def main() -> None:
    """Measure and print."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    message = sys.argv[1] if len(sys.argv) > 1 else str(SAMPLE)
    compileall.compile_dir(HERE / "scorer", quiet=2)
    bare = [sys.executable, "-c", "pass"]
    score = [sys.executable, "-m", "scorer.cli", message, "--dns", "offline", "--no-remedies"]
    pairs = [(timed(bare), timed(score)) for _ in range(ROUNDS)]
    for number, what in enumerate(("clock", "processor time")):
        one = statistics.median(first[number] for first, _ in pairs)
        other = statistics.median(second[number] for _, second in pairs)
        print(f"{what}: bare Python {one:.0f} ms, score {other:.0f} ms: {other - one:.0f} ms longer")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"medians of {ROUNDS}; peak memory {peak:.0f} MB; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
