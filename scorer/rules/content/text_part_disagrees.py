"""The plain text and the HTML are about different things."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="text-part-disagrees",
    group="content",
    severity="warning",
    title="The text part says something else",
    why=(
        "The two parts are meant to be the same message for different readers. A filter that finds other "
        "words in the text part takes it for bait, and those who read plain text get the wrong mailing."
    ),
    fixes={"main": Fix(text="Write the text part anew from the HTML.", kind="edit", edit="add-text-part")},
    limits="Compared by words, without order. Parts of fewer than 20 words are not compared.",
    sources=(
        Source(
            "Apache SpamAssassin, rule MPART_ALT_DIFF (0.79 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
        Source(
            "Rspamd, symbol R_PARTS_DIFFER (1.0 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/misc.lua",
            "2026-11-24",
        ),
        Source(
            "RFC 2046, 5.1.4 Alternative Subtype",
            "https://www.rfc-editor.org/rfc/rfc2046#section-5.1.4",
            "1996-11",
        ),
    ),
    needs=("content", "message"),
    about="page",
    messages={"main": "Only {percent} % of the words in the text part occur in the HTML."},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><p>Come by our shop on Saturday from ten, coffee is on us and the first thirty guests get a signed copy of the winner.</p>",
            "text": "The committee met again last Tuesday to review budget proposals concerning water supply, railway maintenance and school meals across several northern districts before winter.",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><p>Come by our shop on Saturday from ten, coffee is on us and the first thirty guests get a signed copy of the winner.</p>",
            "text": "Hello, our autumn catalogue is here. View it in your browser: https://nordlys.example/autumn - forty new titles for children and adults. Coffee on Saturday at the shop from ten.",
        }
    ),
)


MIN_WORDS = 20
MIN_OVERLAP = 0.3


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where less than `MIN_OVERLAP` of a text part of `MIN_WORDS` words and more is in the HTML."""
    content = facts.content
    if content.overlap is None or min(content.text_words, content.words) < MIN_WORDS:
        return
    if content.overlap < MIN_OVERLAP:
        text = facts.message.text or ""
        start = len(text) - len(text.lstrip())
        end = min(len(text.rstrip()), start + 120)
        yield Hit(
            params={"percent": round(100 * content.overlap)},
            evidence=(Evidence("text", quote=text[start:end], start=start, end=end),),
            fix_params={"replace": 1},
        )
