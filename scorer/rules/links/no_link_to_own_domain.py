"""None of the links leads to the domain of the From address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import display_domain, is_freemail, sending_service_of
from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="no-link-to-own-domain",
    group="links",
    severity="info",
    title="No link leads to the sender's own domain",
    why=(
        "Filters relate the domains in the links to the domain that signs and sends. A mailing all of "
        "whose links lead elsewhere looks like mail in another's name. Google recommends one domain for "
        "sending and for the web site."
    ),
    fixes={
        "main": Fix(
            text="Link to a page on {domain}, or send from the domain that the links lead to.", kind="author"
        ),
    },
    limits=(
        "Companies with several domains look the same unless the names begin alike. Only HTML is judged, "
        "because plain text quotes addresses. Tracking domains of known sending services count as "
        "neutral, unknown ones as foreign."
    ),
    sources=(
        Source(
            "Google, Email sender guidelines (same domain for authentication and public web site)",
            "https://support.google.com/a/answer/81126",
            "2026-07-02",
        ),
    ),
    needs=(
        "links",
        "identity",
        "sending",
    ),
    about="page",
    messages={
        "main": "The mailing is from {domain}, and none of its {count} links leads there; most lead to {target}.",
        "main.one": "The mailing is from {domain}, and its only link leads to {target}.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://a.other-shop.example/1">One</a> <a href="https://a.other-shop.example/2">Two</a> <a href="https://b.other-shop.example/3">Three</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://a.other-shop.example/1">One</a> <a href="https://a.other-shop.example/2">Two</a> <a href="https://www.fjellsport.example/3">Three</a></p>',
        }
    ),
)


FEWEST = 3
"""Links; with fewer there is nothing that can be called a pattern."""


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where all links are known and none is the sender's, the service's or under the sender's name."""
    author = facts.identity.author_org
    web = [link for link in facts.links.web if link.visible and link.in_html and not link.flaw]
    if not author or is_freemail(facts.identity.author_domain) or len(web) < FEWEST:
        return
    name = author.partition(".")[0]
    tracking = facts.sending.tracking_domain
    for link in web:
        if link.has_merge_tag and not link.host:
            return
        if link.org == author or _kin(link.org.partition(".")[0], name) or sending_service_of(link.host):
            return
        if isinstance(tracking, str) and link.host == tracking:
            return
    orgs = [link.org for link in web]
    most = max(dict.fromkeys(orgs), key=orgs.count)
    yield Hit(
        {"domain": display_domain(author), "count": len(web), "target": display_domain(most)},
        tuple(at(link) for link in web[:5]),
    )


def _kin(one: str, other: str) -> bool:
    """Whether two names begin alike ("ryanair", "ryanairmail"), so that they may well be one company's."""
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= 5 and long.startswith(short))
