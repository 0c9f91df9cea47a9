"""Pictures are fetched over http in a mailing that uses https."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="insecure-image",
    group="links",
    severity="info",
    title="Picture fetched without HTTPS",
    why=(
        "Webmail is an https page. Browsers try https for such pictures and leave them out if that "
        "fails, so readers see holes."
    ),
    fixes={
        "main": Fix(
            text="Write https in place of http in the addresses of the pictures.",
            kind="edit",
            edit="use-https",
        ),
    },
    limits=(
        "Whether the server answers over https is not tried. Gmail and Apple Mail fetch pictures through "
        "their own servers, where it does not show. A mailing that uses https nowhere is left alone."
    ),
    sources=(
        Source(
            "W3C, Mixed Content, 4 (autoupgraded requests)",
            "https://www.w3.org/TR/mixed-content/",
            "2023-02-23",
        ),
    ),
    needs=(
        "links",
        "message",
    ),
    about="page",
    messages={
        "main": "{count} pictures or backgrounds are fetched over http and not https.",
        "main.one": "A picture or background is fetched over http and not https.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><img src="http://img.fjellsport.example/head.png" alt="Fjellsport" width="600"> <a href="https://www.fjellsport.example/">Shop</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><img src="https://img.fjellsport.example/head.png" alt="http" width="600"> <a href="https://www.fjellsport.example/">Shop</a></p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """One finding for all plain http resources, with their places in the HTML."""
    insecure = dict.fromkeys(facts.links.insecure_resources)
    html = facts.message.html
    page = facts.message.page
    if not insecure or html is None or page is None:
        return
    secure = any(link.scheme == "https" for link in facts.links.web) or any(
        source.lower().startswith("https:") for source in page.resources
    )
    if not secure:
        return
    places = []
    for source in list(insecure)[:20]:
        place = html.find(source)
        if place >= 0:
            places.append(Evidence("html", quote=source[:120], start=place, end=place + len(source)))
    yield Hit({"count": len(facts.links.insecure_resources)}, tuple(places))
