"""The size of the HTML."""

from __future__ import annotations

import re

from scorer.lazyre import lazy
from scorer.remedies.edits.registry import Task, edit
from scorer.remedies.mailing import Mailing
from scorer.remedies.markup import Splice, apply_splices, scan
from scorer.said import say

CLIP = 102 * 1024
"""Bytes after which Gmail cuts a message off, as `over-clip-size` has it."""
_CONDITIONAL = lazy(r"<!--\s*\[if|<!--\s*<!\[|<!\[endif", re.IGNORECASE)
_SPACE = lazy(r"[ \t\r\n\f]{2,}")
_KEEPS_SPACE = ("pre", "textarea", "script", "style", "title")


@edit("shorten-html", turn=70)
def shorten_html(mailing: Mailing, task: Task) -> Mailing:
    """Take out comments that no mail program reads, and runs of white space that nobody sees."""
    if mailing.html is None:
        return mailing
    source = scan(mailing.html)
    splices = [
        Splice(start, end)
        for start, end in source.comments
        if not _CONDITIONAL.search(source.html[start:end])
    ]
    for run in source.texts:
        if source.within(run.parent, _KEEPS_SPACE):
            continue
        splices += (
            Splice(match.start(), match.end(), "\n" if "\n" in match[0] else " ")
            for match in _SPACE.finditer(source.html, run.start, run.end)
        )
    shorter = apply_splices(source.html, splices)
    size = len(shorter.encode("utf-8", "replace"))
    limits = [int(limit) for limit in task.params("limit") if limit.isdecimal()] or [CLIP]
    mended = mailing.with_html(shorter)
    if size > limits[0]:
        return mended.with_note(
            say(
                "The HTML still has {size} KB: link to the rest of what it says, or leave it out.",
                size=size // 1024,
            )
        )
    return mended
