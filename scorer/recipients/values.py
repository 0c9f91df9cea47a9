"""The words of status, consent and yes-or-no columns."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from scorer.recipients.columns import plain

Status = Literal["", "opted-out", "bounced", "unconfirmed"]
Consent = Literal["confirmed", "single", "imported", "purchased", "none", "unstated"]

_STATUS: dict[str, Status] = {}
for _status, _words in (
    (
        "opted-out",
        "unsubscribed unsubscribe optedout optout complained complaint spam abuse spamcomplaint reportedspam "
        "suppressed blocked donotcontact donotemail donotmail removed deleted avmeldt avregistrerad "
        "abgemeldet ausgetragen desabonne uitgeschreven baja cancelado disiscritto",
    ),
    (
        "bounced",
        "bounced bounce hardbounce hardbounced hard cleaned invalid undeliverable nonexistent permanentfailure "
        "failedpermanent unzustellbar",
    ),
    ("unconfirmed", "unconfirmed pending notconfirmed awaitingconfirmation optinpending unverified"),
):
    for _word in _words.split():
        _STATUS[_word] = _status  # type: ignore[assignment]

_NO_WORDS = (
    "no n false 0 nei nej nein non none null nan off never aldri aldrig nie jamais nunca na notset unknown"
)
_NO = frozenset(_NO_WORDS.split())
_CONSENT: dict[str, Consent] = {}
for _consent, _words in (
    (
        "confirmed",
        "confirmed doubleoptin double doi verified coi confirmedoptin dobbel dubbel doppelt bekreftet",
    ),
    (
        "single",
        "single singleoptin soi yes y true 1 ja oui si sim subscribed optin optedin explicit form webform signup "
        "softoptin implied existingcustomer customer transactional",
    ),
    (
        "imported",
        "imported import importert importerad importiert upload uploaded migrated migration csv api sync",
    ),
    (
        "purchased",
        "purchased bought rented rental list brokered scraped thirdparty 3rdparty appended kjopt gekauft",
    ),
    ("none", "no n false 0 nei nej nein non none notgiven withdrawn optout optedout refused denied"),
):
    for _word in _words.split():
        _CONSENT[_word] = _consent  # type: ignore[assignment]


@lru_cache(maxsize=4096)
def status_of(text: str) -> Status:
    """What a status says; "" for subscribed and for words that are not known."""
    return _STATUS.get(plain(text), "")


@lru_cache(maxsize=4096)
def is_yes(text: str) -> bool:
    """Whether a yes-or-no field, or one that holds a date where it happened, says yes."""
    word = plain(text)
    return bool(word) and word not in _NO and not word.startswith("00000000")


@lru_cache(maxsize=4096)
def consent_of(text: str) -> Consent:
    """How consent was given; a date means that it was."""
    word = plain(text)
    if not word:
        return "unstated"
    found = _CONSENT.get(word)
    if found is not None:
        return found
    return "single" if word[:6].isdigit() else "unstated"


@lru_cache(maxsize=4096)
def source_kind(text: str) -> Consent:
    """What the source of a sign-up says of the consent: imported or purchased, else unstated."""
    word = plain(text)
    for kind, words in (
        (
            "purchased",
            ("purchas", "bought", "rented", "broker", "scrap", "listvendor", "appended", "gekauft"),
        ),
        ("imported", ("import", "upload", "migrat", "csv")),
    ):
        if any(part in word for part in words):
            return kind  # type: ignore[return-value]
    return "unstated"
