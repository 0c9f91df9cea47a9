"""Messages for the tests of batches, and what scores them without the trained artefact."""

from __future__ import annotations

import os
import signal

from scorer.campaigns.work import Job
from scorer.config import default_config
from scorer.sending import unspecified


def mail(number: int = 0, *, body: str = "") -> bytes:
    text = body or f"Hello, this is number {number}."
    return (
        f"From: Shop <news@shop.example>\nSubject: News {number}\nMessage-ID: <{number}@shop.example>\n"
        f"Date: Tue, 03 Mar 2026 10:00:00 +0100\nContent-Type: text/plain\n\n{text}\n"
    ).encode()


def rules_alone() -> Job:
    """A job that needs no trained artefact."""
    return Job(default_config(), unspecified(), use_model=False)


class Deadly(bytes):
    """A message whose reading kills the process that does it, as running out of memory would."""

    def __getitem__(self, key: object) -> bytes:  # type: ignore[override]
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


BATCH = (
    "import sys, scorer.commands.batch as batch\n"
    "from tests.campaigns.mail import rules_alone\n"
    "from scorer.cli import main\n"
    "batch._job = lambda options: rules_alone()\n"
    "if __name__ == '__main__': sys.exit(main(['batch', *sys.argv[1:]]))\n"
)
"""`score batch` for a process of its own, without the trained artefact."""
