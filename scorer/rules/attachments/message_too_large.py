"""The message is larger than mailbox providers accept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.attachments import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Severity, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="message-too-large",
    group="attachments",
    severity="blocker",
    title="Message too large",
    why=(
        "iCloud takes messages of up to 20 MB, Yahoo and Outlook.com of up to 25 MB, everything counted "
        "after encoding, which adds a third. Many companies stop at 10 MB."
    ),
    fixes={
        "main": Fix(
            text="Put the files on your web site and link to them.", kind="edit", edit="remove-attachment"
        ),
    },
    limits=(
        "The size as given here, with attachments encoded. What the sending service adds is small beside it."
    ),
    sources=(
        Source(
            "Suped, Attachment and message size limits of mailbox providers",
            "https://www.suped.com/learn/email-deliverability/what-are-the-attachment-and-message-size-limits-for-different-mailbox-providers",
            "2026-05-21",
        ),
    ),
    needs=("message",),
    messages={
        "main": "The message has {megabytes} MB; iCloud Mail refuses more than 20 MB.",
        "large": "The message has {megabytes} MB; many companies refuse more than 10 MB.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "Catalogue",
            "html": "<p>The catalogue.</p>",
            "attachments": [
                {
                    "filename": "catalogue.pdf",
                    "content": "JVBERi0xLjQK",
                    "content_type": "application/pdf",
                }
            ],
        },
        padding=8_100_000,
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "Catalogue",
            "html": "<p>The catalogue.</p>",
            "attachments": [
                {
                    "filename": "catalogue.pdf",
                    "content": "JVBERi0xLjQK",
                    "content_type": "application/pdf",
                }
            ],
        },
        padding=5_700_000,
    ),
)


REFUSED = 20 * 1024 * 1024
LARGE = 10 * 1024 * 1024


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire above the limits, with the largest files as evidence."""
    size = facts.message.size
    if size <= LARGE:
        return
    largest = sorted(facts.message.attachments, key=lambda attachment: -attachment.size)[:3]
    severity: Severity = "blocker" if size > REFUSED else "warning"
    yield Hit(
        {"megabytes": round(size / (1024 * 1024), 1)},
        tuple(at(attachment) for attachment in largest),
        message="main" if size > REFUSED else "large",
        severity=severity,
        fix_params={"path": largest[0].path, "filename": largest[0].filename} if largest else {},
    )
