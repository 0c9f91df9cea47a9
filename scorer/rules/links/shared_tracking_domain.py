"""The sending service counts clicks on a domain that all its customers share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.identity import org_of
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked
from scorer.said import say
from scorer.sending import is_template, known_suffix
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="shared-tracking-domain",
    group="links",
    severity="info",
    title="Links go through a tracking domain shared with others",
    why=(
        "The service replaces your links by its own. On a shared tracking domain your links have the "
        "reputation of all its customers, and none of them shows your name. A tracking domain of your "
        "own needs one DNS record."
    ),
    fixes={
        "main": Fix(text="Set up a tracking domain under {author} at {service}.", kind="sending"),
    },
    limits="Known only where the sending profile says that links are rewritten and to which domain.",
    sources=(
        Source(
            "Twilio SendGrid, How do I remove the sendgrid.net domain from links in my emails",
            "https://support.sendgrid.com/hc/en-us/articles/4408834924827-How-do-I-Remove-the-Sendgrid-net-Domain-from-Links-in-my-Emails",
            "2026-11-24",
        ),
        Source(
            "Mailgun, HTTPS tracking links",
            "https://help.mailgun.com/hc/en-us/articles/360011566033-HTTPS-Tracking-Links",
            "2026-11-24",
        ),
    ),
    needs=(
        "sending",
        "links",
        "identity",
    ),
    about="links",
    messages={
        "main": (
            "{service} will make your links go through {domain}, which it uses for its other customers too."
        ),
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.fjellsport.example/offer">The offer</a></p>',
        },
        sending={"profile": "sendgrid", "rewrites_links": True},
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.fjellsport.example/offer">The offer</a></p>',
        },
        sending={
            "profile": "sendgrid",
            "rewrites_links": True,
            "tracking_domain": "click.fjellsport.example",
        },
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where links are known to be rewritten to a domain of the service."""
    sending, author = facts.sending, facts.identity.author_org
    if not facts.links.web or not author or isinstance(sending.tracking_domain, Unknown):
        return
    if isinstance(sending.rewrites_links, Unknown):
        yield Unchecked(sending.rewrites_links.reason)
        return
    domain = sending.tracking_domain
    target = known_suffix(domain) if is_template(domain) else domain
    if not sending.rewrites_links or isinstance(target, Unknown) or org_of(target) == author:
        return
    where = Evidence("sending", "tracking_domain", target)
    service = say(sending.service)
    yield Hit(
        {"service": service, "domain": target},
        (where,),
        fix_params={"author": author, "service": service},
    )
