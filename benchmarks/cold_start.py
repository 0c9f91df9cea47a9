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


def timed(command: list[str]) -> float:
    """Milliseconds that a command takes."""
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return 1000 * (time.perf_counter() - started)


def main() -> None:
    """Measure and print."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    message = sys.argv[1] if len(sys.argv) > 1 else str(SAMPLE)
    compileall.compile_dir(HERE / "scorer", quiet=2)
    bare = [sys.executable, "-c", "pass"]
    score = [sys.executable, "-m", "scorer.cli", message, "--dns", "offline", "--no-remedies"]
    pairs = [(timed(bare), timed(score)) for _ in range(ROUNDS)]
    one, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"bare Python {one:.0f} ms, score {other:.0f} ms: {other - one:.0f} ms longer (medians of {ROUNDS})"
    )
    print(f"peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
