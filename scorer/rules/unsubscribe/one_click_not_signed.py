"""The unsubscribe headers are not covered by a DKIM signature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import RFC8058
from scorer.rules.places import of_header
from scorer.rules.rule import Example, Fix, Hit, Rule, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="one-click-not-signed",
    group="unsubscribe",
    severity="warning",
    title="The unsubscribe headers are not signed",
    why=(
        "Receivers offer one-click unsubscribe only where a valid DKIM signature covers both headers, because "
        "anybody else could have put them in."
    ),
    fixes={
        "main": Fix(
            text="Have List-Unsubscribe and List-Unsubscribe-Post signed: name both in the h= tag of the DKIM signature.",
            kind="sending",
        )
    },
    limits="Only a message that has been sent already carries signatures; a draft is not judged.",
    sources=(RFC8058,),
    needs=("authentication",),
    about="signatures",
    messages={
        "main": "No DKIM signature of the message covers both List-Unsubscribe and List-Unsubscribe-Post."
    },
    fails=Example(
        raw=(
            b"Received: from mta.example.com by mx.example.net; Mon, 23 Nov 2026 10:00:00 +0000\r\n"
            b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1; c=relaxed/relaxed;\r\n"
            b" h=From:Subject:Date:List-Unsubscribe; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n"
            b"From: Nordic Skis <news@example.com>\r\nSubject: Wax week\r\n"
            b"List-Unsubscribe: <https://example.com/u/8f3a>\r\n"
            b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
            b"Content-Type: text/plain\r\n\r\nCome by.\r\n"
        )
    ),
    passes=Example(
        raw=(
            b"Received: from mta.example.com by mx.example.net; Mon, 23 Nov 2026 10:00:00 +0000\r\n"
            b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1; c=relaxed/relaxed;\r\n"
            b" h=From:Subject:List-Unsubscribe:list-unsubscribe-post;\r\n"
            b" bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n"
            b"From: Nordic Skis <news@example.com>\r\nSubject: Wax week\r\n"
            b"List-Unsubscribe: <https://example.com/u/8f3a>\r\n"
            b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
            b"Content-Type: text/plain\r\n\r\nCome by.\r\n"
        )
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    message, signatures = facts.message, facts.authentication.signatures_seen
    if not signatures or not message.all("list-unsubscribe") or not message.all("list-unsubscribe-post"):
        return
    if not any(one.covers("list-unsubscribe") and one.covers("list-unsubscribe-post") for one in signatures):
        yield Hit(
            evidence=(of_header(message, "DKIM-Signature"), of_header(message, "List-Unsubscribe-Post"))
        )
