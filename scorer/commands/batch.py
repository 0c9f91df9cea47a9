"""`score batch`: past campaigns, one row each, on this machine's cores or on a cluster."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from scorer.campaigns.analysis import Analysis
from scorer.campaigns.convert import ConvertError, to_csv, to_parquet
from scorer.campaigns.engine import EngineError, Job, score_items
from scorer.campaigns.items import SourceError, without_repeats
from scorer.campaigns.journal import Journal, JournalError
from scorer.campaigns.progress import Progress
from scorer.campaigns.rows import row_of as row_of
from scorer.campaigns.sources import read_items, total_bytes
from scorer.campaigns.work import Done, packed, run_id
from scorer.commands.common import (
    OK,
    USAGE,
    CommandError,
    config_of,
    history_of,
    resolver_of,
    sending_of,
    write_output,
)

_TABLES = {".csv": to_csv, ".parquet": to_parquet}
_FLUSH_EVERY = 32


def run(options: argparse.Namespace) -> int:
    """Score everything at and below the paths, a JSON object a line, or as CSV or Parquet."""
    if options.resume and not options.output:
        raise CommandError("--resume continues a file: name it with --output")
    if options.scheduler and options.engine != "dask":
        raise CommandError("--scheduler goes with --engine dask")
    job = _job(options)
    try:
        return _run(options, job)
    except (SourceError, EngineError, JournalError, ConvertError) as error:
        raise CommandError(str(error)) from None


def _job(options: argparse.Namespace) -> Job:
    from scorer.models import load_models

    config = config_of(options)
    # What is wrong with the options is said once, here, and not by every worker.
    resolver_of(options.dns)
    model = load_models(config.model).info.sha256
    history_of(options)
    return Job(
        config,
        sending_of(options),
        options.dns,
        options.remedies,
        model=model,
        history=options.history or "",
        tenant=options.tenant,
    )


def _run(options: argparse.Namespace, job: Job) -> int:
    analysed = bool(options.report or options.outcomes or options.compare)
    if options.output or not analysed:
        return _score(options, job, options.output or "")
    with tempfile.TemporaryDirectory(prefix="score-") as folder:
        return _score(options, job, str(Path(folder) / "rows.jsonl"))


def _score(options: argparse.Namespace, job: Job, output: str) -> int:
    table = _TABLES.get(Path(output).suffix.lower())
    rows_path = f"{output}.journal" if table else output
    # Tables of outcomes that cannot be read are better known before an hour of scoring.
    analysis = Analysis(options, job) if output else None
    found = without_repeats(read_items(options.paths, besides=[path for path in (output, rows_path) if path]))
    first = next(found, None)
    if first is None:
        raise CommandError("no message files were found")
    items = chain((first,), found)
    total = total_bytes(options.paths) if sys.stderr.isatty() else 0
    scheduler = (options.scheduler or "") if options.engine == "dask" else None
    if analysis is None:
        scored, _ = _to_stdout(score_items(items, job, jobs=options.jobs, scheduler=scheduler))
        return OK if scored else USAGE
    if table and not options.resume and Path(rows_path).exists():
        raise CommandError(f"{rows_path} is an unfinished run: continue it with --resume, or remove it")
    try:
        journal = Journal(rows_path, resume=options.resume, run=run_id(packed(job)))
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror or error}") from None
    before = len(journal)
    done = score_items(journal.remaining(items), job, jobs=options.jobs, scheduler=scheduler)
    scored, failed = _to_journal(done, journal, total)
    earlier = f", {before} were there already" if before else ""
    where = f", in {options.output}" if options.output else ""
    print(f"{scored} scored, {failed} could not be{earlier}{where}", file=sys.stderr)
    analysis.of(rows_path)
    if table:
        table(rows_path, output)
        Path(rows_path).unlink()
    return OK if scored or before else USAGE


def _to_stdout(done: Iterator[Done]) -> tuple[int, int]:
    scored = failed = 0
    for item in done:
        write_output(None, item.row + b"\n")
        scored += item.scored
        failed += not item.scored
    return scored, failed


def _to_journal(done: Iterator[Done], journal: Journal, total: int) -> tuple[int, int]:
    scored = failed = 0
    try:
        with Progress(total) as progress:
            for item in done:
                journal.write(item.row)
                scored += item.scored
                failed += not item.scored
                progress.advance(item.consumed)
                if progress.messages % _FLUSH_EVERY == 0:
                    journal.flush()
    except BaseException:
        journal.abandon()
        raise
    journal.close()
    return scored, failed
