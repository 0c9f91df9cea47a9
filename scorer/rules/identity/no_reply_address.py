"""Answers go to an address that nobody reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.cited import MICROSOFT
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="no-reply-address",
    group="identity",
    severity="info",
    title="Nobody can answer",
    why=(
        "Microsoft asks that From or Reply-To be addresses that can receive mail. Recipients who cannot answer, "
        "to leave the list for instance, have the spam button left."
    ),
    fixes={
        "main": Fix(
            text="Let answers go to a mailbox that somebody reads: set Reply-To, or rename the sender.",
            kind="author",
        )
    },
    limits="An address called “noreply” may be read all the same; no filter is known to count the word.",
    sources=(
        Source(
            "Microsoft, Strengthening Email Ecosystem: Outlook's New Requirements for High-Volume Senders",
            "https://techcommunity.microsoft.com/blog/microsoftdefenderforoffice365blog/strengthening-email-ecosystem-outlook%E2%80%99s-new-requirements-for-high%E2%80%90volume-senders/4399730",
            "2025-04-29",
        ),
        MICROSOFT,
    ),
    needs=("identity",),
    messages={"main": "Answers to this mailing go to {address}, which by its name nobody reads."},
    fails=Example(
        draft={"from": "Nordic Skis <no-reply@example.com>", "subject": "Wax week", "text": "Come by."}
    ),
    passes=Example(
        draft={
            "from": "Nordic Skis <no-reply@example.com>",
            "reply_to": "shop@example.com",
            "subject": "Wax week",
            "text": "Come by.",
        }
    ),
)

_NO_REPLY = lazy(
    r"(?:^|[._+-])(?:no[._-]?(?:reply|response|answer)|(?:do[._-]?)?not[._-]?reply|dont[._-]?reply|ikke[._-]?svar|nicht[._-]?antworten|ne[._-]?pas[._-]?repondre)(?:$|[._+\d-])",
    re.IGNORECASE,
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    header, boxes = (
        ("Reply-To", facts.identity.reply_to) if facts.identity.reply_to else ("From", facts.identity.from_)
    )
    known = [box for box in boxes[:10] if "@" in box.address]
    if known and all(_NO_REPLY.search(box.local_part) for box in known):
        yield Hit(
            params={"address": known[0].address[:80]},
            evidence=(within(facts.message, header, known[0].address),),
        )
