"""The header pair of RFC 8058 is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import GMAIL, GMAIL_FAQ, RFC8058, YAHOO
from scorer.rules.places import of_header
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Unchecked, unknowns
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="no-one-click-unsubscribe",
    group="unsubscribe",
    severity="warning",
    title="No one-click unsubscribe",
    why=(
        "Gmail requires it of marketing mail from senders of 5,000 messages a day; the consequence is not "
        "rejection or the spam folder but that Gmail gives no help with deliverability. Yahoo recommends it and takes "
        "a mailto address instead. Without it the button that is left to the recipient is “report spam”."
    ),
    fixes={
        "main": Fix(
            text=(
                "Let the sending service add both headers: List-Unsubscribe with one https address of its own for each "
                "recipient, and List-Unsubscribe-Post: List-Unsubscribe=One-Click."
            ),
            kind="sending",
        ),
        "post": Fix(
            text="Add the header List-Unsubscribe-Post: List-Unsubscribe=One-Click beside List-Unsubscribe.",
            kind="edit",
            edit="repair-headers",
        ),
    },
    limits=(
        "Judged for marketing and subscribed mail only. Whether the address takes the POST request, and answers it "
        "without a redirect, is not tried."
    ),
    sources=(GMAIL, GMAIL_FAQ, YAHOO, RFC8058),
    needs=("unsubscribe", "route", "content"),
    known=("subscribed",),
    messages={
        "main": "The mailing has no List-Unsubscribe header, so mail programs cannot offer one-click unsubscribe.",
        "mailto": "List-Unsubscribe has only a mailto address: enough for Yahoo, but not one-click unsubscribe as Gmail requires it.",
        "http": "The web address in List-Unsubscribe is http, but one-click unsubscribe needs https.",
        "post": "List-Unsubscribe has an https address, but the header List-Unsubscribe-Post is missing.",
    },
    fails=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week",
            "headers": {"List-Unsubscribe": "<https://example.com/u/8f3a>"},
            "html": '<p>Come by.</p><p><a href="https://example.com/u/8f3a">Unsubscribe</a></p>',
        },
        sending={"category": "marketing", "adds": [], "adds_only": True},
    ),
    passes=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week",
            "headers": {
                "List-Unsubscribe": "<mailto:leave@example.com>, <https://example.com/u/8f3a>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            "html": '<p>Come by.</p><p><a href="https://example.com/u/8f3a">Unsubscribe</a></p>',
        },
        sending={"category": "marketing", "adds": [], "adds_only": True},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    subscribed = facts.subscribed
    if isinstance(subscribed, Unknown):
        yield Unchecked(subscribed.reason)
        return
    if not subscribed:
        return
    unsubscribe, message = facts.unsubscribe, facts.message
    uris, post = unsubscribe.header_uris, unsubscribe.post
    if isinstance(uris, Unknown) or isinstance(post, Unknown):
        yield from unknowns(uris, post)
        return
    if not uris:
        if not message.get("list-unsubscribe").strip():
            yield Hit(evidence=(Evidence("header", "List-Unsubscribe"),))
        return
    place = (of_header(message, "List-Unsubscribe"),) if message.all("list-unsubscribe") else ()
    lowered = [uri.lower() for uri in uris]
    if any(uri.startswith("https:") for uri in lowered):
        if post:
            return
        adds = facts.route.adds("List-Unsubscribe-Post") if not message.transported else False
        if isinstance(adds, Unknown):
            yield Unchecked(adds.reason)
        elif not adds:
            yield Hit(
                message="post",
                evidence=place,
                fix="post",
                fix_params={"header": "List-Unsubscribe-Post", "value": "List-Unsubscribe=One-Click"},
            )
    elif any(uri.startswith("http:") for uri in lowered):
        yield Hit(message="http", evidence=place)
    elif all(uri.startswith("mailto:") for uri in lowered):
        yield Hit(message="mailto", severity="info", evidence=place)
