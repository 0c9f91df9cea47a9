"""The text of a link is an address, and click tracking makes it lead to another domain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import display_domain, sending_service_of
from scorer.rules.links import at, one_site
from scorer.rules.rule import Example, Fix, Hit, Param, Rule, Source, Unchecked
from scorer.said import say
from scorer.sending import is_template, known_suffix
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="tracked-link-shows-an-address",
    group="links",
    severity="warning",
    title="Tracked link that shows an address",
    why=(
        "Click tracking replaces the target of a link and not its text. If the text is an address, the "
        "two then disagree, as in a phishing mail, and scanners that compare them warn the reader."
    ),
    fixes={
        "main": Fix(
            text=(
                "Write words in place of the address as the text of the link, or set up a tracking domain of "
                "your own at {service}."
            ),
            kind="edit",
            edit="replace-link-text",
        ),
    },
    limits="What the sending service will do is judged only where the sending profile says so.",
    sources=(
        Source(
            "Dialog Insight, Understanding phishing: tracked links whose text is an address",
            "https://support.dialoginsight.com/en/support/solutions/articles/1000249081-understanding-phishing",
            "2026-11-24",
        ),
        Source(
            'Interspire, Recipients are seeing phrases like "MailScanner has detected a possible fraud attempt"',
            "https://www.interspire.com/support/kb/questions/1104/",
            "2026-11-24",
        ),
        Source(
            "Rspamd, PHISHED_GENERIC_SERVICE (0.0 of 15), conf/scores.d/phishing_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/phishing_group.conf",
            "2026-11-24",
        ),
    ),
    needs=(
        "links",
        "sending",
    ),
    about="links that name a host",
    messages={
        "main": (
            "A link shows the address {shown} and leads to {target}, which belongs to the sending service "
            "{service}."
        ),
        "rewritten": (
            "A link shows the address {shown}. {service} will make it lead to its tracking address at "
            "{target}."
        ),
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>Our shop: <a href="https://www.fjellsport.example/">www.fjellsport.example</a></p>',
        },
        sending={"profile": "sendgrid", "rewrites_links": True},
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>Our shop: <a href="https://www.fjellsport.example/">www.fjellsport.example</a></p>',
        },
        sending={
            "profile": "sendgrid",
            "rewrites_links": True,
            "tracking_domain": "click.fjellsport.example",
        },
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Compare what links show with where the service leads them, now or once it has rewritten them."""
    named = [link for link in facts.links.web if link.visible and link.in_html and link.text_host]
    rewrites = facts.sending.rewrites_links
    if isinstance(rewrites, Unknown) or not rewrites:
        for link in named:
            service = sending_service_of(link.host)
            if service is None or one_site(link.text_host, link.host):
                continue
            names: dict[str, Param] = {
                "shown": display_domain(link.text_host),
                "target": display_domain(link.host),
            }
            yield Hit({**names, "service": service}, (at(link),))
        return
    tracking = facts.sending.tracking_domain
    if isinstance(tracking, str) and is_template(tracking):
        tracking = known_suffix(tracking)
    if isinstance(tracking, Unknown):
        if named:
            yield Unchecked(tracking.reason)
        return
    for link in named:
        if not one_site(link.text_host, tracking):
            yield Hit(
                {
                    "shown": display_domain(link.text_host),
                    "target": tracking,
                    "service": say(facts.sending.service),
                },
                (at(link),),
                message="rewritten",
            )
