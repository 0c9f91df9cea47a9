"""`score recipients`: list quality before a send."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scorer.commands.common import BELOW_PAR, NEEDS_HISTORY, OK, CommandError, write_output
from scorer.dns import open_resolver
from scorer.language import language
from scorer.recipients import Options, check, check_recipients, write_lists
from scorer.recipients.audience import stated_audience
from scorer.recipients.columns import MEANINGS
from scorer.recipients.known import History
from scorer.recipients.quality import Progress
from scorer.recipients.report import DEFAULT_LEFT_OUT, REASONS
from scorer.said import plain
from scorer.sending import Sending, with_overrides


def run(options: argparse.Namespace) -> int:
    """Print the report and write the lists. Exit status 1 where the share that is left out reaches
    `--fail-above`."""
    chosen = language(options.language)
    resolver = None
    if options.dns != "offline":
        try:
            resolver = open_resolver(options.dns)
        except OSError as error:
            raise CommandError(f"{options.dns}: {error.strerror or error}") from None
    outputs = [path for path in (options.clean, options.rejects) if path]
    for path in outputs:
        if outputs.count(path) > 1 or (options.path != "-" and _same_file(path, options.path)):
            raise CommandError(f"{path}: is given twice")
    with (
        tempfile.TemporaryDirectory(prefix="score-recipients-") as directory,
        _history(options) as history,
        _progress() as progress,
    ):
        report, checked = check(options.path, Path(directory), _options(options), resolver, progress, history)
        if not report.rows:
            raise CommandError(f"{options.path}: holds no recipients")
        if outputs:
            hear = None if progress is None else lambda done: progress("writing", done, checked.source.size)
            write_lists(checked, options.clean, options.rejects, hear)
    if options.format == "json":
        import msgspec

        write_output(options.output, msgspec.json.encode(report, enc_hook=plain) + b"\n")
    else:
        from scorer.recipients.text import report_text

        to_terminal = not options.output and sys.stdout.isatty()
        width = min(shutil.get_terminal_size((80, 24)).columns, 110) if to_terminal else 80
        write_output(options.output, report_text(report, width, chosen))
    left_out = 100 * (report.rows - report.kept) / max(report.rows, 1)
    return BELOW_PAR if options.fail_above is not None and left_out >= options.fail_above else OK


def with_list(sending: Sending, path: str, history: History | None = None) -> Sending:
    """`sending` with what the list at `path` says of its audience, for `score check --recipients`; whom the
    `history` knows to be gone is not counted among the recipients.

    Raises:
        ListError: it cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="score-recipients-") as directory, _progress() as progress:
        report = check_recipients(path, Path(directory), progress=progress, history=history)
    return with_overrides(sending, {"audience": stated_audience(report)}, where=path, source=path)


@contextmanager
def _history(options: argparse.Namespace) -> Iterator[History | None]:
    """What `--history` names; None without it. Raises CommandError where it cannot be used."""
    if not options.history:
        yield None
        return
    try:
        from scorer.history.store import Store, StoreError
    except ImportError:
        raise CommandError(NEEDS_HISTORY) from None
    location = "" if options.history == "default" else options.history
    try:
        with Store.open(location, options.history_key or "") as store:
            yield store.history(options.tenant)
    except StoreError as error:
        raise CommandError(str(error)) from None


def _options(options: argparse.Namespace) -> Options:
    columns: dict[str, str] = {}
    for given in options.column or ():
        meaning, equals, column = given.partition("=")
        if not equals or not column:
            raise CommandError(f"--column {given}: write MEANING=COLUMN; meanings: {', '.join(MEANINGS)}")
        columns[meaning.strip()] = column.strip()
    left_out = set(DEFAULT_LEFT_OUT)
    for names, add in ((options.leave_out, True), (options.keep, False)):
        for name in (part.strip() for given in names or () for part in given.split(",")):
            if name not in REASONS:
                raise CommandError(f"{name}: no such reason; there are: {', '.join(REASONS)}")
            (left_out.add if add else left_out.discard)(name)
    if "malformed" not in left_out or "empty" not in left_out:
        raise CommandError("--keep: rows that cannot be read, and rows without an address, cannot be kept")
    return Options(
        columns=columns,
        suppress=tuple(options.suppress or ()),
        left_out=frozenset(left_out),
        inactive_days=options.inactive_days,
        dates=options.dates,
        most_domains=options.dns_domains,
    )


def _same_file(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:
        return False


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on standard error where that is a terminal; None elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def hear(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done)

        yield hear
