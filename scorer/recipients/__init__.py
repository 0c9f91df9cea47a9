"""List quality before a send: a list of recipients, streamed, checked and counted; no mailbox is ever probed.

`check_recipients` reads a list and gives a `Report`; `audience_of` says what a score may know from it; `check` and
`write_lists` also write the rows to keep and those to leave out. A report holds domains, counts and line numbers,
never an address.
"""

from __future__ import annotations

from scorer.recipients.audience import audience_of
from scorer.recipients.export import write_lists
from scorer.recipients.quality import Checked, Options, check, check_recipients
from scorer.recipients.reading import ListError
from scorer.recipients.report import Report

__all__ = [
    "Checked",
    "ListError",
    "Options",
    "Report",
    "audience_of",
    "check",
    "check_recipients",
    "write_lists",
]
