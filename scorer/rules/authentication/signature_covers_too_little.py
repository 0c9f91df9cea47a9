"""A DKIM signature of the message leaves out what should be signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Param, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RAW = (
    b"Received: from mta.mail-service.net ([198.51.100.7]) by mx.example.net; Tue, 3 Nov 2026 10:00:00 +0000\r\n"
    b"Return-Path: <bounce@shop.com>\r\n"
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=shop.com; s=own; h=%s; "
    b"bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;%s b=AAAA\r\n"
    b"From: The Shop <news@shop.com>\r\nTo: a@example.net\r\nSubject: News\r\nDate: Tue, 3 Nov 2026 10:00:00 +0000\r\n"
    b"Message-ID: <1@shop.com>\r\nList-Unsubscribe: <https://shop.com/u>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nHello.\r\n"
)

RULE = Rule(
    id="signature-covers-too-little",
    group="authentication",
    severity="warning",
    title="DKIM signature covers too little",
    why=(
        "What a signature does not cover, anybody on the way can change. One-click unsubscribe works at Gmail "
        "and Yahoo only where both List-Unsubscribe headers are signed (RFC 8058), and a length limit (l=) lets "
        "anybody append to the body."
    ),
    fixes={"main": Fix(text="Have the sending service sign {missing} too, without l=.", kind="sending")},
    limits="Only signatures that the message already carries can be looked at.",
    sources=(
        Source("RFC 6376, DKIM", "https://www.rfc-editor.org/rfc/rfc6376", "2011-09"),
        Source("RFC 8058, one-click unsubscribe", "https://www.rfc-editor.org/rfc/rfc8058", "2017-01"),
    ),
    needs=("authentication",),
    about="signatures",
    messages={
        "main": "The DKIM signature of {domain} does not cover {missing}.",
        "length": "The DKIM signature of {domain} covers only the first part of the body (l=).",
        "expired": "The DKIM signature of {domain} has expired.",
        "sha1": "The DKIM signature of {domain} uses rsa-sha1, which receivers must not accept.",
    },
    fails=Example(raw=RAW % (b"from:to:subject:date", b"")),
    passes=Example(
        raw=RAW % (b"from:to:subject:date:message-id:list-unsubscribe:list-unsubscribe-post", b"")
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for each signature seen with such a fault."""
    for signature in facts.authentication.signatures_seen:
        evidence = (Evidence("header", "DKIM-Signature", f"d={signature.domain}; s={signature.selector}"),)
        missing = [fault.partition(":")[2] for fault in signature.faults if fault.startswith("not-covered:")]
        if missing:
            params: dict[str, Param] = {"domain": signature.domain, "missing": ", ".join(missing)}
            yield Hit(params=params, evidence=evidence)
        if signature.body_length is not None:
            params = {"domain": signature.domain, "missing": "the whole body"}
            yield Hit(params=params, evidence=evidence, message="length")
        for fault, message in (("expired", "expired"), ("rsa-sha1", "sha1")):
            if fault in signature.faults:
                yield Hit(
                    params={"domain": signature.domain, "missing": ""}, evidence=evidence, message=message
                )
