"""The sender's name carries what belongs into the subject: urgency, news, a reply."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.cited import GMAIL_NAMES
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="display-name-is-a-message",
    group="identity",
    severity="warning",
    title="The sender's name is used as a headline",
    why=(
        "Gmail wants the sender's name to identify the sender and nothing else: no subject, no urgency (“Last "
        "Chance”, “URGENT REQUEST”), no counter that imitates a conversation (“User (2)”). Senders who do otherwise "
        "may get no help with deliverability."
    ),
    fixes={
        "main": Fix(
            text="Write only your own or your organization's name as the sender; put the news into the subject.",
            kind="author",
        ),
        "counter": Fix(
            text="Take {found} out of the sender's name.", kind="edit", edit="repair-display-name"
        ),
    },
    limits="Phrases are known in nine languages and only the plainest; an organization may bear such a word in its name.",
    sources=(GMAIL_NAMES,),
    needs=("identity",),
    messages={
        "main": "The sender's name says “{found}”, which tells about the message and not who sends it.",
        "counter": "The sender's name has “{found}”, as if it were part of a conversation.",
    },
    fails=Example(
        draft={"from": "LAST CHANCE - Nordic Skis <news@example.com>", "subject": "Sale", "text": "Skis."}
    ),
    passes=Example(
        draft={"from": "Second Chance Animal Rescue <news@example.com>", "subject": "Dogs", "text": "Woof."}
    ),
)

_PHRASE = lazy(
    r"\b(?:last chance|final (?:notice|hours|reminder)|time is running out|act now|urgent(?:ly)?(?: (?:request|notice|message))?|"
    r"important (?:update|notice|message)|action required|ends (?:today|tonight|soon)|new message|immediate attention|"
    r"letzte chance|dringend|nur noch heute|wichtige (?:mitteilung|nachricht)|"
    r"siste sjanse|viktig (?:melding|beskjed)|sista chansen|viktigt meddelande|sidste chance|vigtig besked|"
    r"laatste kans|belangrijk bericht|dernière chance|message important|última oportunidad|mensaje importante|"
    r"ultima occasione|messaggio importante)\b",
    re.IGNORECASE,
)
_COUNTER = lazy(r"^(?:re|fwd?|aw|sv|antw)\s*:|\((?:[1-9]|1\d)\)$|^[\[(](?:[1-9]|1\d)[\])]", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    name = facts.identity.display_name[:300].strip()
    found = _COUNTER.search(name)
    kind = "counter"
    if found is None:
        found, kind = _PHRASE.search(name), "main"
    if found is not None:
        fix_params: dict[str, str | int | float] = {"found": found[0]}
        if kind == "counter":
            fix_params["remove"] = found[0]
        yield Hit(
            message=kind,
            params={"found": found[0]},
            evidence=(within(facts.message, "From", found[0]),),
            fix=kind,
            fix_params=fix_params,
        )
