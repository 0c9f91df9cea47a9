"""`score check`: one message, or several."""

from __future__ import annotations

import argparse
import os
import sys

from scorer.commands.common import (
    BELOW_PAR,
    OK,
    USAGE,
    CommandError,
    config_of,
    history_of,
    read_message,
    resolver_of,
    sending_of,
    write_output,
)
from scorer.draft import DraftError
from scorer.engine import Scorer
from scorer.language import language
from scorer.mime import NotMail


def run(options: argparse.Namespace) -> int:
    """Score the messages and print the answers. Returns the exit status of the contract."""
    history = history_of(options)
    scorer = Scorer(config_of(options), resolver_of(options.dns), history=history)
    sending = sending_of(options)
    chosen = language(options.language)
    if options.recipients:
        from scorer.commands.recipients import with_list

        sending = with_list(sending, options.recipients, getattr(history, "history", None))
    threshold = scorer.config.thresholds.fix if options.fail_above is None else options.fail_above
    several = len(options.paths) > 1
    answers: list[bytes] = []
    status = OK
    read = 0
    for path in options.paths:
        try:
            message = read_message(path)
        except (NotMail, DraftError, CommandError) as error:
            # What is wrong with a message is a sentence; what is wrong with the command line is not translated.
            text = str(error) if isinstance(error, CommandError) else f"{path}: {chosen(error.args[0])}"
            print(f"score: {text}", file=sys.stderr)
            if several and options.format == "json":
                answers.append(_row({"path": path, "error": str(error)}))
            continue
        read += 1
        assessment = scorer.score(message, sending, remedies=options.remedies, translate=chosen.translate)
        if assessment.score >= threshold or assessment.verdict == "blocked":
            status = BELOW_PAR
        if several and options.format == "json":
            from scorer.commands.batch import row_of

            answers.append(_row(row_of(path, assessment)))
            continue
        from scorer.render import render

        colour = _colour(options)
        width = _columns() if colour else 80
        page = render(
            assessment,
            message,
            options.format,
            width=width,
            colour=colour,
            verbose=options.verbose,
            language=chosen,
        )
        if several and options.format == "text":
            page = f"{path}\n{page}\n"
        answers.append(page.encode("utf-8", "replace"))
    if read == 0:
        return USAGE
    if several and options.format == "html":
        raise CommandError("--format html takes one message at a time")
    write_output(options.output, b"".join(answers))
    return status


def _row(value: dict[str, object]) -> bytes:
    import msgspec

    return msgspec.json.encode(value) + b"\n"


def _columns() -> int:
    """The terminal's width, within what reads well."""
    try:
        return min(max(os.get_terminal_size().columns, 60), 110)
    except OSError:
        return 80


def _colour(options: argparse.Namespace) -> bool:
    if options.output or options.format != "text" or os.environ.get("NO_COLOR"):
        return False
    return sys.stdout.isatty() or bool(os.environ.get("FORCE_COLOR"))
