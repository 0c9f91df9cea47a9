"""A field that may occur once occurs several times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="duplicate-header",
    group="structure",
    severity="error",
    title="A header field stands there twice",
    why=(
        "Programs differ in which of the two they believe, so what was checked need not be what is shown."
        " Google asks for such fields once, and refuses some messages over it; Rspamd counts it heavily."
    ),
    fixes={"main": Fix(text="Keep one {name} field.", kind="edit", edit="repair-headers")},
    limits=(
        "Fields that may be repeated, such as Received or DKIM-Signature, are not counted, nor are those "
        "that mail servers add."
    ),
    sources=(
        Source(
            "RFC 5322, 3.6 Field Definitions", "https://www.rfc-editor.org/rfc/rfc5322#section-3.6", "2008-10"
        ),
        Source(
            "Google, Email sender guidelines, Message formatting",
            "https://support.google.com/mail/answer/81126",
            "2026-07-02",
        ),
        Source(
            "Rspamd, symbol MULTIPLE_UNIQUE_HEADERS (5.0 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/headers_checks.lua",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    messages={"main": "{name} occurs {count} times."},
    fails=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nSubject: Forty new titles\r\n\r\nForty new titles for children and adults.\r\n"
        )
    ),
    passes=Example(
        raw=(
            b"From: Nordlys Books <news@nordlys.example>\r\nTo: reader@example.org\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nReceived: from a by b; Mon, 2 Nov 2026 10:00:00 +0000\r\nReceived: from c by a; Mon, 2 Nov 2026 09:59:58 +0000\r\nComments: a\r\nComments: b\r\n\r\nForty new titles for children and adults.\r\n"
        )
    ),
)


ONCE = (
    *(
        "From",
        "Sender",
        "Reply-To",
        "To",
        "Cc",
        "Bcc",
        "Subject",
        "Date",
        "Message-ID",
        "In-Reply-To",
        "References",
    ),
    *("Content-Type", "Content-Transfer-Encoding"),
    *("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id"),
)
"""RFC 5322 3.6 (maximum number 1), RFC 2045 3, RFC 2369 2, RFC 2919 2, RFC 8058 3.1."""
_ONCE = frozenset(map(str.lower, ONCE))


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on each field of `ONCE` that occurs more than once."""
    if facts.message.composed:
        return
    if _ONCE.isdisjoint(facts.message.repeated):
        return
    for name in ONCE:
        count = len(facts.message.all(name))
        if count > 1:
            yield Hit(
                params={"name": name, "count": count},
                evidence=tuple(
                    Evidence("header", name=name, quote=field.value[:120])
                    for field in facts.message.all(name)[:5]
                ),
                fix_params={"name": name},
            )
