"""The body's only way off the list is to write a mail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import YAHOO
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="unsubscribe-by-mail-only",
    group="unsubscribe",
    severity="info",
    title="Unsubscribing takes a mail",
    why=(
        "Some recipients read mail where no mail program opens on a mailto link, and a request by mail has to be "
        "worked off by somebody. Microsoft recommends a functional unsubscribe link."
    ),
    fixes={
        "main": Fix(
            text="Offer an unsubscribe page with an https link beside the mail address.", kind="author"
        )
    },
    limits="A mail address is allowed everywhere; Yahoo takes one in the List-Unsubscribe header.",
    sources=(
        Source(
            "Microsoft, Strengthening Email Ecosystem: Outlook's New Requirements for High-Volume Senders",
            "https://techcommunity.microsoft.com/blog/microsoftdefenderforoffice365blog/strengthening-email-ecosystem-outlook%E2%80%99s-new-requirements-for-high%E2%80%90volume-senders/4399730",
            "2025-04-29",
        ),
        YAHOO,
    ),
    needs=("unsubscribe",),
    about="links without hosts",
    messages={"main": "The only unsubscribe link in the mailing opens a mail: {href}"},
    fails=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week",
            "html": '<p>Come by.</p><p><a href="mailto:leave@example.com?subject=Unsubscribe">Unsubscribe</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week",
            "html": (
                '<p>Come by.</p><p><a href="https://example.com/u/8f3a">Unsubscribe</a> or '
                '<a href="mailto:leave@example.com?subject=Unsubscribe">write</a></p>'
            ),
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    links = facts.unsubscribe.links
    if links and facts.unsubscribe.footer is not True and all(link.scheme == "mailto" for link in links):
        first = links[0]
        yield Hit(
            params={"href": first.href[:80]}, evidence=(Evidence("link", str(first.index), first.href[:120]),)
        )
