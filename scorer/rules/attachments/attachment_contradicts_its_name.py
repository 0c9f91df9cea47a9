"""The content of a file is of another kind than its name says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.filetypes import is_executable
from scorer.rules.attachments import at, extension
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

# Text that happens to begin like a script, a page or a bitmap.
_PLAIN = frozenset(("text/x-script", "text/html", "image/bmp", "audio/mpeg", "application/rtf"))

RULE = Rule(
    id="attachment-contradicts-its-name",
    group="attachments",
    severity="warning",
    title="File that is not what its name says",
    why=(
        "A file whose name promises one thing and whose content is another is treated as an attempt to "
        "get past a filter. In an honest mailing it was renamed or exported wrongly, and will not open."
    ),
    fixes={
        "main": Fix(
            text="Take the file out, and link to it on your web site.", kind="edit", edit="remove-attachment"
        ),
    },
    limits=(
        "Only kinds whose first bytes are certain are compared. Programs under another name are a "
        "finding of their own."
    ),
    sources=(
        Source(
            "Rspamd, mime_types module: extension against content type",
            "https://rspamd.com/doc/modules/mime_types.html",
            "2026-11-24",
        ),
        Source(
            "Rspamd, MIME_BAD_ATTACHMENT (4.0 of 15), conf/scores.d/mime_types_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/mime_types_group.conf",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "{file} is named like one kind of file, and its content is {real}.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "prices.pdf",
                    "content": "UEsDBBQAAAAAAAAAYV1fver3BQAAAAUAAAAKAAAAcHJpY2VzLnR4dDEgMiAzUEsBAhQDFAAAAAAAAABhXV+96vcFAAAABQAAAAoAAAAAAAAAAAAAAIABAAAAAHByaWNlcy50eHRQSwUGAAAAAAEAAQA4AAAALQAAAAAA",
                    "content_type": "application/pdf",
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
                    "filename": "prices.docx",
                    "content": "UEsDBBQAAAAAAAAAYV0Ww3oZBAAAAAQAAAARAAAAd29yZC9kb2N1bWVudC54bWw8dy8+UEsDBBQAAAAAAAAAYV1PfTwbBAAAAAQAAAATAAAAW0NvbnRlbnRfVHlwZXNdLnhtbDx0Lz5QSwECFAMUAAAAAAAAAGFdFsN6GQQAAAAEAAAAEQAAAAAAAAAAAAAAgAEAAAAAd29yZC9kb2N1bWVudC54bWxQSwECFAMUAAAAAAAAAGFdT308GwQAAAAEAAAAEwAAAAAAAAAAAAAAgAEzAAAAW0NvbnRlbnRfVHlwZXNdLnhtbFBLBQYAAAAAAgACAIAAAABoAAAAAAA=",
                    "content_type": "application/octet-stream",
                }
            ],
        }
    ),
)


_REAL = {
    "pdf": ("application/pdf",),
    "png": ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"),
    "jpg": ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "video/mp4"),
    "jpeg": ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "video/mp4"),
    "gif": ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"),
    "docx": ("application/zip", "application/x-ole-storage"),
    "xlsx": ("application/zip", "application/x-ole-storage"),
    "pptx": ("application/zip", "application/x-ole-storage"),
    "zip": ("application/zip",),
    "mp3": ("audio/mpeg",),
    "txt": (),
    "csv": (),
    "ics": (),
    "vcf": (),
}
"""What the first bytes may be for an extension. One picture type under another's name opens everywhere, and
an encrypted Office file is an OLE file."""


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where name and content are both certain and disagree."""
    for attachment in facts.message.attachments:
        allowed = _REAL.get(extension(attachment.filename))
        real = attachment.real_type
        if allowed is None or not real or real in allowed or is_executable(real) or real in _PLAIN:
            continue
        yield Hit(
            {"file": attachment.filename[:80], "real": real},
            (at(attachment),),
            fix_params={"path": attachment.path, "filename": attachment.filename},
        )
