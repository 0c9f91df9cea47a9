"""`score train`: the trained artefact from corpora. Needs the extra `train`."""

from __future__ import annotations

import argparse

from scorer.commands.common import CommandError


def run(options: argparse.Namespace) -> int:
    """Hand over to the training's own command line."""
    try:
        from scorer.train.cli import main
    except ImportError as error:
        raise CommandError(f"training needs the extra `train` (missing: {error.name})") from None
    return main(options.arguments)
