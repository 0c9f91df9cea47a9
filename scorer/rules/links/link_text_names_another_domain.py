"""The text of a link is an address, and the link leads somewhere else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import display_domain, sending_service_of
from scorer.rules.links import at, gateway_of, one_site
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="link-text-names-another-domain",
    group="links",
    severity="warning",
    title="Link text names another domain",
    why=(
        "A link that shows one address and opens another is the oldest sign of phishing. Filters and "
        "mail programs compare the two, and some show a warning to the reader."
    ),
    fixes={
        "main": Fix(
            text=(
                "Write words in place of the address as the text of the link, or show the address that it really "
                "leads to."
            ),
            kind="edit",
            edit="replace-link-text",
        ),
    },
    limits=(
        "Only a text that is an address as a whole is compared, not a sentence that mentions one; a "
        "company called after its address (Booking.com) is taken for one. Two domains of one company "
        "under different names cannot be told from two companies. Click tracking of known sending "
        "services is a finding of its own."
    ),
    sources=(
        Source(
            "Google, Email sender guidelines (message formatting)",
            "https://support.google.com/a/answer/81126",
            "2026-07-02",
        ),
        Source(
            "Rspamd, PHISHING (4.0 of 15), conf/scores.d/phishing_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/phishing_group.conf",
            "2026-11-24",
        ),
    ),
    needs=(
        "links",
        "identity",
        "sending",
    ),
    about="links that name a host",
    messages={
        "main": "A link shows the address {shown} and leads to {target}.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>Read the terms at <a href="https://click.other-host.example/t/1">www.fjellsport.example/terms</a>.</p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>Read the terms at <a href="https://shop.fjellsport.example/terms">www.fjellsport.example/terms</a>.</p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Compare what links show with where they lead, unless the sending service will replace that."""
    rewrites = facts.sending.rewrites_links
    if not isinstance(rewrites, Unknown) and rewrites:
        return
    author = facts.identity.author_org
    for link in facts.links.web:
        if not (link.visible and link.in_html and link.text_host and link.host) or link.flaw:
            continue
        if link.org == author or one_site(link.text_host, link.host):
            continue
        if sending_service_of(link.host) or gateway_of(link.host):
            continue
        shown, target = display_domain(link.text_host), display_domain(link.host)
        yield Hit({"shown": shown, "target": target}, (at(link),))
