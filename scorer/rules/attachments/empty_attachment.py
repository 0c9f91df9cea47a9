"""An attached file has no content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.attachments import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="empty-attachment",
    group="attachments",
    severity="warning",
    title="Empty attachment",
    why=("The file was lost on the way into the message: recipients get a name and nothing behind it."),
    fixes={
        "main": Fix(text="Attach the file again, or take it out.", kind="edit", edit="remove-attachment"),
    },
    limits="Only named files of zero bytes count.",
    sources=(
        Source(
            "RFC 2183, 2.2 The Attachment Disposition Type",
            "https://www.rfc-editor.org/rfc/rfc2183#section-2.2",
            "1997-08",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "{file} is empty.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [{"filename": "catalogue.pdf", "content": "", "content_type": "application/pdf"}],
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "catalogue.pdf",
                    "content": "JVBERi0xLjQKJSVFT0YK",
                    "content_type": "application/pdf",
                }
            ],
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for files without a byte."""
    for attachment in facts.message.attachments:
        if attachment.size == 0 and attachment.filename:
            yield Hit(
                {"file": attachment.filename[:80]},
                (at(attachment),),
                fix_params={"path": attachment.path, "filename": attachment.filename},
            )
