"""The HTML has the title that an editor gave it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.places import in_html
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="html-title-leftover",
    group="content",
    severity="info",
    title="Title of the template left in",
    why=(
        'Some mail programs and the view in a browser show the HTML\'s title. "Untitled document" there '
        "says that nobody looked."
    ),
    fixes={"main": Fix(text="Give the HTML the subject as its title, or none.", kind="author")},
    limits="Only the default titles of editors count.",
    sources=(
        Source(
            "Apache SpamAssassin, rule HTML_TITLE_SUBJ_DIFF (2.04 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
        Source(
            "HTML Standard, 4.2.2 The title element",
            "https://html.spec.whatwg.org/multipage/semantics.html#the-title-element",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="page",
    messages={"main": 'The HTML has the title "{title}".'},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": "<html><head><title>Untitled Document</title></head><body><p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p></body></html>",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": "<html><head><title>Our autumn catalogue</title></head><body><p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p></body></html>",
        }
    ),
)
_TITLE = lazy(r"<title[^<>]{0,100}>[^<]{0,200}", re.IGNORECASE)
DEFAULTS = frozenset(
    (
        "untitled document",
        "untitled",
        "untitled page",
        "new page 1",
        "document",
        "page title",
        "your title here",
        "email template",
        "html email template",
        "my title",
        "title",
        "title here",
        "newsletter title",
        "unbenanntes dokument",
        "document sans titre",
        "documento sin título",
        "documento senza titolo",
        "namnlöst dokument",
        "unavngivet dokument",
    )
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the title is an editor's default."""
    page = facts.message.page
    if page is not None and page.title.strip().lower() in DEFAULTS:
        yield Hit(params={"title": page.title[:80]}, evidence=in_html(facts.message.html or "", _TITLE, 1))
