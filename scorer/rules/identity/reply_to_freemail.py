"""Answers go to a free-mail address that is not the sender's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import is_freemail
from scorer.rules.cited import SPAMASSASSIN_SCORES
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="reply-to-freemail",
    group="identity",
    severity="warning",
    title="Answers go to a free-mail address",
    why=(
        "An organization's name in From and a free-mail address in Reply-To is the pattern of advance-fee fraud: "
        "the forged sender is a real company, the answer reaches the fraudster. SpamAssassin and Rspamd both score it."
    ),
    fixes={
        "main": Fix(
            text="Let answers go to an address at {from_domain}, or take the Reply-To header out.",
            kind="edit",
            edit="drop-reply-to",
        )
    },
    limits="Clubs and small businesses do so honestly; a filter cannot tell them apart.",
    sources=(
        SPAMASSASSIN_SCORES,
        Source(
            "Rspamd, rules/headers_checks.lua, FREEMAIL_REPLYTO_NEQ_FROM_DOM (3 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/headers_checks.lua",
            "2026-11-24",
        ),
    ),
    needs=("identity",),
    about="reply-to",
    messages={
        "main": "The mailing comes from {from_domain}, but answers go to the free-mail address {address}.",
        "other": "The mailing comes from one free-mail provider ({from_domain}), but answers go to another: {address}.",
    },
    fails=Example(
        draft={
            "from": "Nordic Skis <shop@nordic-skis.example>",
            "reply_to": "nordic.skis.orders@gmail.com",
            "subject": "Wax",
            "text": "Hi.",
        }
    ),
    passes=Example(
        draft={
            "from": "Ann Berg <ann.berg@gmail.com>",
            "reply_to": "ann.berg.skis@gmail.com",
            "subject": "Wax",
            "text": "Hi.",
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    identity = facts.identity
    if not identity.author_domain or facts.discussion:
        return
    from_free = is_freemail(identity.author_domain)
    for box in identity.reply_to[:10]:
        if not is_freemail(box.domain) or box.domain == identity.author_domain:
            continue
        yield Hit(
            message="other" if from_free else "main",
            params={"address": box.address[:80], "from_domain": identity.author_domain},
            evidence=(within(facts.message, "Reply-To", box.address),),
            fix_params={"from_domain": identity.author_domain},
        )
        return
