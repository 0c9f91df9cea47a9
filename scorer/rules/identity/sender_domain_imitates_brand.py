"""The domain of From, Reply-To or Sender imitates a well-known brand's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import display_domain, imitated_brand
from scorer.rules.cited import GMAIL, UTS39
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="sender-domain-imitates-brand",
    group="identity",
    severity="error",
    title="The sender's domain looks like a well-known brand's",
    why=(
        "A domain that can be taken for a brand's, by look-alike letters, a typing error or the brand's name beside "
        "words like login, is what phishing uses. Filters score it, and browsers and mail programs warn of it."
    ),
    fixes={
        "main": Fix(
            text="Send from a domain with your own name; if {domain} is the brand's own, tell the maintainers of the list.",
            kind="author",
        )
    },
    limits="The list of brands is not complete, and a brand may own a domain that it does not know.",
    sources=(
        GMAIL,
        UTS39,
        Source(
            "Rspamd, conf/scores.d/phishing_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/phishing_group.conf",
            "2026-11-23",
        ),
    ),
    needs=("identity",),
    about="odd sender's domain",
    messages={
        "main": "The domain {domain} in the {header} header looks like one of {brand}, which it is not."
    },
    fails=Example(
        draft={
            "from": "Billing <billing@paypal-secure-login.com>",
            "subject": "Receipt",
            "text": "Thank you.",
        }
    ),
    passes=Example(
        draft={"from": "Billing <billing@pay-partners.com>", "subject": "Receipt", "text": "Thank you."}
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    identity = facts.identity
    seen: set[str] = set()
    for header, boxes in (
        ("From", identity.from_),
        ("Reply-To", identity.reply_to),
        ("Sender", identity.sender),
    ):
        for box in boxes[:5]:
            if not box.domain or box.domain in seen:
                continue
            seen.add(box.domain)
            brand = imitated_brand(box.domain)
            if brand is not None:
                params: dict[str, str | int | float] = {
                    "domain": display_domain(box.domain),
                    "header": header,
                    "brand": brand.name,
                }
                yield Hit(
                    params=params, evidence=(within(facts.message, header, box.address),), fix_params=params
                )
