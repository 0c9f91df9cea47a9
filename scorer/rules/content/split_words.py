"""The HTML source breaks words up so that they cannot be found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.places import in_html
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

try:
    from scorer.native import source as _native
except ImportError:  # nothing was compiled
    _native = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="split-words",
    group="content",
    severity="error",
    title="Words broken up in the source",
    why=(
        "Comments inside words, and plain letters written as character references, leave the page as it "
        "is and hide the words from a filter that searches the source. Filters look for both."
    ),
    fixes={
        "main": Fix(
            text="Write the words plainly: letters as letters, and no comments inside them.", kind="author"
        )
    },
    limits=(
        "Only plain ASCII letters written as references count, from three in a row on, and only where a "
        "mailing does so again and again. Attributes and addresses of mail are left alone: they are "
        "written so against harvesters."
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
    about="page",
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
            "html": '<p>B&oslash;ker &amp; aviser: bl&#229;b&#230;r, fr&#252;h, &#8220;quoted&#8221;</p><!-- header --><b>A</b>utumn &#65; <a href="&#109;&#97;&#105;&#108;&#116;&#111;&#58;&#110;&#101;&#119;&#115;&#64;&#110;&#111;&#114;&#100;">&#110;&#101;&#119;&#115;&#64;&#110;&#111;&#114;&#100;</a>',
        }
    ),
)
_REFERENCES = lazy(
    r"&#(?:x[0-9a-f]{2,6}|[0-9]{2,7});?(?:&#(?:x[0-9a-f]{2,6}|[0-9]{2,7});?){2,60}", re.IGNORECASE
)
_COMMENT = lazy(r"<!--(?<=[A-Za-z]{2}<!--)[^<>]{0,60}-->(?=[A-Za-z]{2})")


MIN_PLACES = 4


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire from `MIN_PLACES` broken words on."""
    source = facts.message.html or ""
    if _native is not None and not _native.may_split_words(source, MIN_PLACES):
        return
    places = [*in_html(source, _COMMENT, limit=50)] if "<!--" in source else []
    if "#" in source:
        places += [place for place in in_html(source, _REFERENCES, limit=200) if _is_word(source, place)]
    if len(places) >= MIN_PLACES:
        yield Hit(params={"count": len(places), "source": places[0].quote[:60]}, evidence=tuple(places[:10]))


def _is_word(source: str, place: Evidence) -> bool:
    from html import unescape  # with all names of characters: few messages need them

    text = unescape(source[place.start : place.end])
    if "@" in text or not text.isascii() or sum(c.isalpha() for c in text) < 3:
        return False
    # Inside a tag, the last angle bracket before it is an opening one.
    before = source[max(0, place.start - 2000) : place.start]
    return before.rfind("<") <= before.rfind(">")
