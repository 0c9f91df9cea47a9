"""Attached files."""

from __future__ import annotations

import msgspec

from scorer.remedies.edits.registry import Task, edit
from scorer.remedies.mailing import Mailing
from scorer.said import say


@edit("remove-attachment", turn=50)
def remove_attachment(mailing: Mailing, task: Task) -> Mailing:
    """Take the files out that were found, and say which."""
    named = set(task.params("path"))
    named |= {e.name for hit in task.hits for e in hit.evidence if e.kind == "attachment"}
    for attachment in task.facts.message.attachments:
        if attachment.path in named and attachment.path != "1" and attachment.path not in mailing.dropped:
            name = attachment.filename or attachment.content_type
            if not task.facts.message.visible_text.strip():
                mailing = mailing.with_note(
                    say(
                        "The file {name} is all that the mailing holds: write its message into the mailing itself.",
                        name=name,
                    )
                )
                continue
            mailing = msgspec.structs.replace(mailing, dropped=(*mailing.dropped, attachment.path))
            mailing = mailing.with_note(
                say("Dropped the attached file {name}; link to it on your web site.", name=name)
            )
    return mailing
