"""An attached archive would unpack to more than a scanner can hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.attachments import at, shown_name
from scorer.rules.rule import Example, Fix, Hit, Rule, Severity, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

_RAW_BOMB = (
    b"From: Fjellsport <news@fjellsport.example>\n"
    b"Subject: Catalogue\n"
    b"MIME-Version: 1.0\n"
    b"Content-Type: multipart/mixed; boundary=b\n"
    b"\n"
    b"--b\n"
    b"Content-Type: text/plain\n"
    b"\n"
    b"The catalogue.\n"
    b"--b\n"
    b"Content-Type: application/zip\n"
    b"Content-Transfer-Encoding: base64\n"
    b"Content-Disposition: attachment; filename=catalogue.zip\n"
    b"\n"
    b"UEsDBBQAAAAAAAAAYV0h39v0AQAAAAEAAAAJAAAAemVyb3MudHh0MFBLAQIUAxQAAAAAAAAAYV0h\n"
    b"39v0AQAAAACUNXcJAAAAAAAAAAAAAACAAQAAAAB6ZXJvcy50eHRQSwUGAAAAAAEAAQA3AAAAKAAA\n"
    b"AAAA\n"
    b"--b--\n"
)

RULE = Rule(
    id="archive-bomb",
    group="attachments",
    severity="blocker",
    title="Archive that unpacks to an enormous size",
    why="Such archives are made to bring virus scanners down; scanners refuse them.",
    fixes={
        "main": Fix(
            text="Take the file out, and link to it on your web site.", kind="edit", edit="remove-attachment"
        ),
    },
    limits=(
        "By the sizes that the archive itself declares: above 1 GB and above 200 times its own size, or "
        "more than 1,000 files."
    ),
    sources=(
        Source(
            "ClamAV documentation, limits against archive bombs",
            "https://docs.clamav.net/manual/Usage/Configuration.html",
            "2026-11-24",
        ),
        Source(
            "Rspamd, MIME_OBFUSCATED_ARCHIVE (8.0 of 15), conf/scores.d/mime_types_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/mime_types_group.conf",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "The archive {file} would unpack to an enormous size or number of files.",
    },
    fails=Example(raw=_RAW_BOMB),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "photos.zip",
                    "content": "UEsDBBQAAAAAAAAAYV0AAAAAAAAAAAAAAAAFAAAAMC50eHRQSwMEFAAAAAAAAABhXQAAAAAAAAAAAAAAAAUAAAAxLnR4dFBLAwQUAAAAAAAAAGFdAAAAAAAAAAAAAAAABQAAADIudHh0UEsBAhQDFAAAAAAAAABhXQAAAAAAAAAAAAAAAAUAAAAAAAAAAAAAAIABAAAAADAudHh0UEsBAhQDFAAAAAAAAABhXQAAAAAAAAAAAAAAAAUAAAAAAAAAAAAAAIABIwAAADEudHh0UEsBAhQDFAAAAAAAAABhXQAAAAAAAAAAAAAAAAUAAAAAAAAAAAAAAIABRgAAADIudHh0UEsFBgAAAAADAAMAmQAAAGkAAAAAAA==",
                    "content_type": "application/zip",
                }
            ],
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the declared contents exceed the bounds."""
    found = {
        defect.where: defect.id
        for defect in facts.message.defects
        if defect.id in ("archive-bomb", "archive-many-members")
    }
    for attachment in facts.message.attachments:
        if attachment.path in found:
            severity: Severity = "blocker" if found[attachment.path] == "archive-bomb" else "warning"
            yield Hit(
                {"file": shown_name(attachment)},
                (at(attachment),),
                severity=severity,
                fix_params={"path": attachment.path, "filename": attachment.filename},
            )
