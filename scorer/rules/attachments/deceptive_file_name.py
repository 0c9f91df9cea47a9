"""A file name has characters that hide its real ending."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.attachments import at
from scorer.rules.rule import Example, Fix, Hit, Param, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="deceptive-file-name",
    group="attachments",
    severity="error",
    title="File name with deceiving characters",
    why=(
        'A right-to-left override shows "gpj.exe" as "exe.jpg", and a row of spaces pushes the real '
        "ending out of sight. Filters know both."
    ),
    fixes={
        "main": Fix(
            text="Rename the file with ordinary letters, and attach it again.",
            kind="edit",
            edit="remove-attachment",
        ),
    },
    limits="File names wholly in Arabic or Hebrew need no override characters and pass.",
    sources=(
        Source(
            "Rspamd, MIME_BAD_UNICODE (8.0 of 15), conf/scores.d/mime_types_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/mime_types_group.conf",
            "2026-11-24",
        ),
        Source(
            "MITRE ATT&CK, T1036.002 Masquerading: Right-to-Left Override",
            "https://attack.mitre.org/techniques/T1036/002/",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "A file name has the character {name}, which changes how it is shown.",
        "spaces": "A file name has a long row of spaces before its ending.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "photo\u202egpj.pdf",
                    "content": "JVBERi0xLjQKJSVFT0YK",
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
                    "filename": "קטלוג.pdf",
                    "content": "JVBERi0xLjQKJSVFT0YK",
                    "content_type": "application/pdf",
                }
            ],
        }
    ),
)


_HIDDEN = lazy(r"[\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
_SPACES = lazy(r"[ \u00a0\u2000-\u200a\u3000\u2800]{8}")


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for names in the message and in archives."""
    for attachment in facts.message.attachments:
        for name in (attachment.filename, *(member.name for member in attachment.members)):
            found = _HIDDEN.search(name)
            if found is None and _SPACES.search(name) is None:
                continue
            fix: dict[str, Param] = {"path": attachment.path, "filename": attachment.filename}
            if found is None:
                yield Hit({}, (at(attachment),), message="spaces", fix_params=fix)
            else:
                yield Hit({"name": unicodedata.name(found[0], "U+FEFF")}, (at(attachment),), fix_params=fix)
            break
