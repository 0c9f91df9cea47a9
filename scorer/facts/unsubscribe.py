"""How a recipient gets off the list: headers (RFC 2369, RFC 8058) and the link in the body."""

from __future__ import annotations

import msgspec

from scorer.facts.links import Links, LinkTarget
from scorer.facts.optout import SAYS_UNSUBSCRIBE, mentions_unsubscribe
from scorer.lazyre import lazy
from scorer.message import Message
from scorer.sending import Sending, adds_header
from scorer.unknown import Unknown

_URI = lazy(r"<\s*([^<>]{1,4000}?)\s*>")
ADDED_URI = "https://added.by.the.sending.service/"
"""Stands for the address that a sending service puts into List-Unsubscribe."""


class Unsubscribe(msgspec.Struct, frozen=True):
    """What the recipient and the mailbox provider are offered.

    `header_uris` are those of List-Unsubscribe; `post` is the value of List-Unsubscribe-Post. Both are
    Unknown where the draft has none and it is not known what the sending service adds. `links` are the
    body's links out, `visible` those a reader sees. `offset` is the offset in bytes (UTF-8) of the first
    visible one's address in the HTML source, None if there is none. `footer` says whether the service adds
    a footer with one.
    """

    header_uris: tuple[str, ...] | Unknown
    post: str | Unknown
    added_by_service: bool
    links: tuple[LinkTarget, ...]
    offset: int | None
    footer: bool | Unknown
    wording: bool


def _hidden_words(message: Message) -> dict[int, str]:
    """Words about unsubscribing that a reader does not see, by their position in the visible text. A hidden
    link has no text of its own; what was hidden at the same place are its words."""
    page = message.page
    if page is None:
        return {}
    return {item.position: item.text for item in page.hidden if mentions_unsubscribe(item.text)}


def hidden_unsubscribe_link(message: Message, links: Links) -> tuple[LinkTarget, str] | None:
    """The first link off the list that a reader does not see, and its hidden words; None if there is none."""
    words = _hidden_words(message)
    out = {link.index for link in links.out}
    for link in links.all:
        if link.scheme == "fragment" or not link.href or not link.in_html:
            continue
        if (not link.text and link.position in words) or (not link.visible and link.index in out):
            return link, link.text or words.get(link.position) or link.href
    return None


def gather_unsubscribe(message: Message, sending: Sending, links: Links) -> Unsubscribe:
    """Read the headers and the body's links, together with what the sending service adds."""
    visible_text = message.visible_text
    hidden = _hidden_words(message)
    found = tuple(
        link
        for link in links.out
        if link.visible and link.scheme != "fragment" and (link.text or link.position not in hidden)
    )
    offset = None
    if found and message.html is not None:
        place = -1
        for link in found:
            place = message.html.find(link.href) if link.href else -1
            if place >= 0:
                break
        offset = len(message.html[:place].encode("utf-8", "replace")) if place >= 0 else None
    uris: tuple[str, ...] | Unknown
    post: str | Unknown
    added = False
    header = message.get("list-unsubscribe")
    if message.all("list-unsubscribe") or message.transported:
        uris, post = tuple(_URI.findall(header)), message.get("list-unsubscribe-post").strip()
    else:
        adds_header_field = adds_header(sending, "List-Unsubscribe")
        adds_post = adds_header(sending, "List-Unsubscribe-Post")
        added = adds_header_field is True
        offered = (ADDED_URI,) if added else ()
        uris = adds_header_field if isinstance(adds_header_field, Unknown) else offered
        one_click = "List-Unsubscribe=One-Click"
        post = adds_post if isinstance(adds_post, Unknown) else one_click * adds_post
    return Unsubscribe(
        header_uris=uris,
        post=post,
        added_by_service=added,
        links=found,
        offset=offset,
        footer=_footer(sending),
        wording=SAYS_UNSUBSCRIBE in message.gates
        and (mentions_unsubscribe(visible_text[-6000:]) or mentions_unsubscribe(visible_text[:2000])),
    )


def _footer(sending: Sending) -> bool | Unknown:
    if isinstance(sending.adds_footer, Unknown):
        return sending.adds_footer
    return sending.adds_footer and sending.footer_has_unsubscribe
