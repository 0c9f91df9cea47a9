"""A link passes through the redirect page of a large site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from scorer.domains import display_domain
from scorer.rules.links import at, redirect_pages
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="open-redirect-link",
    group="links",
    severity="warning",
    title="Link through another site's redirect",
    why=(
        "Search engines and social networks have pages that pass visitors on to any address. Phishing "
        "mail uses them to borrow a good name, so filters look through them. In a newsletter such a link "
        "was nearly always copied from a search result."
    ),
    fixes={
        "main": Fix(text="Link to the final page itself.", kind="edit", edit="replace-link"),
        "unseen": Fix(text="Link to the final page itself.", kind="author"),
    },
    limits=(
        "Redirect pages of a short list of large sites are recognised. Share buttons and click tracking "
        "are not meant."
    ),
    sources=(
        Source(
            "Apache SpamAssassin, rules/25_url_redirectors.cf",
            "https://github.com/apache/spamassassin/blob/trunk/rules/25_url_redirectors.cf",
            "2026-11-24",
        ),
        Source(
            "Broadcom, Phishing URL not detected when embedded in a Google redirect",
            "https://knowledge.broadcom.com/external/article/416042/phishing-url-not-detected-when-embedded.html",
            "2026-11-24",
        ),
    ),
    needs=("links",),
    about="links to odd hosts",
    messages={
        "main": "A link goes through {host} and from there to {target}.",
        "unseen": "A link goes through the redirect page of {host}.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.google.com/url?sa=t&amp;url=https%3A%2F%2Fwww.fjellsport.example%2Foffer">The offer</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.google.com/search?q=https%3A%2F%2Fwww.fjellsport.example">Search</a> <a href="https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fwww.fjellsport.example">Share</a></p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for known redirect pages, and show where they lead if the address says so."""
    for link in facts.links.web:
        pages = redirect_pages(link.host)
        if not pages or not any(
            link.path == page or (page.endswith("/") and link.path.startswith(page)) for page in pages
        ):
            continue
        target = _target(link.query)
        if target:
            host = display_domain(target.partition("//")[2].partition("/")[0].partition("?")[0][:253])
            yield Hit(
                {"host": link.host, "target": host},
                (at(link),),
                fix_params={"index": link.index, "href": target[:2000]},
            )
        else:
            yield Hit({"host": link.host}, (at(link),), message="unseen", fix="unseen")


def _target(query: str) -> str:
    for field in query[:8000].replace("&amp;", "&").split("&")[:50]:
        value = unquote(field.partition("=")[2])
        if value.lower().startswith(("http://", "https://")):
            return value
    return ""
