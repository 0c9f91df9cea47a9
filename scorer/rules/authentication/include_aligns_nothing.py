"""The service's include stands in the From domain's SPF record, where it aligns nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, SENDING, zone

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="include-aligns-nothing",
    group="authentication",
    severity="info",
    title="The service's SPF include does nothing here",
    why=(
        "SPF is checked on the envelope domain. As long as that is the service's, your own SPF record is not "
        "consulted, and the include in it aligns nothing; it only spends DNS lookups of the ten that are allowed. "
        "What aligns is your own DKIM key, or an envelope domain below yours."
    ),
    fixes={
        "main": Fix(
            text="Nothing needs to be done; the include may go from the SPF record at {author}.", kind="dns"
        )
    },
    limits="The include is needed if the same service also sends with your own envelope domain.",
    sources=(Source("RFC 7208, SPF", "https://www.rfc-editor.org/rfc/rfc7208", "2014-04"),),
    needs=("authentication",),
    known=("authentication.author_spf",),
    messages={
        "main": (
            "{author} includes {include} in its SPF record, but SPF is checked on {envelope}: the include "
            "aligns nothing."
        )
    },
    fails=Example(
        draft=DRAFT,
        sending=SENDING,
        zone=zone(DMARC_NONE, ("shop.com", "v=spf1 mx include:_spf.mail-service.net ~all")),
    ),
    passes=Example(
        draft=DRAFT,
        sending={**SENDING, "envelope_domain": "shop.com"},
        zone=zone(DMARC_NONE, ("shop.com", "v=spf1 mx include:_spf.mail-service.net ~all")),
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the include is there and the envelope is elsewhere."""
    auth = facts.authentication
    yield from unknowns(auth.author_spf)
    if auth.misplaced_include:
        yield Hit(
            params={
                "author": auth.author_domain,
                "include": auth.misplaced_include,
                "envelope": str(auth.envelope_domain),
            },
            evidence=(Evidence("dns", auth.author_domain, f"include:{auth.misplaced_include}"),),
        )
