"""Side by side on the same files: this program's trained evidence, bogofilter and SpamAssassin.

    python benchmarks/accuracy/run.py --corpus DIR_OR_TAR_XZ … [--output benchmarks/accuracy]

Two questions: mail of senders not seen (one fifth of all senders and templates held out), and mail of corpora
not seen (newsletters, Gmail's inbox and the spam of 2026 scored by models of 2001 to 2007). bogofilter learns from
exactly the messages that our model learns from, SpamAssassin 4 runs without network and without Bayes.
Every message is a strict draft. Needs bogofilter, spamd and spamc (Debian: bogofilter spamassassin spamd spamc).
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scorer.train.cli import load
from scorer.train.dataset import SEED, groups_of, measure_all
from scorer.train.evaluate import Classes
from scorer.train.measures import pair
from scorer.train.pipeline import hold_out, prepare, score_words

PORT = 17830


def mbox(path: Path, messages: list[bytes]) -> None:
    with path.open("wb") as file:
        for data in messages:
            file.write(b"From draft@localhost Thu Jan  1 00:00:00 1970\n")
            file.write(re.sub(rb"(?m)^From ", b">From ", data) + b"\n\n")


def bogofilter(learn: list[tuple[bytes, int]], test: list[bytes]) -> np.ndarray:
    """Spamicity, as log-odds, after learning from `learn`."""
    with tempfile.TemporaryDirectory() as home:
        for label, option in ((1, "-s"), (0, "-n")):
            path = Path(home) / "learn"
            mbox(path, [data for data, is_spam in learn if is_spam == label])
            subprocess.run(["bogofilter", "-d", home, option, "-M", "-I", str(path)], check=False)
        found = []
        for data in test:
            done = subprocess.run(
                ["bogofilter", "-d", home, "-T"], input=data, capture_output=True, check=False
            )
            match = re.match(rb"\w\s+([\d.eE+-]+)", done.stdout)
            value = min(max(float(match[1]) if match else 0.5, 1e-12), 1 - 1e-12)
            found.append(np.log(value / (1 - value)))
        return np.array(found)


def spamassassin(test: list[bytes]) -> np.ndarray:
    """Scores of SpamAssassin's own daemon, local tests only, stock rules."""
    daemon = subprocess.Popen(
        ["spamd", "-L", "-p", str(PORT), "-i", "127.0.0.1", "--max-children", "2", "-x", "--syslog", "null"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(120):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                    break
            time.sleep(0.5)
        else:
            raise SystemExit("spamd did not start")

        def score(data: bytes) -> float:
            done = subprocess.run(
                ["spamc", "-d", "127.0.0.1", "-p", str(PORT), "-c", "-s", "10000000"],
                input=data,
                capture_output=True,
                check=False,
            )
            match = re.match(rb"\s*(-?[\d.]+)/", done.stdout)
            return float(match[1]) if match else 0.0

        with ThreadPoolExecutor(2) as pool:
            return np.array(list(pool.map(score, test)))
    finally:
        daemon.terminate()
        daemon.wait(20)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", action="append", required=True)
    parser.add_argument("--cache")
    parser.add_argument("--output", default=str(Path(__file__).parent))
    parser.add_argument("--limit", type=int, default=700, help="messages of a class in a test")
    options = parser.parse_args()
    corpora = load(options.corpus)
    raw = {sample.key: sample.data for samples in corpora.values() for sample in samples}
    rows = measure_all(corpora, Path(options.cache) if options.cache else None)
    groups, repeated = groups_of(rows)
    data = prepare(rows, groups, repeated)
    text = score_words(data, print)
    held = hold_out(data, text)
    classes = Classes(data)
    rng = np.random.default_rng(SEED)
    blobs = [raw[f"{row.corpus}/{row.path}"] for row in rows]
    results: dict[str, dict[str, object]] = {}
    for name, test, ours in (
        ("senders not seen (a fifth of all)", data.folds == 0, held.cv),
        (
            "corpora not seen (trained on 2001-2007 and the written mailings, tested on 2018-2026)",
            data.families == "one-sided",
            held.loco,
        ),
    ):
        learn = [(blobs[i], int(data.labels[i])) for i in np.flatnonzero(data.use & ~test).tolist()]
        picked: list[int] = []
        for mask in (classes.mailings, classes.spam):
            among = np.flatnonzero(mask & test & data.use)
            picked += sorted(rng.permutation(among)[: options.limit].tolist())
        chosen = np.array(picked)
        messages = [blobs[i] for i in picked]
        spam = classes.spam[chosen]
        print(name, len(learn), "learnt,", len(picked), "tested", flush=True)
        scores = {
            "this program (trained evidence)": ours[chosen],
            "bogofilter, same training": bogofilter(learn, messages),
            "SpamAssassin, local tests": spamassassin(messages),
        }
        results[name] = {
            who: pair(values, ~spam, spam, groups[chosen], 200) for who, values in scores.items()
        }
    folder = Path(options.output)
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    lines = []
    for name, found in results.items():
        lines += [
            f"## Wanted mailings against spam: {name}",
            "",
            "| filter | wanted (senders) | spam | AUC (95 %) | recall at 1 % false positives (95 %) |",
            "| --- | ---: | ---: | --- | --- |",
        ]
        for who, m in found.items():
            ci = m["interval_95"]
            lines.append(
                f"| {who} | {m['wanted']} ({m['senders_wanted']}) | {m['spam']} | {m['auc']:.3f} ({ci['auc'][0]:.3f}–{ci['auc'][1]:.3f}) "
                f"| {m['recall_at_1pct']:.2f} ({ci['recall_at_1pct'][0]:.2f}–{ci['recall_at_1pct'][1]:.2f}) |"
            )
        lines.append("")
    (folder / "results.md").write_text("\n".join(lines), "utf-8")
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
