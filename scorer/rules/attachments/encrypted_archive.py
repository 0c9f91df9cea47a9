"""An attached archive cannot be opened without a password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.attachments import at, shown_name
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="encrypted-archive",
    group="attachments",
    severity="error",
    title="Archive with a password",
    why=(
        "Virus scanners cannot look into an encrypted archive, so many providers and companies refuse "
        "it; malware is sent in such archives for that reason."
    ),
    fixes={
        "main": Fix(
            text="Take the file out, and link to it on your web site.", kind="edit", edit="remove-attachment"
        ),
    },
    limits=(
        "Zip and RAR 5 archives are recognised. Gmail says that it refuses password-protected archives "
        "that hold archives."
    ),
    sources=(
        Source(
            "Rspamd, MIME_ENCRYPTED_ARCHIVE (2.0 of 15), conf/scores.d/mime_types_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/mime_types_group.conf",
            "2026-11-24",
        ),
        Source(
            "SORB Security, Gmail blocks some emails because of the attachment file types (quotes Gmail)",
            "https://doc.sorbsecurity.com/gmail-blocks-some-emails-because-of-the-attachment-file-types",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "The archive {file} is protected with a password.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "contract.zip",
                    "content": "UEsDBBQAAQAAAAAAYV3yhrcDDwAAAA8AAAAMAAAAY29udHJhY3QucGRmJVBERi0xLjQKJSVFT0YKUEsBAhQDFAABAAAAAABhXfKGtwMPAAAADwAAAAwAAAAAAAAAAAAAAIABAAAAAGNvbnRyYWN0LnBkZlBLBQYAAAAAAQABADoAAAA5AAAAAAA=",
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
                    "filename": "contract.zip",
                    "content": "UEsDBBQAAAAAAAAAYV3yhrcDDwAAAA8AAAAMAAAAY29udHJhY3QucGRmJVBERi0xLjQKJSVFT0YKUEsBAhQDFAAAAAAAAABhXfKGtwMPAAAADwAAAAwAAAAAAAAAAAAAAIABAAAAAGNvbnRyYWN0LnBkZlBLBQYAAAAAAQABADoAAAA5AAAAAAA=",
                    "content_type": "application/zip",
                }
            ],
        }
    ),
)


_ARCHIVES = ("application/zip", "application/vnd.rar")


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for encrypted archives; encrypted documents are another finding."""
    for attachment in facts.message.attachments:
        if attachment.encrypted and attachment.real_type in _ARCHIVES:
            yield Hit(
                {"file": shown_name(attachment)},
                (at(attachment),),
                fix_params={"path": attachment.path, "filename": attachment.filename},
            )
