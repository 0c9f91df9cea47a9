"""An attached file is of a type that runs something when it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import is_blocked_by_gmail, is_dangerous_file
from scorer.rules.attachments import at, extension
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

_CONTAINERS = frozenset(("docx", "xlsx", "pptx", "odt", "ods", "odp", "epub"))

RULE = Rule(
    id="dangerous-attachment-type",
    group="attachments",
    severity="error",
    title="Attachment of a type that can do harm",
    why="Outlook hides such files from its users, and company gateways refuse messages with them.",
    fixes={
        "main": Fix(
            text="Take the file out, and link to it on your web site.", kind="edit", edit="remove-attachment"
        ),
    },
    limits="By the file's name. Types that Gmail refuses are a finding of their own.",
    sources=(
        Source(
            "Microsoft Support, Blocked attachments in Outlook",
            "https://support.office.com/en-us/article/Blocked-attachments-in-Outlook-ac9af004-eb9f-45e2-9164-65b1b95b206d",
            "2026-11-24",
        ),
        Source(
            "Masaryk University, Blocked and potentially dangerous attachment types in Microsoft 365",
            "https://it.muni.cz/en/services/microsoft-outlook/navody/blocked-and-potentially-dangerous-attachment-types",
            "2026-11-24",
        ),
        Source(
            "Rspamd, MIME_BAD_EXTENSION (2.0 of 15), conf/scores.d/mime_types_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/mime_types_group.conf",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "{file} is of a type that Outlook and many companies block.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "open the offer.url",
                    "content": "W0ludGVybmV0U2hvcnRjdXRdDQpVUkw9aHR0cHM6Ly9mamVsbHNwb3J0LmV4YW1wbGUvDQo=",
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
                    "filename": "open the offer url.pdf",
                    "content": "JVBERi0xLjQKJSVFT0YK",
                    "content_type": "application/pdf",
                }
            ],
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for dangerous names that Gmail lets through, in the message or in an archive."""
    for attachment in facts.message.attachments:
        names = [attachment.filename, *(member.name for member in attachment.members)]
        for name in names if extension(attachment.filename) not in _CONTAINERS else names[:1]:
            if is_dangerous_file(name) and not is_blocked_by_gmail(name):
                yield Hit(
                    {"file": name[-80:]},
                    (at(attachment),),
                    fix_params={"path": attachment.path, "filename": attachment.filename},
                )
                break
