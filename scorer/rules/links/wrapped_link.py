"""A link still goes through the security gateway of somebody's mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.links import at, gateway_of
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="wrapped-link",
    group="links",
    severity="warning",
    title="Link copied out of a received mail",
    why=(
        "Security gateways replace the links in mail that comes in. A link copied from such a mail sends "
        "every recipient through your gateway, can carry your own address in it, and stops working when "
        "the gateway says so."
    ),
    fixes={
        "main": Fix(text="Copy the address of the page from the browser and link to that.", kind="author"),
    },
    limits=(
        "Not judged in a message that has been sent already: there the recipient's gateway has put itself in."
    ),
    sources=(
        Source(
            "University of Edinburgh, Microsoft 365 Safe Links",
            "https://www.ed.ac.uk/information-services/help-consultancy/it-help/email-and-office365/microsoft-365-safe-links",
            "2026-11-24",
        ),
        Source(
            "Microsoft Learn, Safe Links in Microsoft Defender for Office 365",
            "https://learn.microsoft.com/en-us/defender-office-365/safe-links-about",
            "2026-11-24",
        ),
    ),
    needs=(
        "links",
        "message",
    ),
    about="links to odd hosts",
    messages={
        "main": "A link goes through {gateway}, because it was copied out of a received mail.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.fjellsport.example%2F&amp;data=05%7C02%7Canne%40fjellsport.example">The offer</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.outlook.com/?url=https%3A%2F%2Fwww.fjellsport.example%2F">The offer</a></p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for the hosts of known gateways, in what has not been sent yet."""
    if facts.message.transported:
        return
    for link in facts.links.web:
        gateway = gateway_of(link.host)
        if gateway:
            yield Hit({"gateway": gateway}, (at(link),))
