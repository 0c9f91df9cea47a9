"""A free-mail address as the sender of a mailing that the free-mail provider does not send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import consumer_provider, is_freemail
from scorer.facts.identity import org_of
from scorer.rules.cited import GMAIL, SPAMASSASSIN_SCORES
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked
from scorer.said import say
from scorer.unknown import Unknown, or_none

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="from-is-freemail",
    group="identity",
    severity="error",
    title="The sender is a free-mail address",
    why=(
        "Only the provider's own servers can sign for gmail.com, yahoo.com or outlook.com. Sent from anywhere "
        "else, such a sender fails DMARC, and nothing that you could publish mends it: Yahoo's and AOL's policy is "
        "to reject, Gmail says that impersonating its addresses harms delivery."
    ),
    fixes={
        "main": Fix(
            text=(
                "Send from an address at a domain of your own, and put {address} into Reply-To if answers are to go there."
            ),
            kind="author",
        )
    },
    limits=(
        "A letter sent with the provider's own webmail or servers is fine. Without a sending profile the program "
        "only warns, and only of what looks like a mailing. Some services put an address of their own into From."
    ),
    sources=(
        GMAIL,
        Source("RFC 9989, DMARC: identifier alignment", "https://www.rfc-editor.org/rfc/rfc9989", "2026-05"),
        SPAMASSASSIN_SCORES,
    ),
    needs=("identity", "route"),
    about="odd sender's domain",
    messages={
        "main": "The sender {address} is at the free-mail provider {domain}, but {service} sends the mailing.",
        "observed": "The sender {address} is at the free-mail provider {domain}, but another server sent the message.",
        "unspecified": (
            "The sender {address} is at the free-mail provider {domain}. Sent through any mailing service, it fails DMARC."
        ),
    },
    fails=Example(
        draft={
            "from": "Hanna's Kitchen <hannas.kitchen@gmail.com>",
            "subject": "New courses",
            "text": "Book a seat.",
        },
        sending="mailgun-eu",
    ),
    passes=Example(
        draft={
            "from": "Hanna's Kitchen <news@hannas-kitchen.example>",
            "reply_to": "hannas.kitchen@gmail.com",
            "subject": "New courses",
            "text": "Book a seat.",
        },
        sending="mailgun-eu",
    ),
)

_OWN_SERVICES = {"google-workspace": "gmail", "microsoft-365": "microsoft"}


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    author, sending, route = facts.identity.author, facts.sending, facts.route
    if author is None or not is_freemail(author.domain) or facts.discussion:
        return
    params: dict[str, str | int | float] = {"address": author.address[:80], "domain": author.domain}
    evidence = (within(facts.message, "From", author.address),)
    own = consumer_provider(author.domain)
    if sending.mode == "unspecified":
        subscribed = facts.subscribed
        if isinstance(subscribed, Unknown) or not subscribed:
            yield Unchecked(
                say(
                    "the sender is at {domain}, and it is not known who sends the message (--sending)",
                    domain=author.domain,
                )
            )
        else:
            yield Hit(
                message="unspecified", severity="warning", params=params, evidence=evidence, fix_params=params
            )
        return
    if sending.mode == "observed":
        orgs = {or_none(route.envelope_org)}
        orgs |= {org_of(s.domain) for s in or_none(route.signers) or () if isinstance(s.domain, str)}
        if facts.identity.author_org in orgs:
            return
        if orgs == {None}:
            yield Unchecked("the message's own headers do not tell which domain sent it")
            return
        yield Hit(message="observed", severity="warning", params=params, evidence=evidence, fix_params=params)
        return
    if own is not None and _OWN_SERVICES.get(sending.profile) == own:
        return
    if sending.replaces_from is True:
        return
    yield Hit(params={**params, "service": say(sending.service)}, evidence=evidence, fix_params=params)
