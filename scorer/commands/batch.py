"""`score batch`: many messages, one row each, in several processes."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from scorer.assessment import Assessment
from scorer.commands.common import OK, USAGE, CommandError, config_of, resolver_of, sending_of
from scorer.draft import DraftError, read_draft
from scorer.mime import MAX_BYTES, NotMail, parse_message

CHUNK = 32
_SKIPPED = (".tsv", ".md", ".csv", ".toml", ".zone", ".txt~")
_scorer: Any = None
_sending: Any = None
_remedies = False


def row_of(path: str, assessment: Assessment, content_hash: str = "") -> dict[str, object]:
    """The row of one scored message."""
    row: dict[str, object] = {
        "path": path,
        "score": assessment.score,
        "risk": assessment.risk,
        "log_odds": assessment.log_odds,
        "verdict": assessment.verdict,
        "findings": [finding.rule for finding in assessment.findings],
        "contributions": {item.id: item.log_odds for item in assessment.contributions},
        "not_checked": [item.rule for item in assessment.not_checked],
        "providers": {item.provider: item.verdict for item in assessment.providers},
        "subject": assessment.message.subject,
        "from": assessment.message.from_,
    }
    if content_hash:
        row["sha256"] = content_hash
    if assessment.remedies:
        row["remedies"] = [{"fixes": list(item.fixes), "score": item.score} for item in assessment.remedies]
    return row


def find_files(paths: Iterable[str]) -> Iterator[Path]:
    """The message files below the paths, in a stable order. Raises CommandError if there is no such path."""
    for given in paths:
        path = Path(given)
        if path.is_dir():
            for folder, folders, names in os.walk(path):
                folders.sort()
                for name in sorted(names):
                    if not name.startswith(".") and not name.lower().endswith(_SKIPPED):
                        yield Path(folder) / name
        elif path.exists():
            yield path
        else:
            raise CommandError(f"{given}: No such file or directory")


def run(options: argparse.Namespace) -> int:
    """Score everything below the paths, a JSON object a line."""
    paths = list(find_files(options.paths))
    if not paths:
        raise CommandError("no message files were found")
    # What is wrong with the options is said once, here, and not by every worker.
    _prepare(options)
    try:
        out = open(options.output, "wb") if options.output else sys.stdout.buffer  # noqa: SIM115, PTH123
    except OSError as error:
        raise CommandError(f"{options.output}: {error.strerror or error}") from None
    scored = failed = 0
    try:
        for rows in _rows(paths, options):
            for row, good in rows:
                out.write(row + b"\n")
                scored += good
                failed += not good
            out.flush()
    finally:
        if options.output:
            out.close()
    if options.output:
        print(f"{scored} scored, {failed} could not be, in {options.output}", file=sys.stderr)
    return OK if scored else USAGE


def _rows(paths: list[Path], options: argparse.Namespace) -> Iterator[list[tuple[bytes, bool]]]:
    chunks = [paths[start : start + CHUNK] for start in range(0, len(paths), CHUNK)]
    jobs = options.jobs or os.cpu_count() or 1
    if jobs == 1 or len(chunks) == 1:
        yield from map(_score_chunk, chunks)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(min(jobs, len(chunks)), initializer=_prepare, initargs=(options,)) as pool:
        yield from pool.map(_score_chunk, chunks)


def _prepare(options: argparse.Namespace) -> None:
    """Load model and rules once in this process."""
    global _scorer, _sending, _remedies
    from scorer.engine import Scorer

    _scorer = Scorer(config_of(options), resolver_of(options.dns))
    _sending = sending_of(options)
    _remedies = options.remedies


def _score_chunk(paths: list[Path]) -> list[tuple[bytes, bool]]:
    return [_score_file(path) for path in paths]


def _score_file(path: Path) -> tuple[bytes, bool]:
    """One row; whatever goes wrong with the message is in it."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        is_draft = path.suffix.lower() == ".json"
        message = read_draft(data).to_message() if is_draft else parse_message(data)
        assessment = _scorer.score(message, _sending, remedies=_remedies)
        row = row_of(str(path), assessment, hashlib.sha256(data).hexdigest())
        return msgspec.json.encode(row), True
    except OSError as error:
        problem = error.strerror or str(error)
    except (NotMail, DraftError) as error:
        problem = str(error)
    except Exception as error:  # a row must not be lost to a fault of ours
        problem = f"internal error: {type(error).__name__}: {error}"
    shown = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return msgspec.json.encode({"path": shown, "error": problem[:500]}), False
