"""`score learn`: a model of one's own, from scored campaigns and what happened to them."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from scorer.campaigns.analysis import need_numpy
from scorer.campaigns.convert import ConvertError, read_rows
from scorer.campaigns.items import SourceError
from scorer.campaigns.outcome_sources import read_all
from scorer.campaigns.outcomes import join
from scorer.commands.common import BELOW_PAR, OK, CommandError, write_output


def run(options: argparse.Namespace) -> int:
    """Learn, report, and write the model if it is better. 1 where it is not."""
    try:
        need_numpy()
        return _run(options)
    except (SourceError, ConvertError) as error:
        raise CommandError(str(error)) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"{error.filename or options.rows}: {error.strerror or error}") from None


def _run(options: argparse.Namespace) -> int:
    from scorer.artefact import default_artefact
    from scorer.campaigns.learn import LearnError, learn, to_json, to_text, write_model

    joined = join(read_rows(options.rows), read_all(options.outcomes, options.tenant))
    try:
        learned = learn(joined.campaigns)
    except LearnError as error:
        raise CommandError(str(error)) from None
    if options.format == "json":
        import msgspec

        write_output(None, msgspec.json.encode(to_json(learned)) + b"\n")
    else:
        print(to_text(learned))
    if not learned.better:
        print("Not written: it predicts the held-out campaigns no better than what you have.")
        return BELOW_PAR
    try:
        today = datetime.now(UTC).date().isoformat()
        write_model(learned, default_artefact(), Path(options.output), trained=today)
    except LearnError as error:
        raise CommandError(str(error)) from None
    if options.format == "text":
        print(f"Written to {options.output}: score with --model {options.output}")
    return OK
