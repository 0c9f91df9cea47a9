"""The domain of a link looks like that of a well-known company and is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import display_domain, imitated_brand
from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="link-domain-imitates-brand",
    group="links",
    severity="error",
    title="Link domain imitates a known brand",
    why=(
        "A link to a domain that imitates a bank, a parcel service or a mail provider is what a phishing "
        "mail has. Filters know the same brands."
    ),
    fixes={
        "main": Fix(text="Link to {brand} under its own domain, or take the link out.", kind="author"),
    },
    limits=(
        "A list of brands that are often imitated; a domain of the brand that the list does not know can "
        "be taken for an imitation."
    ),
    sources=(
        Source(
            "Unicode Technical Standard 39, 4 Confusable Detection",
            "https://www.unicode.org/reports/tr39/#Confusable_Detection",
            "2026-11-23",
        ),
        Source(
            "Rspamd, PHISHING (4.0 of 15), conf/scores.d/phishing_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/phishing_group.conf",
            "2026-11-24",
        ),
        Source(
            "Google, Email sender guidelines (message formatting)",
            "https://support.google.com/a/answer/81126",
            "2026-07-02",
        ),
    ),
    needs=(
        "links",
        "identity",
    ),
    about="links to odd hosts",
    messages={
        "main": "A link leads to {host}, which looks like an imitation of {brand}.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>Pay with <a href="https://paypa1.com/pay">PayPal</a>.</p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>Pay with <a href="https://www.paypal.com/pay">PayPal</a>.</p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for look-alike hosts. The sender's own domain is a matter of identity, not of links."""
    own = facts.identity.author_org
    for link in facts.links.web:
        if not link.host or link.is_ip or link.org == own:
            continue
        brand = imitated_brand(link.host)
        if brand is not None:
            yield Hit({"host": display_domain(link.host), "brand": brand.name}, (at(link),))
