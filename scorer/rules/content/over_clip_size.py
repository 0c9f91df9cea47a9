"""The HTML is at or over the size at which Gmail cuts a message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="over-clip-size",
    group="content",
    severity="warning",
    title="Too long for Gmail",
    why=(
        'Gmail shows about the first 102 KB of the HTML and hides the rest behind "View entire message". '
        "The unsubscribe link and the open tracking stand at the end and are cut first."
    ),
    fixes={
        "main": Fix(
            text="Shorten the HTML: take out comments, white space and repeated styles, or link to the rest.",
            kind="edit",
            edit="shorten-html",
        )
    },
    limits=(
        "Google states no figure; 102 KB is what sending services measure. The sending service makes "
        "links longer, so the warning begins at 95 KB."
    ),
    sources=(
        Source(
            "Blueshift, Gmail clipping",
            "https://help.blueshift.com/hc/en-us/articles/42292160006675",
            "2026-11-23",
        ),
        Source(
            "Metorik, Gmail HTML clipping on long emails",
            "https://help.metorik.com/article/287-gmail-html-clipping-on-long-emails",
            "2026-11-23",
        ),
    ),
    needs=("content", "message"),
    about="page",
    messages={
        "main": "The HTML has {kilobytes} KB; Gmail cuts it at about 102 KB.",
        "near": "The HTML has {kilobytes} KB; with the links that the sending service rewrites it may pass the 102 KB at which Gmail cuts.",
    },
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": "<p>Forty new titles for children and adults.</p>" * 2300,
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": "<p>Forty new titles for children and adults.</p>" * 2000,
        }
    ),
)


CLIP = 102 * 1024
NEAR = 95 * 1024


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire from `NEAR` bytes of HTML in UTF-8."""
    size = facts.content.html_bytes
    if size < NEAR:
        return
    evidence: tuple[Evidence, ...] = ()
    html = facts.message.html or ""
    if size > CLIP:
        start = len(html.encode("utf-8", "replace")[:CLIP].decode("utf-8", "ignore"))
        evidence = (
            (Evidence("html", quote=html[start : start + 80], start=start, end=len(html)),)
            if start < len(html)
            else ()
        )
    yield Hit(
        params={"kilobytes": size // 1024},
        message="main" if size > CLIP else "near",
        severity=None if size > CLIP else "info",
        evidence=evidence,
        fix_params={"bytes": size, "limit": NEAR},
    )
