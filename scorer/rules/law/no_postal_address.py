"""A marketing mailing without any postal address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import CAN_SPAM
from scorer.rules.postal import is_address_tag, may_hold_address
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked
from scorer.said import say
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="no-postal-address",
    group="law",
    severity="warning",
    title="No postal address",
    why=(
        "In the United States commercial mail must hold the sender's valid postal address: a street address, a "
        "registered post office box or a private mailbox. Many sending services demand it everywhere. It has no "
        "part in the risk of the spam folder."
    ),
    fixes={"main": Fix(text="Put your organization's postal address into the footer.", kind="author")},
    limits=(
        "Addresses are known by postcodes and words for streets of many countries; anything that looks like one "
        "counts. Whether the address is yours, and which law applies to you, is not judged."
    ),
    sources=(
        CAN_SPAM,
        Source(
            "15 U.S.C. 7704(a)(5)(A)(iii)", "https://www.law.cornell.edu/uscode/text/15/7704", "2026-11-23"
        ),
    ),
    needs=("unsubscribe", "content"),
    known=("subscribed",),
    messages={"main": "No postal address of the sender was found in the mailing."},
    fails=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week at our shop",
            "html": (
                "<p>Come by this week: we wax three pairs of skis for the price of two, and there is coffee for everybody "
                "who waits. Children's boots are swapped free of charge until Saturday evening.</p>"
                '<p>Nordic Skis, call 555 0199. <a href="https://example.com/u/8f3a">Unsubscribe</a></p>'
            ),
        },
        sending={"category": "marketing", "adds_footer": False},
    ),
    passes=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week at our shop",
            "html": (
                "<p>Come by this week: we wax three pairs of skis for the price of two, and there is coffee for everybody "
                "who waits. Children's boots are swapped free of charge until Saturday evening.</p>"
                '<p>Nordic Skis AS, Storgata 5, 0155 Oslo. <a href="https://example.com/u/8f3a">Unsubscribe</a></p>'
            ),
        },
        sending={"category": "marketing", "adds_footer": False},
    ),
)

ENOUGH_WORDS = 20
"""Below this the footer is most likely a picture or yet to be added."""


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    subscribed = facts.subscribed
    if isinstance(subscribed, Unknown):
        yield Unchecked(subscribed.reason)
        return
    if not subscribed or facts.sending.adds_footer is True:
        return
    message, content = facts.message, facts.content
    alternatives = " ".join(image.alt or "" for image in message.page.images[:200]) if message.page else ""
    texts = (message.visible_text, message.text or "", alternatives)
    if any(may_hold_address(text) for text in texts) or any(
        is_address_tag(tag.text) for tag in content.merge_tags
    ):
        return
    if content.words < ENOUGH_WORDS:
        yield Unchecked(
            "there is too little text to say whether an address is in it, in a picture for instance"
        )
    elif isinstance(facts.sending.adds_footer, Unknown):
        yield Unchecked(
            say("no postal address is in the draft, and {reason}", reason=facts.sending.adds_footer.reason)
        )
    else:
        yield Hit()
