"""An attached Office file holds macros."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import is_macro_file
from scorer.rules.attachments import at, extension, shown_name
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="macro-document",
    group="attachments",
    severity="error",
    title="Office file with macros",
    why=(
        "Macros are programs. Office blocks them in files from the Internet, Gmail refuses those that it "
        "finds harmful, and company gateways take all such files out."
    ),
    fixes={
        "main": Fix(
            text=(
                "Save the file without macros (as .docx, .xlsx, .pptx or PDF), or link to it on your web site."
            ),
            kind="edit",
            edit="remove-attachment",
        ),
    },
    limits=(
        "The macros are found by name in the file's structure and are not read. An .xlsb workbook counts "
        "only if macros are in it."
    ),
    sources=(
        Source(
            "Microsoft Learn, Macros from the internet are blocked by default in Office",
            "https://learn.microsoft.com/en-us/microsoft-365-apps/security/internet-macros-blocked",
            "2026-11-24",
        ),
        Source(
            "Gmail Help, File types blocked in Gmail",
            "https://support.google.com/mail/answer/6590",
            "2026-11-23",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "{file} holds macros.",
        "named": "{file} is of a type that is made to hold macros.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "budget.xlsm",
                    "content": "UEsDBBQAAAAAAAAAYV1PfTwbBAAAAAQAAAATAAAAW0NvbnRlbnRfVHlwZXNdLnhtbDx0Lz5QSwMEFAAAAAAAAABhXYMW3IwBAAAAAQAAABEAAAB4bC92YmFQcm9qZWN0LmJpbnhQSwECFAMUAAAAAAAAAGFdT308GwQAAAAEAAAAEwAAAAAAAAAAAAAAgAEAAAAAW0NvbnRlbnRfVHlwZXNdLnhtbFBLAQIUAxQAAAAAAAAAYV2DFtyMAQAAAAEAAAARAAAAAAAAAAAAAACAATUAAAB4bC92YmFQcm9qZWN0LmJpblBLBQYAAAAAAgACAIAAAABlAAAAAAA=",
                    "content_type": "application/vnd.ms-excel.sheet.macroEnabled.12",
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
                    "filename": "budget.xlsx",
                    "content": "UEsDBBQAAAAAAAAAYV1PfTwbBAAAAAQAAAATAAAAW0NvbnRlbnRfVHlwZXNdLnhtbDx0Lz5QSwMEFAAAAAAAAABhXRbDehkEAAAABAAAAA8AAAB4bC93b3JrYm9vay54bWw8dy8+UEsBAhQDFAAAAAAAAABhXU99PBsEAAAABAAAABMAAAAAAAAAAAAAAIABAAAAAFtDb250ZW50X1R5cGVzXS54bWxQSwECFAMUAAAAAAAAAGFdFsN6GQQAAAAEAAAADwAAAAAAAAAAAAAAgAE1AAAAeGwvd29ya2Jvb2sueG1sUEsFBgAAAAACAAIAfgAAAGYAAAAAAA==",
                    "content_type": "application/octet-stream",
                }
            ],
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for content first, for the name second."""
    for attachment in facts.message.attachments:
        named = is_macro_file(attachment.filename) and extension(attachment.filename) != "xlsb"
        if attachment.has_macros or named:
            yield Hit(
                {"file": shown_name(attachment)},
                (at(attachment),),
                message="main" if attachment.has_macros else "named",
                fix_params={"path": attachment.path, "filename": attachment.filename},
            )
