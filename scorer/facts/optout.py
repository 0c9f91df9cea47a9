"""What leads off a list, and what speaks of it: by words, in any of some twenty languages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.screen import VISIBLE, Phrases, folded, literals

if TYPE_CHECKING:
    from scorer.facts.links import LinkTarget
    from scorer.native.search import Literals

try:
    from scorer.native import search as _native
except ImportError:  # nothing was compiled
    _native = None  # type: ignore[assignment]

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
_IN_ADDRESSES = (
    r"unsub|optout|opt-out|opt_out|preferences|abmeld|avmeld|afmeld|uitschrijv|desinscri|desabon|baja|"
    r"list-manage\.com/unsub|subscription|%unsubscribe_url%|\*\|unsub\|\*|unsubscribe_url|\[unsubscribe\]|"
    r"<%asm_|opt_out|avregistr|abbestell|descadastr"
)
_IN_ADDRESS = Phrases(_IN_ADDRESSES)
_SENTENCE_END = lazy(r"[.!?\n]")
CONTEXT = 60
"""How many code points before a link count as its own words ("To unsubscribe, click here")."""
_AT_ONCE = (24, 5)
"""How many links are looked at together, at first and then: few of a mailing's links lead off the list."""


def mentions_unsubscribe(text: str) -> bool:
    """Whether a text offers a way off the list, in any of some twenty languages."""
    # The most frequent word is found many times as fast by itself.
    return "unsubscri" in text or "Unsubscri" in text or _UNSUBSCRIBE.within(text.lower())


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
    candidates = list(links)
    phrases = None if _native is None else _phrases()
    return (
        _by_rows(candidates, visible_text)
        if phrases is None
        else _native.leading_out(candidates, visible_text, *phrases, CONTEXT)
    )


def _by_rows(links: list[LinkTarget], visible_text: str) -> list[LinkTarget]:
    for size in _AT_ONCE:
        links = _candidates(links, visible_text, size)
    return [link for link in links if is_unsubscribe_link(link, visible_text)]


@cache
def _phrases() -> tuple[Literals, Literals] | None:
    """Words about unsubscribing, and parts of addresses that lead off a list; None if not all are literals."""
    words, addresses = literals(_WORDS), literals(_IN_ADDRESSES)
    if words is None or addresses is None:
        return None
    return _native.Literals(words), _native.Literals(addresses)


def _candidates(links: list[LinkTarget], visible_text: str, size: int) -> list[LinkTarget]:
    """`links` without those that stand in a row of `size` of which none leads off the list. No phrase holds a line
    break, so that one look at all the words and addresses of a row tells as much as many looks."""
    found: list[LinkTarget] = []
    for start in range(0, len(links), size):
        row = links[start : start + size]
        words = [link.text for link in row] + [_before(link, visible_text) for link in row]
        if mentions_unsubscribe("\n".join(words)) or _IN_ADDRESS.within(
            "\n".join([link.href for link in row]).lower()
        ):
            found += row
    return found
