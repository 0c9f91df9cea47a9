"""Only SPF is aligned with the From domain; it is lost when mail is forwarded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="aligned-by-spf-alone",
    group="authentication",
    severity="warning",
    title="Aligned by SPF alone",
    why=(
        "SPF is lost whenever a recipient forwards the mail. A domain with p=reject must not rely on SPF alone "
        "(RFC 9989), and full participation means that both identifiers align."
    ),
    fixes={
        "main": Fix(
            text="Have the sending service sign with {author} as well (your own DKIM key).", kind="sending"
        )
    },
    limits="Mail that nobody forwards passes all the same.",
    sources=(Source("RFC 9989, DMARC", "https://www.rfc-editor.org/rfc/rfc9989", "2026-05"),),
    needs=("authentication",),
    known=("authentication.dmarc",),
    messages={
        "main": "Only SPF ({envelope}) is aligned with {author}; no DKIM signature of {author} is there."
    },
    fails=Example(
        draft=DRAFT,
        sending={**SENDING, "envelope_domain": "bounce.shop.com"},
        zone=zone(DMARC_NONE, ("bounce.shop.com", "v=spf1 include:_spf.mail-service.net -all")),
    ),
    passes=Example(
        draft=DRAFT,
        sending={**SENDING, "envelope_domain": "bounce.shop.com"},
        zone=zone(DMARC_NONE, OWN_KEY, ("bounce.shop.com", "v=spf1 include:_spf.mail-service.net -all")),
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where DMARC would pass by SPF and not by DKIM."""
    auth = facts.authentication
    if isinstance(auth.dmarc, Unknown):
        yield from unknowns(auth.dmarc)
        return
    passing = auth.dmarc.aligned_by
    dkim_unknown = any(isinstance(i.passes, Unknown) for i in auth.dmarc.identifiers if i.method == "dkim")
    if passing and all(item.method == "spf" for item in passing) and not dkim_unknown:
        yield Hit(
            params={"author": auth.author_domain, "envelope": passing[0].domain},
            evidence=(Evidence("sending", "envelope_domain", passing[0].domain),),
        )
