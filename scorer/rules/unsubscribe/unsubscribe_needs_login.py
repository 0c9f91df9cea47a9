"""The text tells recipients to log in if they want to unsubscribe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.cited import YAHOO
from scorer.rules.places import of_visible
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked
from scorer.screen import VISIBLE

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="unsubscribe-needs-login",
    group="unsubscribe",
    severity="warning",
    title="Unsubscribing needs a login",
    why=(
        "Yahoo wants an unsubscribe process without a login, and in the United States a recipient may be asked for "
        "no more than an e-mail address and one web page. Whoever has lost the password presses the spam button."
    ),
    fixes={
        "main": Fix(
            text="Give an unsubscribe link that works without logging in, beside the settings of the account.",
            kind="author",
        )
    },
    limits="Only plain sentences in English, German, French, Dutch and the Scandinavian languages are recognized.",
    sources=(
        YAHOO,
        Source(
            "16 CFR 316.5, Prohibition on charging a fee or imposing other requirements",
            "https://www.ecfr.gov/current/title-16/chapter-I/subchapter-C/part-316/section-316.5",
            "2026-11-23",
        ),
    ),
    needs=("unsubscribe",),
    messages={"main": "The text asks recipients to log in to unsubscribe: “{quote}”"},
    fails=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week",
            "text": "Come by.\n\nTo unsubscribe, please log in to your account and choose Settings.",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week",
            "text": (
                "Come by. Log in to see your bonus.\n\nTo unsubscribe, visit https://example.com/u/8f3a. "
                "Settings: log in at https://example.com/me."
            ),
        }
    ),
)

_LEAVE = r"(?:unsubscribe|opt[ -]out|abmelden|abzumelden|abbestellen|désinscrire|désabonner|afmelden|uitschrijven|melde deg av|avmelde|avregistrere|afmelde|avregistrera|avprenumerera)"
_LOG_IN = r"(?:log ?in|sign ?in|einloggen|anmelden|loggen sie sich|melden sie sich|connectez-vous|connecter|inloggen|logg inn|log ind|logga in)"
_SAYS_BOTH = VISIBLE.add(rf"{_LEAVE}[^.!?\n]*{_LOG_IN}|{_LOG_IN}[^.!?\n]*{_LEAVE}")
_SENTENCE = lazy(
    rf"\b(?:to|um|pour|om te|om|for å|för att|for at) (?:\w+ ){{0,3}}{_LEAVE}\b[^.!?\n]{{0,40}}?[, ](?:please |bitte |you (?:must|need to|have to) |first )*{_LOG_IN}\b"
    rf"|\b{_LOG_IN}\b[^.!?\n]{{0,60}}? (?:to|um|pour|om te|om|for å|för att|for at) (?:\w+ ){{0,2}}{_LEAVE}\b",
    re.IGNORECASE,
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    if _SAYS_BOTH not in facts.message.gates:
        return
    text = facts.message.visible_text
    offset = max(0, len(text) - 20_000)
    found = _SENTENCE.search(text, offset)
    if found is not None and " or " not in found[0].lower():
        yield Hit(params={"quote": found[0][:100]}, evidence=(of_visible(text, found.start(), found.end()),))
