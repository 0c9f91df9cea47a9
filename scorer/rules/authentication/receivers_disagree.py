"""Receivers that use the public suffix list conclude something else than those that walk the tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="receivers-disagree",
    group="authentication",
    severity="info",
    title="Old and new receivers will judge differently",
    why=(
        "RFC 9989 (May 2026) finds the Organizational Domain by walking up the DNS; receivers that still follow "
        "RFC 7489 use the public suffix list. Where the two differ, one half of your recipients may see DMARC fail."
    ),
    fixes={
        "main": Fix(
            text="Publish a DMARC record at _dmarc.{author} itself, and align strictly with the From domain.",
            kind="dns",
        )
    },
    limits="Which receivers have changed over is not published.",
    sources=(Source("RFC 9989, DMARC", "https://www.rfc-editor.org/rfc/rfc9989", "2026-05"),),
    needs=("authentication",),
    known=("authentication.dmarc",),
    messages={
        "main": (
            "A receiver that follows RFC 9989 finds DMARC {result}, one that still uses the public suffix list "
            "finds {psl_result}."
        )
    },
    fails=Example(
        draft={**DRAFT, "from": "The Shop <news@mail.shop.com>"},
        sending={**SENDING, "envelope_domain": "bounce.shop.com"},
        zone=zone(
            ("bounce.shop.com", "v=spf1 ip4:198.51.100.0/24 -all"),
            ("_dmarc.mail.shop.com", "v=DMARC1; p=reject; psd=n; rua=mailto:dmarc@shop.com"),
        ),
    ),
    passes=Example(draft=DRAFT, sending=SENDING, zone=zone(OWN_KEY, DMARC_NONE)),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the two ways give different verdicts."""
    dmarc = facts.authentication.dmarc
    if isinstance(dmarc, Unknown):
        yield from unknowns(dmarc)
        return
    if dmarc.differs:
        yield Hit(
            params={
                "author": facts.authentication.author_domain,
                "result": dmarc.result,
                "psl_result": dmarc.psl_result,
            },
            evidence=(Evidence("dns", f"_dmarc.{facts.authentication.author_domain}"),),
        )
