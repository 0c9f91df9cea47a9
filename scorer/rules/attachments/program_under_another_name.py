"""The content of a file is a program, and its name hides that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import is_dangerous_file
from scorer.filetypes import is_executable
from scorer.rules.attachments import at, shown_name
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="program-under-another-name",
    group="attachments",
    severity="blocker",
    title="Program under another name",
    why=(
        "A program that is named like a document is what malware looks like. Virus scanners of all "
        "providers look at the content and refuse it."
    ),
    fixes={
        "main": Fix(
            text="Take the file out, and link to it on your web site.", kind="edit", edit="remove-attachment"
        ),
    },
    limits=(
        "Windows, Linux and Mac programs, Java classes and Windows shortcuts are recognised by their "
        "first bytes."
    ),
    sources=(
        Source(
            "Rspamd, MIME_BAD_ATTACHMENT (4.0 of 15), conf/scores.d/mime_types_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/mime_types_group.conf",
            "2026-11-24",
        ),
        Source(
            "Microsoft Learn, How to reduce malware threats through file attachment blocking in Exchange Online Protection",
            "https://docs.microsoft.com/en-US/exchange/troubleshoot/antispam-and-protection/how-to-reduce-malware-threats-via-file-attachment-blocking",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "{file} is a program, although its name does not say so.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "catalogue.dat",
                    "content": "TVqQAAMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABQRQAA",
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
                    "filename": "catalogue.txt",
                    "content": "TVogaXMgaG93IGEgcHJvZ3JhbSBiZWdpbnM=",
                    "content_type": "text/plain",
                }
            ],
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for programs that no name-based rule catches."""
    for attachment in facts.message.attachments:
        if not is_executable(attachment.real_type) or is_dangerous_file(attachment.filename):
            continue
        yield Hit(
            {"file": shown_name(attachment)},
            (at(attachment),),
            fix_params={"path": attachment.path, "filename": attachment.filename},
        )
