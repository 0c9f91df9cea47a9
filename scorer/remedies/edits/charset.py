"""How text and files are encoded."""

from __future__ import annotations

import msgspec

from scorer.remedies.edits.registry import Task, edit
from scorer.remedies.mailing import Mailing


@edit("decode-charset", turn=80)
def decode_charset(mailing: Mailing, task: Task) -> Mailing:
    """Encode the parts of `part` anew (without any, all of them): text as UTF-8, and labelled so."""
    message = task.facts.message
    named = set(task.params("part"))
    parts = [part for part in message.parts if not named or part.path in named]
    if message.has_defect("text-too-large") or not parts:
        return mailing
    paths = dict.fromkeys((*mailing.recode, *(part.path for part in parts)))
    mended = msgspec.structs.replace(mailing, recode=tuple(paths))
    if not named:
        # What is wrong may stand in the header as well: a line too long to be sent.
        long = {header.name.lower() for header in message.headers if _has_long_line(header.raw)}
        mended = msgspec.structs.replace(mended, encode=tuple(sorted({*mended.encode, *long})))
    if any("\ufffd" in (part.text or "") for part in parts):
        return mended.with_note("Some characters could not be read; they stand as \ufffd. Type them anew.")
    return mended


def _has_long_line(raw: str) -> bool:
    return any(len(line) > 980 for line in raw.split("\n"))
