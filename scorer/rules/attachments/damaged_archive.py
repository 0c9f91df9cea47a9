"""An attached archive is damaged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.attachments import at, shown_name
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="damaged-archive",
    group="attachments",
    severity="warning",
    title="Archive that cannot be opened",
    why=(
        "Recipients cannot open it, and filters treat an archive that they cannot read like one that "
        "hides something."
    ),
    fixes={
        "main": Fix(
            text="Make the archive again and attach the new one, or link to it.",
            kind="edit",
            edit="remove-attachment",
        ),
    },
    limits="Zip and tar archives are read by their tables of contents.",
    sources=(
        Source(
            "Rspamd, MIME_OBFUSCATED_ARCHIVE (8.0 of 15), conf/scores.d/mime_types_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/mime_types_group.conf",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "The archive {file} is damaged or incomplete.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "photos.zip",
                    "content": "UEsDBBQAAAAAAAAAYV1lTTolAwAAAAMAAAAFAAAAYS5qcGf/2P9QSw==",
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
                    "content": "UEsDBBQAAAAAAAAAYV1lTTolAwAAAAMAAAAFAAAAYS5qcGf/2P9QSwECFAMUAAAAAAAAAGFdZU06JQMAAAADAAAABQAAAAAAAAAAAAAAgAEAAAAAYS5qcGdQSwUGAAAAAAEAAQAzAAAAJgAAAAAA",
                    "content_type": "application/zip",
                }
            ],
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where reading the names failed."""
    broken = {defect.where for defect in facts.message.defects if defect.id == "archive-broken"}
    for attachment in facts.message.attachments:
        if attachment.path in broken:
            yield Hit(
                {"file": shown_name(attachment)},
                (at(attachment),),
                fix_params={"path": attachment.path, "filename": attachment.filename},
            )
