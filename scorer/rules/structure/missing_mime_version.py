"""The message uses MIME and has no MIME-Version field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import of_header
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="missing-mime-version",
    group="structure",
    severity="warning",
    title="MIME without MIME-Version",
    why=(
        "The field is what says that Content-Type and the rest are meant by the rules of MIME. Without it"
        " strict programs show the source, and filters count it."
    ),
    fixes={"main": Fix(text='Add "MIME-Version: 1.0".', kind="edit", edit="repair-headers")},
    limits="A plain text message needs none. Drafts from an editor get theirs when they are built.",
    sources=(
        Source(
            "RFC 2045, 4 MIME-Version Header Field",
            "https://www.rfc-editor.org/rfc/rfc2045#section-4",
            "1996-11",
        ),
        Source(
            "Rspamd, symbol MISSING_MIME_VERSION (2.0 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/headers_checks.lua",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    messages={"main": "The message is {type} and has no MIME-Version field."},
    fails=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Forty new titles.</p>"
        )
    ),
    passes=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nContent-Type: text/plain\r\n\r\nForty new titles for children and adults.\r\n"
        )
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where there is more than a plain text and no MIME-Version field."""
    message = facts.message
    if message.composed or message.all("mime-version"):
        return
    header = message.get("content-type").split(";")[0].strip().lower()
    if header and header not in ("text/plain", "text"):
        yield Hit(
            params={"type": header[:60]},
            evidence=(of_header(message, "content-type"),),
            fix_params={"name": "MIME-Version"},
        )
