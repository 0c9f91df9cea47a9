"""The message carries Outlook's own format, winmail.dat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.attachments import at, shown_name
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="winmail-dat",
    group="attachments",
    severity="error",
    title="Attachment that only Outlook can open",
    why=(
        "Outlook packs text formatting and attachments into winmail.dat when a message is written as "
        "Rich Text. Recipients with other mail programs get a file that they cannot open, and none of "
        "what is in it."
    ),
    fixes={
        "main": Fix(
            text=(
                "Write the mailing as HTML: in Outlook, Format Text, HTML; or have Exchange convert Rich Text "
                "for recipients on the Internet."
            ),
            kind="author",
        ),
    },
    limits="Recognised by name and type.",
    sources=(
        Source(
            "Microsoft Learn, TNEF conversion options in Exchange",
            "https://learn.microsoft.com/en-us/exchange/mail-flow/content-conversion/tnef-conversion",
            "2026-11-24",
        ),
        Source(
            "Slipstick Systems, Outlook and winmail.dat",
            "https://www.slipstick.com/problems/alwaysrtf.asp",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "The message carries {file}, which only Outlook can open.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {"filename": "winmail.dat", "content": "eJ8+IgEA", "content_type": "application/ms-tnef"}
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
                    "filename": "winmail.dat.pdf",
                    "content": "JVBERi0xLjQKJSVFT0YK",
                    "content_type": "application/pdf",
                }
            ],
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for TNEF."""
    for attachment in facts.message.attachments:
        tnef = attachment.content_type in ("application/ms-tnef", "application/vnd.ms-tnef")
        if tnef or attachment.filename.lower() == "winmail.dat":
            yield Hit({"file": shown_name(attachment)}, (at(attachment),))
