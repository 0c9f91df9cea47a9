"""`score explain RULE`: one rule's page."""

from __future__ import annotations

import argparse

from scorer.commands.common import OK, write_output
from scorer.language import language
from scorer.rulepages import page_of


def run(options: argparse.Namespace) -> int:
    """Print the page."""
    write_output(None, page_of(options.rule, language(options.language)))
    return OK
