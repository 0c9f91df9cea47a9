"""`score completion SHELL`: a completion script."""

from __future__ import annotations

import argparse

from scorer.commands.common import OK, write_output


def run(options: argparse.Namespace) -> int:
    """Print the script; put it where your shell looks for completions."""
    import shtab

    from scorer.cli import build_parser

    write_output(None, shtab.complete(build_parser(), shell=options.shell) + "\n")
    return OK
