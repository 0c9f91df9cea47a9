"""An attached document cannot be opened, or not be read by a scanner, without a password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.attachments import at, shown_name
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="encrypted-document",
    group="attachments",
    severity="warning",
    title="Document with a password",
    why=(
        "Scanners cannot read an encrypted document, so some gateways hold it back. In a mailing to many "
        "the same password goes to all of them, and protects nothing."
    ),
    fixes={
        "main": Fix(
            text="Attach it without protection, or put it behind a login on your web site and link to it.",
            kind="edit",
            edit="remove-attachment",
        ),
    },
    limits="PDF files that only forbid copying or printing are encrypted too and count.",
    sources=(
        Source(
            "ISO 32000-1:2008, 7.6 Encryption (PDF), Adobe's copy",
            "https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf",
            "2008-07",
        ),
        Source(
            "Rspamd, MIME_ENCRYPTED_ARCHIVE (2.0 of 15), conf/scores.d/mime_types_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/mime_types_group.conf",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "The document {file} is encrypted.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "payslip.pdf",
                    "content": "JVBERi0xLjYKMSAwIG9iajw8Pj5lbmRvYmoKdHJhaWxlcjw8L1Jvb3QgMSAwIFIvRW5jcnlwdCAyIDAgUj4+CiUlRU9GCg==",
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
                    "filename": "payslip.pdf",
                    "content": "JVBERi0xLjYKMSAwIG9iajw8Pj5lbmRvYmoKdHJhaWxlcjw8L1Jvb3QgMSAwIFI+PgolJUVPRgo=",
                    "content_type": "application/pdf",
                }
            ],
        }
    ),
)


_DOCUMENTS = ("application/pdf", "application/x-ole-storage")


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for encrypted PDF and Office files."""
    for attachment in facts.message.attachments:
        if attachment.encrypted and attachment.real_type in _DOCUMENTS:
            yield Hit(
                {"file": shown_name(attachment)},
                (at(attachment),),
                fix_params={"path": attachment.path, "filename": attachment.filename},
            )
