"""The HTML source breaks words up so that they cannot be found."""

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
    id="split-words",
    group="content",
    severity="error",
    title="Words broken up in the source",
    why=(
        "Empty comments or tags inside words, and plain letters written as character references, leave "
        "the page as it is and hide the words from a filter that searches the source. Filters look for "
        "both."
    ),
    fixes={
        "main": Fix(
            text="Write the words plainly: letters as letters, and no comments or empty tags inside them.",
            kind="author",
        )
    },
    limits=(
        "Only plain ASCII letters written as references count, from three in a row on, and only where a "
        "mailing does so again and again. References for other characters are ordinary."
    ),
    sources=(
        Source(
            "Apache SpamAssassin, rule OBFUSCATING_COMMENT (0.72 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
        Source(
            "Apache SpamAssassin, rule HTML_OBFUSCATE_20_30 (2.0 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    messages={"main": '{count} words are broken up in the HTML source, for example "{source}".'},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": "<p>&#66;&#111;&#111;&#107; &#110;&#111;&#119; &#97;&#110;&#100; &#115;&#97;&#118;&#101; au<!-- x -->tumn ca<!-- y -->talogue ti<!-- z -->tles</p>",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": "<p>B&oslash;ker &amp; aviser: bl&#229;b&#230;r, fr&#252;h, &#8220;quoted&#8221;</p><!-- header --><b>A</b>utumn &#65;",
        }
    ),
)
_LETTER = r"&#(?:0{0,4}(?:6[5-9]|[78]\d|90|9[7-9]|1[01]\d|12[0-2])|x0{0,4}(?:4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a]));?"
_BROKEN = lazy(rf"(?:{_LETTER}){{3,40}}|[A-Za-z]{{2}}<!--[^<>]{{0,60}}-->[A-Za-z]{{2}}", re.IGNORECASE)


MIN_PLACES = 4


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire from `MIN_PLACES` broken words on."""
    html = facts.message.html
    if html is None or ("&#" not in html and "<!--" not in html):
        return
    places = in_html(html, _BROKEN, limit=100)
    if len(places) >= MIN_PLACES:
        yield Hit(params={"count": len(places), "source": places[0].quote[:60]}, evidence=places[:10])
