"""A file name ends in two extensions, of which the last can run something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import is_dangerous_file
from scorer.rules.attachments import at, extension
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="double-extension",
    group="attachments",
    severity="error",
    title="File name that hides its real type",
    why=(
        "Windows hides the last extension, so invoice.pdf.exe is shown as invoice.pdf. Nobody names a "
        "file so by accident in filters' eyes."
    ),
    fixes={
        "main": Fix(
            text="Take the file out, and link to it on your web site.", kind="edit", edit="remove-attachment"
        ),
    },
    limits=(
        "Only a document or picture type in front of a type that can run something counts; "
        "archive.tar.gz and report.v2.pdf are fine."
    ),
    sources=(
        Source(
            "Rspamd, MIME_DOUBLE_BAD_EXTENSION (3.0 of 15), conf/scores.d/mime_types_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/mime_types_group.conf",
            "2026-11-24",
        ),
        Source(
            "MITRE ATT&CK, T1036.007 Masquerading: Double File Extension",
            "https://attack.mitre.org/techniques/T1036/007/",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "{file} looks like a {shown} file and is a {real} file.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "invoice.pdf.exe",
                    "content": "TVqQAAMAAAA=",
                    "content_type": "application/octet-stream",
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
                    "filename": "invoice.exe.pdf",
                    "content": "JVBERi0xLjQKJSVFT0YK",
                    "content_type": "application/pdf",
                }
            ],
        }
    ),
)


_SHOWN = frozenset(
    (
        *("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "rtf", "txt", "csv"),
        *("jpg", "jpeg", "png", "gif", "bmp", "webp", "mp3", "mp4", "avi", "mov", "zip", "html", "htm"),
    )
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for names in the message and in archives."""
    for attachment in facts.message.attachments:
        for name in (attachment.filename, *(member.name for member in attachment.members)):
            if not is_dangerous_file(name):
                continue
            real = extension(name)
            shown = extension(name.rstrip(" .")[: -len(real) - 1])
            if shown in _SHOWN:
                yield Hit(
                    {"file": name[-80:], "shown": shown, "real": real},
                    (at(attachment),),
                    fix_params={"path": attachment.path, "filename": attachment.filename},
                )
                break
