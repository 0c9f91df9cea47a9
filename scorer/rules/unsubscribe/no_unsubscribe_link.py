"""The body of a mailing offers no link to leave the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.optout import mentions_unsubscribe
from scorer.facts.unsubscribe import hidden_unsubscribe_link
from scorer.rules.cited import APPLE, CAN_SPAM, GMAIL, MICROSOFT, YAHOO
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Unchecked
from scorer.said import say
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts
    from scorer.facts.links import LinkTarget

RULE = Rule(
    id="no-unsubscribe-link",
    group="unsubscribe",
    severity="error",
    title="No unsubscribe link",
    why=(
        "Gmail, Yahoo, Microsoft and Apple all want a working, visible unsubscribe link in marketing mail, and "
        "the law demands a way out. Recipients who find none report the mailing as spam."
    ),
    fixes={
        "main": Fix(
            text="Put a clearly visible unsubscribe link into the footer.",
            kind="edit",
            edit="add-unsubscribe-link",
        ),
        "broken": Fix(
            text="Give the link “{text}” the unsubscribe address or merge tag of your sending service.",
            kind="author",
        ),
    },
    limits=(
        "Links are known by their words in some twenty languages or by their address. A message that shows no sign "
        "of being a mailing is not judged unless it is said to be marketing; so is a draft whose sending service "
        "may add a footer."
    ),
    sources=(GMAIL, YAHOO, MICROSOFT, APPLE, CAN_SPAM),
    needs=("unsubscribe", "links", "content"),
    messages={
        "main": "The mailing has no visible link with which a recipient could unsubscribe.",
        "words": "The text speaks of unsubscribing, but nothing there is a link or an address to write to.",
        "broken": "The unsubscribe link “{text}” leads nowhere: its address is “{href}”.",
    },
    fails=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week",
            "html": '<p>Come by.</p><p><a href="https://example.com/shop">To the shop</a></p>',
        },
        sending={"category": "marketing", "adds_footer": False},
    ),
    passes=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week",
            "html": '<p>Come by.</p><p>Had enough? <a href="{{unsubscribe_url}}">Stop receiving this</a></p>',
        },
        sending={"category": "marketing", "adds_footer": False},
    ),
)

_TAG_SIGNS = ("{", "[", "<%", "*|", "%", "@@", "$")


def leads_nowhere(link: LinkTarget) -> bool:
    """Whether the address is empty, only a fragment, or cannot be one, and no merge tag is to fill it."""
    href = link.href.strip()
    if href and link.scheme != "fragment" and link.flaw in ("", "relative"):
        return False
    return not any(sign in href for sign in _TAG_SIGNS)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    unsubscribe, text = facts.unsubscribe, facts.message.visible_text
    if any(not leads_nowhere(link) for link in unsubscribe.links):
        return
    subscribed = facts.subscribed
    if isinstance(subscribed, Unknown):
        yield Unchecked(subscribed.reason)
        return
    if not subscribed or unsubscribe.footer is True:
        return
    if hidden_unsubscribe_link(facts.message, facts.links) is not None:
        return
    off = [link for link in facts.links.all if link.visible and leads_nowhere(link)]
    broken = next((link for link in off if mentions_unsubscribe(link.text)), None)
    if broken is not None:
        params: dict[str, str | int | float] = {"text": broken.text[:60], "href": broken.href[:60]}
        evidence = (Evidence("link", str(broken.index), broken.href[:120]),)
        yield Hit(message="broken", params=params, evidence=evidence, fix="broken", fix_params=params)
        return
    if unsubscribe.wording and ("@" in text or facts.content.merge_tags):
        # "Write to leave@…", or a tag that the service turns into the link.
        return
    if isinstance(unsubscribe.footer, Unknown):
        yield Unchecked(
            say("no unsubscribe link is in the draft, and {reason}", reason=unsubscribe.footer.reason)
        )
        return
    yield Hit(
        message="words" if unsubscribe.wording else "main",
        severity="warning" if unsubscribe.wording else None,
    )
