"""The address in a mailto link is not an email address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from scorer.domains import address_syntax_error
from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="broken-mail-link",
    group="links",
    severity="warning",
    title="Mail link with a broken address",
    why=(
        "Readers who want to write to you, or to unsubscribe by mail, cannot; some report the mailing "
        "instead."
    ),
    fixes={
        "main": Fix(text="Correct the address in the mailto link.", kind="author"),
    },
    limits=(
        "Only the form of the address is judged. A mailto link without an address is fine where it has a "
        'subject or a body, as in "send to a friend".'
    ),
    sources=(
        Source(
            "RFC 6068, 2 Syntax of a 'mailto' URI",
            "https://www.rfc-editor.org/rfc/rfc6068#section-2",
            "2010-10",
        ),
    ),
    needs=("links",),
    about="links without hosts",
    messages={
        "main": "A mailto link has the address {address}, which is not valid.",
        "none": "A mailto link has no address.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>Write to <a href="mailto:post@fjellsport">us</a>.</p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>Write to <a href="mailto:post@fjellsport.example?subject=News">us</a> or <a href="mailto:?body=Look">a friend</a>.</p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for addresses that no mail could reach."""
    for link in facts.links.all:
        if link.scheme != "mailto" or link.has_merge_tag or not link.visible:
            continue
        target, _, fields = link.href.strip()[len("mailto:") :][:4000].partition("?")
        addresses = [unquote(part).strip() for part in target.split(",") if part.strip()][:20]
        if not addresses and not fields:
            yield Hit(evidence=(at(link),), message="none")
        for address in addresses:
            # Names with brackets are outside RFC 6068 and open everywhere.
            bare = address.rpartition("<")[2].rstrip("> ").removeprefix("//")
            if not set(bare) & set("[]{}%*|$#") and address_syntax_error(bare) is not None:
                yield Hit({"address": address[:100]}, (at(link),))
