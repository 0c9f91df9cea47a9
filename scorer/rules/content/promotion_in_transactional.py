"""A mailing that is sent as transactional advertises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.places import of_visible
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="promotion-in-transactional",
    group="content",
    severity="warning",
    title="Advertising in a transactional mailing",
    why=(
        "Google asks not to mix kinds of content, such as promotions in receipts: readers who report the "
        "advertising hurt the delivery of receipts. In many countries such a mailing also needs consent "
        "and a way to unsubscribe."
    ),
    fixes={
        "main": Fix(
            text="Send the offer as a mailing of its own, or class this mailing as marketing.", kind="sending"
        )
    },
    limits=(
        "Fires only where the sending profile says that the mailing is transactional, and on plain offers"
        " in some ten languages: a discount in per cent or a voucher code."
    ),
    sources=(
        Source(
            "Google, Email sender guidelines, Sending practices to avoid",
            "https://support.google.com/mail/answer/81126",
            "2026-07-02",
        ),
    ),
    needs=("content", "sending"),
    known=("sending.category",),
    messages={"main": 'The mailing is sent as transactional and offers "{text}".'},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Your receipt",
            "html": "<p>Thank you for your order 1042. Save 20% on your next order with the discount code AUTUMN.</p>",
        },
        sending={"category": "transactional"},
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Your receipt",
            "html": "<p>Thank you for your order 1042. Total 250 kr, of which 25% VAT is 50 kr. Your discount: 20 kr.</p>",
        },
        sending={"category": "transactional"},
    ),
)
_OFFER = lazy(
    r"\b(?:save|get|take|enjoy)\s(?:up\sto\s)?\d{1,2}\s?%|\b\d{1,2}\s?%\s(?:off|discount|rabatt|rabat|korting|de\sréduction|"
    r"de\sdescuento|de\sdesconto|di\ssconto|alennus|zniżki)\b|\b(?:discount|promo|voucher|coupon)\scode\b|\brabat(?:t)?kode\b|"
    r"\brabattkod\b|\brabattcode\b|\bgutscheincode\b|\bkortingscode\b|\bcode\s(?:promo|de\sréduction)\b|"
    r"\bcódigo\s(?:de\sdescuento|promocional|de\sdesconto)\b|\bcodice\ssconto\b|\balekoodi\b|\bkod\srabatowy\b",
    re.IGNORECASE,
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on an offer in a mailing of the category transactional."""
    category = facts.sending.category
    if isinstance(category, Unknown):
        yield Unchecked(category.reason)
        return
    if category != "transactional":
        return
    visible = facts.content.visible[:50_000]
    match = _OFFER.search(visible)
    if match is not None:
        place = of_visible(visible, match.start(), match.end())
        yield Hit(params={"text": match[0][:80]}, evidence=(place,))
