"""How a recipient gets off the list: headers (RFC 2369, RFC 8058) and the link in the body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from scorer.facts.links import Links, LinkTarget
from scorer.lazyre import lazy
from scorer.message import Message
from scorer.screen import VISIBLE, Phrases, folded
from scorer.sending import Sending, adds_header
from scorer.unknown import Unknown

# "Unsubscribe" and its kin, as senders write them; matched as substrings of the lower-cased text or address.
_WORDS = (
    "unsubscri|opt-out|opt out|optout|un-subscri|remove me|stop receiving|email preferences|"
    "manage preferences|manage your preferences|manage subscription|subscription preferences|"
    "update your preferences|"
    "communication preferences|subscription center|"
    "avmeld|meld av|meld deg av|meld meg av|avslutt abonnement|endre innstillinger|"
    "avregistrer|avprenumerera|avsluta prenumeration|avanmäl|avsäg|avbeställ|sluta prenumerera|"
    "afmeld|frameld|"
    "uitschrijven|afmelden|uitschrijf|abonnement wijzigen|afmeldlink|voorkeuren|"
    "abmelden|abmelde|abbestell|austragen|newsletter abbestellen|abmeldung|"
    "peru tilaus|peruuta tilaus|poistu listalta|peruuttaa tilauk|"
    "désabonn|desabonn|désinscri|desinscri|se désinscrire|"
    "darse de baja|cancelar suscripci|anular suscripci|dar de baja|cancelar a subscri|cancelar subscri|"
    "cancelar inscri|descadastr|anular subscri|remover da lista|"
    "disiscriv|cancella iscrizione|annulla l'iscrizione|cancellati|annulla iscrizione|"
    "wypisz|zrezygnuj|rezygnacja|anuluj subskryp|"
    "odhlásit|odhlaseni|odhlášení|odhlásiť|leiratkoz|dezabon|"
    "отпис|відпис|abonelikten|listeden çık|διαγραφ|"
    "配信停止|購読解除|登録解除|退订|取消订阅|退訂|수신거부|구독 취소|iptal et|הסר|إلغاء الاشتراك"
)
_UNSUBSCRIBE = Phrases(_WORDS)
SAYS_UNSUBSCRIBE = VISIBLE.add(folded(_WORDS))
"""The gate of words about unsubscribing."""
_IN_ADDRESS = Phrases(
    r"unsub|optout|opt-out|opt_out|preferences|abmeld|avmeld|afmeld|uitschrijv|desinscri|desabon|baja|"
    r"list-manage\.com/unsub|subscription|%unsubscribe_url%|\*\|unsub\|\*|unsubscribe_url|\[unsubscribe\]|"
    r"<%asm_|opt_out|avregistr|abbestell|descadastr"
)
_SENTENCE_END = lazy(r"[.!?\n]")
_URI = lazy(r"<\s*([^<>]{1,4000}?)\s*>")
ADDED_URI = "https://added.by.the.sending.service/"
"""Stands for the address that a sending service puts into List-Unsubscribe."""
CONTEXT = 60
"""How many code points before a link count as its own words ("To unsubscribe, click here")."""
_AT_ONCE = 16
"""How many links are looked at together: few of a mailing's links lead off the list."""


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


def mentions_unsubscribe(text: str) -> bool:
    """Whether a text offers a way off the list, in any of some twenty languages."""
    return _UNSUBSCRIBE.within(text.lower())


def is_unsubscribe_link(link: LinkTarget, visible_text: str) -> bool:
    """Whether a link leads off the list, by its text, its address or the words right before it."""
    if mentions_unsubscribe(link.text) or _IN_ADDRESS.within(link.href.lower()):
        return True
    if len(link.text) > 30:
        return False
    return mentions_unsubscribe(_SENTENCE_END.split(_before(link, visible_text))[-1])


def _before(link: LinkTarget, visible_text: str) -> str:
    """The words right before a link."""
    return visible_text[max(0, link.position - CONTEXT) : link.position]


def ways_out(links: Iterable[LinkTarget], visible_text: str) -> list[LinkTarget]:
    """Those of `links` that lead off the list (`is_unsubscribe_link`), in order."""
    return [
        link for link in _candidates(list(links), visible_text) if is_unsubscribe_link(link, visible_text)
    ]


def _candidates(links: list[LinkTarget], visible_text: str) -> Iterator[LinkTarget]:
    """`links` without those that stand in a row of which none leads off the list. No phrase holds a line break,
    so that one look at all the words and addresses of a row tells as much as many looks."""
    for start in range(0, len(links), _AT_ONCE):
        row = links[start : start + _AT_ONCE]
        words = [link.text for link in row] + [_before(link, visible_text) for link in row]
        if mentions_unsubscribe("\n".join(words)) or _IN_ADDRESS.within(
            "\n".join([link.href for link in row]).lower()
        ):
            yield from row


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
    text = message.visible_text
    for link in links.all:
        if link.scheme == "fragment" or not link.href or not link.in_html:
            continue
        if (not link.text and link.position in words) or (
            not link.visible and is_unsubscribe_link(link, text)
        ):
            return link, link.text or words.get(link.position) or link.href
    return None


def gather_unsubscribe(message: Message, sending: Sending, links: Links) -> Unsubscribe:
    """Read the headers and the body's links, together with what the sending service adds."""
    visible_text = message.visible_text
    hidden = _hidden_words(message)
    shown = [
        link
        for link in links.all
        if link.visible and link.scheme != "fragment" and (link.text or link.position not in hidden)
    ]
    found = tuple(ways_out(shown, visible_text))
    offset = None
    if found and message.html is not None:
        place = message.html.find(found[-1].href) if found[-1].href else -1
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
