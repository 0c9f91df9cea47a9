"""The character set of the text."""

from __future__ import annotations

import msgspec

from scorer.remedies.edits.registry import Task, edit
from scorer.remedies.mailing import Mailing


@edit("decode-charset", turn=80)
def decode_charset(mailing: Mailing, task: Task) -> Mailing:
    """Encode text and HTML anew as UTF-8, and say so in their headers."""
    if mailing.html is None and mailing.text is None:
        return mailing
    mended = msgspec.structs.replace(mailing, recode=True)
    if "\ufffd" in (mailing.html or "") + (mailing.text or ""):
        return mended.with_note("Some characters could not be read; they stand as \ufffd. Type them anew.")
    return mended
