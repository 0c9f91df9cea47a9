"""An attached archive holds a file of a type that Gmail refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import is_blocked_by_gmail
from scorer.rules.attachments import at, extension, shown_name
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

_CONTAINERS = frozenset(("docx", "xlsx", "pptx", "odt", "ods", "odp", "epub"))
"""Documents that are zip files, whose members nobody opens by name."""

RULE = Rule(
    id="blocked-file-in-archive",
    group="attachments",
    severity="blocker",
    title="Archive with a file that Gmail refuses",
    why=(
        "Gmail and others look into archives for programs and scripts and refuse the message if they "
        "find one."
    ),
    fixes={
        "main": Fix(
            text="Take the file out, and link to it on your web site.", kind="edit", edit="remove-attachment"
        ),
    },
    limits=(
        "Zip and tar archives are looked into by name; nothing is unpacked, so archives within archives "
        "stay closed."
    ),
    sources=(
        Source(
            "Gmail Help, File types blocked in Gmail",
            "https://support.google.com/mail/answer/6590",
            "2026-11-23",
        ),
        Source(
            "Rspamd, MIME_BAD_EXTENSION (2.0 of 15), conf/scores.d/mime_types_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/mime_types_group.conf",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "The archive {file} holds {member}, which is of a type that Gmail refuses.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "catalogue.zip",
                    "content": "UEsDBBQAAAAAAAAAYV2CidH3BQAAAAUAAAALAAAAcmVhZCBtZS50eHRIZWxsb1BLAwQUAAAAAAAAAGFdXZuwjwIAAAACAAAACQAAAHNldHVwLmV4ZU1aUEsBAhQDFAAAAAAAAABhXYKJ0fcFAAAABQAAAAsAAAAAAAAAAAAAAIABAAAAAHJlYWQgbWUudHh0UEsBAhQDFAAAAAAAAABhXV2bsI8CAAAAAgAAAAkAAAAAAAAAAAAAAIABLgAAAHNldHVwLmV4ZVBLBQYAAAAAAgACAHAAAABXAAAAAAA=",
                    "content_type": "application/zip",
                }
            ],
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "catalogue.zip",
                    "content": "UEsDBBQAAAAAAAAAYV2CidH3BQAAAAUAAAALAAAAcmVhZCBtZS50eHRIZWxsb1BLAwQUAAAAAAAAAGFdOaB4Qw0AAAANAAAADQAAAHNldHVwLmV4ZS50eHRIb3cgdG8gc2V0IHVwUEsBAhQDFAAAAAAAAABhXYKJ0fcFAAAABQAAAAsAAAAAAAAAAAAAAIABAAAAAHJlYWQgbWUudHh0UEsBAhQDFAAAAAAAAABhXTmgeEMNAAAADQAAAA0AAAAAAAAAAAAAAIABLgAAAHNldHVwLmV4ZS50eHRQSwUGAAAAAAIAAgB0AAAAZgAAAAAA",
                    "content_type": "application/zip",
                }
            ],
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for the first such name in each archive."""
    for attachment in facts.message.attachments:
        if is_blocked_by_gmail(attachment.filename) or extension(attachment.filename) in _CONTAINERS:
            continue
        for member in attachment.members:
            if is_blocked_by_gmail(member.name):
                yield Hit(
                    {"file": shown_name(attachment), "member": member.name[-80:]},
                    (at(attachment),),
                    fix_params={"path": attachment.path, "filename": attachment.filename},
                )
                break
