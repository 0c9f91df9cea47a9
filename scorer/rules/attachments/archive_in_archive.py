"""An attached archive holds another archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.attachments import ARCHIVES, at, extension, shown_name
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="archive-in-archive",
    group="attachments",
    severity="warning",
    title="Archive within an archive",
    why=(
        "An archive in an archive keeps scanners from seeing what is inside, which is why malware comes "
        "so and why filters count it heavily."
    ),
    fixes={
        "main": Fix(
            text="Pack the files once only, or link to them on your web site.",
            kind="edit",
            edit="remove-attachment",
        ),
    },
    limits="Zip and tar archives are looked into, by name.",
    sources=(
        Source(
            "Rspamd, MIME_ARCHIVE_IN_ARCHIVE (5.0 of 15), conf/scores.d/mime_types_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/mime_types_group.conf",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "The archive {file} holds the archive {member}.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "photos.zip",
                    "content": "UEsDBBQAAAAAAAAAYV2z12waAgAAAAIAAAAMAAAAcGhvdG9zIDEuemlwUEtQSwMEFAAAAAAAAABhXWVNOiUDAAAAAwAAAAwAAABwaG90b3MgMi5qcGf/2P9QSwECFAMUAAAAAAAAAGFds9dsGgIAAAACAAAADAAAAAAAAAAAAAAAgAEAAAAAcGhvdG9zIDEuemlwUEsBAhQDFAAAAAAAAABhXWVNOiUDAAAAAwAAAAwAAAAAAAAAAAAAAIABLAAAAHBob3RvcyAyLmpwZ1BLBQYAAAAAAgACAHQAAABZAAAAAAA=",
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
                    "filename": "photos.zip",
                    "content": "UEsDBBQAAAAAAAAAYV0mV/rkBAAAAAQAAAAOAAAAcGhvdG9zLnppcC50eHRMaXN0UEsDBBQAAAAAAAAAYV1lTTolAwAAAAMAAAAMAAAAcGhvdG9zIDIuanBn/9j/UEsBAhQDFAAAAAAAAABhXSZX+uQEAAAABAAAAA4AAAAAAAAAAAAAAIABAAAAAHBob3Rvcy56aXAudHh0UEsBAhQDFAAAAAAAAABhXWVNOiUDAAAAAwAAAAwAAAAAAAAAAAAAAIABMAAAAHBob3RvcyAyLmpwZ1BLBQYAAAAAAgACAHYAAABdAAAAAAA=",
                    "content_type": "application/zip",
                }
            ],
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for the first such name in each archive."""
    for attachment in facts.message.attachments:
        if extension(attachment.filename) not in ARCHIVES:
            continue
        for member in attachment.members:
            if extension(member.name) in ARCHIVES:
                yield Hit(
                    {"file": shown_name(attachment), "member": member.name[-80:]},
                    (at(attachment),),
                    fix_params={"path": attachment.path, "filename": attachment.filename},
                )
                break
