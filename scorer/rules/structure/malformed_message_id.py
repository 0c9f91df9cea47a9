"""The Message-ID field is not of the form <left@right>."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="malformed-message-id",
    group="structure",
    severity="warning",
    title="Message-ID that is none",
    why=(
        "Google asks for a valid Message-ID, and Gmail and other filters count one that is malformed: "
        "bulk software writes such."
    ),
    fixes={
        "main": Fix(
            text="Leave the Message-ID to the mail library or the sending service.",
            kind="edit",
            edit="repair-headers",
        )
    },
    limits="A draft needs no Message-ID: the sending service adds it.",
    sources=(
        Source(
            "RFC 5322, 3.6.4 Identification Fields",
            "https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4",
            "2008-10",
        ),
        Source(
            "Google, Email sender guidelines, Message formatting",
            "https://support.google.com/mail/answer/81126",
            "2026-07-02",
        ),
        Source(
            "Apache SpamAssassin, rule INVALID_MSGID (0.57 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
        Source(
            "Rspamd, symbol INVALID_MSGID (1.7 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/regexp/headers.lua",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    messages={"main": 'The Message-ID "{id}" is not of the form <left@right>.'},
    fails=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nMessage-ID: <20261102100000>\r\n\r\nForty new titles for children and adults.\r\n"
        )
    ),
    passes=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nMessage-ID: <20261102100000.A1/b=c%d@mail-1.nordlys.example>\r\n\r\nForty new titles for children and adults.\r\n"
        )
    ),
)


# What mail software accepts: no white space or angle brackets, one "@" between two non-empty sides.
_MESSAGE_ID = lazy(r"<[^<>@\s]{1,400}@[^<>@\s]{1,300}>|<\"[^<>\"]{1,400}\"@[^<>@\s]{1,300}>")


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where a Message-ID field is there and is malformed. One that is too long is header-too-large."""
    value = facts.message.get("message-id").strip()
    if not facts.message.all("message-id") or len(value) > 500:
        return
    # A comment after it is obsolete and allowed.
    if not _MESSAGE_ID.fullmatch(value.split("(")[0].strip()):
        yield Hit(
            params={"id": value[:80]},
            evidence=(Evidence("header", name="message-id", quote=value[:120]),),
            fix_params={"name": "Message-ID"},
        )
