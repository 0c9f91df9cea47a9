"""The mailing has HTML and no plain text part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="no-text-part",
    group="content",
    severity="info",
    title="No plain text part",
    why=(
        "A mailing that comes as HTML alone cannot be read where HTML is switched off, and a filter has "
        "nothing to compare the HTML with. By itself it weighs almost nothing."
    ),
    fixes={
        "main": Fix(
            text="Add a plain text part that says the same as the HTML.", kind="edit", edit="add-text-part"
        )
    },
    limits="Several sending services add a text part themselves; their profiles do not say so reliably.",
    sources=(
        Source(
            "Apache SpamAssassin, rule MIME_HTML_ONLY (0.1 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-23",
        ),
        Source(
            "RFC 2046, 5.1.4 Alternative Subtype",
            "https://www.rfc-editor.org/rfc/rfc2046#section-5.1.4",
            "1996-11",
        ),
    ),
    needs=("content", "message"),
    about="page",
    messages={
        "main": "The mailing has an HTML part and no plain text part.",
        "empty": "The plain text part is empty.",
    },
    fails=Example(
        draft={"from": "news@example.com", "subject": "News", "html": "<p>Hello, here is the news.</p>"}
    ),
    passes=Example(
        draft={
            "from": "news@example.com",
            "subject": "News",
            "html": "<p>Hello, here is the news.</p>",
            "text": "Hello, here is the news.",
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where there is HTML, and no text or only blanks."""
    content = facts.content
    if content.has_html and not content.has_text:
        yield Hit(message="main" if facts.message.text is None else "empty")
