"""The text of a link is an address, and the link leads somewhere else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import display_domain, organizational_domain_psl, sending_service_of
from scorer.rules.links import at, gateway_of
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.sending import is_template, known_suffix
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts
    from scorer.facts.links import LinkTarget

RULE = Rule(
    id="link-text-names-another-domain",
    group="links",
    severity="warning",
    title="Link text names another domain",
    why=(
        "A link that shows one address and opens another is the oldest sign of phishing. Filters and "
        "mail programs compare the two, and some show a warning to the reader. Click tracking causes the "
        "same disagreement in an honest mailing."
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
        "rewritten": Fix(
            text=(
                "Write words in place of the address as the text of the link, or set up a tracking domain of "
                "your own at {service}."
            ),
            kind="edit",
            edit="replace-link-text",
        ),
    },
    limits=(
        "Only a text that is an address as a whole is compared, not a sentence that mentions one; a "
        "company called after its address (Booking.com) is taken for one. Two domains of one company "
        "under different names cannot be told from two companies."
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
        Source(
            "Dialog Insight, Understanding phishing: tracked links whose text is an address",
            "https://support.dialoginsight.com/en/support/solutions/articles/1000249081-understanding-phishing",
            "2026-11-24",
        ),
    ),
    needs=(
        "links",
        "identity",
        "sending",
    ),
    messages={
        "main": "A link shows the address {shown} and leads to {target}.",
        "tracking": (
            "A link shows the address {shown} and leads to {target}, which belongs to the sending service "
            "{service}."
        ),
        "rewritten": (
            "A link shows the address {shown}. The sending service will make it lead to its tracking address "
            "at {target}."
        ),
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
    """Compare what links show with where they lead, or will lead once the service has rewritten them."""
    named = [
        link for link in facts.links.web if link.visible and link.in_html and link.text_host and not link.flaw
    ]
    rewrites = facts.sending.rewrites_links
    rewritten = not isinstance(rewrites, Unknown) and rewrites
    if rewritten and named:
        yield from unknowns(facts.sending.tracking_domain)
    for link in named:
        hit = _rewritten(link, facts) if rewritten else _drafted(link, facts)
        if hit is not None:
            yield hit


def _drafted(link: LinkTarget, facts: Facts) -> Hit | None:
    if not link.host or link.org == facts.identity.author_org or gateway_of(link.host):
        return None
    if _one_site(link.text_host, link.host):
        return None
    shown, target = display_domain(link.text_host), display_domain(link.host)
    service = sending_service_of(link.host)
    if service is None:
        return Hit({"shown": shown, "target": target}, (at(link),))
    return Hit(
        {"shown": shown, "target": target, "service": service},
        (at(link),),
        message="tracking",
        severity="info",
        fix="rewritten",
    )


def _rewritten(link: LinkTarget, facts: Facts) -> Hit | None:
    tracking = facts.sending.tracking_domain
    if isinstance(tracking, Unknown):
        return None
    target = known_suffix(tracking) if is_template(tracking) else tracking
    if isinstance(target, Unknown) or _one_site(link.text_host, target):
        return None
    shown = display_domain(link.text_host)
    return Hit(
        {"shown": shown, "target": target, "service": facts.sending.service},
        (at(link),),
        message="rewritten",
        fix="rewritten",
    )


def _one_site(one: str, other: str) -> bool:
    """Whether two hosts are under one Organizational Domain, or under one name in two countries."""
    one, other = (organizational_domain_psl(host) or host for host in (one, other))
    label = one.partition(".")[0]
    return one == other or (len(label) >= 4 and label == other.partition(".")[0])
