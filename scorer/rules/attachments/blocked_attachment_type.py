"""An attached file is of a type that Gmail refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import is_blocked_by_gmail
from scorer.rules.attachments import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="blocked-attachment-type",
    group="attachments",
    severity="blocker",
    title="Attachment that Gmail refuses",
    why=(
        "Gmail does not accept messages with files of certain types, whatever they contain; Outlook and "
        "most companies have the like. The message bounces or arrives without the file."
    ),
    fixes={
        "main": Fix(
            text="Take the file out, and link to it on your web site.", kind="edit", edit="remove-attachment"
        ),
    },
    limits=(
        "By the file's name, as Gmail publishes its list. Names inside archives are a finding of their own."
    ),
    sources=(
        Source(
            "Gmail Help, File types blocked in Gmail",
            "https://support.google.com/mail/answer/6590",
            "2026-11-23",
        ),
        Source(
            "Microsoft Support, Blocked attachments in Outlook",
            "https://support.office.com/en-us/article/Blocked-attachments-in-Outlook-ac9af004-eb9f-45e2-9164-65b1b95b206d",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "Gmail refuses messages with files of the type of {file}.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "catalogue.iso",
                    "content": "Q0QwMDFDRDAwMUNEMDAx",
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
                    "filename": "catalogue.iso.pdf",
                    "content": "JVBERi0xLjQKJSVFT0YK",
                    "content_type": "application/pdf",
                }
            ],
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for names on Gmail's list."""
    for attachment in facts.message.attachments:
        if is_blocked_by_gmail(attachment.filename):
            yield Hit(
                {"file": attachment.filename[:80]},
                (at(attachment),),
                fix_params={"path": attachment.path, "filename": attachment.filename},
            )
