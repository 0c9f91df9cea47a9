"""Some links are http, although the mailing uses https elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import display_domain
from scorer.facts.links import is_internal
from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="insecure-link",
    group="links",
    severity="info",
    title="Link without HTTPS",
    why=(
        "Chrome asks before it opens a public page over plain http, for everybody from October 2026, and "
        "others can read and change what is sent. One http link among https ones is nearly always an "
        "oversight."
    ),
    fixes={
        "main": Fix(
            text="Write https in place of http, and check that the page opens.", kind="edit", edit="use-https"
        ),
    },
    limits=(
        "Whether the site answers over https is not tried. A mailing without any https link is left "
        "alone, and so is one whose links the sending service replaces."
    ),
    sources=(
        Source(
            "Infosecurity Magazine via SC World, Google to block unsecure sites in Chrome by default",
            "https://www.scworld.com/brief/google-to-automatically-block-unsecure-sites-in-chrome-starting-2026",
            "2025-10-30",
        ),
        Source(
            "Mailgun, HTTPS tracking links",
            "https://help.mailgun.com/hc/en-us/articles/360011566033-HTTPS-Tracking-Links",
            "2026-11-24",
        ),
    ),
    needs=(
        "links",
        "sending",
    ),
    about="links",
    messages={
        "main": "{count} of {total} links are http and not https; the first leads to {host}.",
        "main.one": "One of {total} links is http and not https; it leads to {host}.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="http://www.fjellsport.example/one">One</a> <a href="https://www.fjellsport.example/two">Two</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.fjellsport.example/one?from=http://old.example">One</a> <a href="https://www.fjellsport.example/two">Two</a></p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """One finding for all plain http links."""
    rewrites = facts.sending.rewrites_links
    if not isinstance(rewrites, Unknown) and rewrites:
        return
    usable = [
        link for link in facts.links.web if link.host and not link.flaw and not link.is_ip and link.visible
    ]
    insecure = [link for link in usable if link.scheme == "http" and not is_internal(link.host)]
    if not insecure or len(insecure) == len(usable):
        return
    yield Hit(
        {"count": len(insecure), "total": len(usable), "host": display_domain(insecure[0].host)},
        tuple(at(link) for link in insecure[:20]),
    )
