"""The plain text part holds HTML source."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="html-as-plain-text",
    group="structure",
    severity="error",
    title="HTML labelled as plain text",
    why=(
        "Readers see tags and style sheets in place of the mailing, and a filter sees text that no one "
        "writes."
    ),
    fixes={
        "main": Fix(
            text="Label the part text/html, or put the text without tags there.",
            kind="edit",
            edit="add-text-part",
        )
    },
    limits=(
        "Needs a document's tags (html, body, table, a closing paragraph and their like), not just a < or"
        " a link in angle brackets."
    ),
    sources=(
        Source(
            "RFC 2046, 4.1.3 Plain Subtype", "https://www.rfc-editor.org/rfc/rfc2046#section-4.1.3", "1996-11"
        ),
    ),
    needs=("message",),
    messages={"main": 'The plain text part holds HTML source: "{source}".'},
    fails=Example(
        draft={
            "from": "news@nordlys.example",
            "subject": "Our autumn catalogue",
            "text": "<html><body><p>Forty new titles for children and adults.</p></body></html>",
        }
    ),
    passes=Example(
        draft={
            "from": "news@nordlys.example",
            "subject": "Our autumn catalogue",
            "text": "Forty new titles <https://nordlys.example/autumn>. In HTML 5 <p> begins a paragraph. <3",
        }
    ),
)
_TAG = lazy(
    r"<!doctype html|</?(?:html|head|body|table|tr|td|div|span|font|style|center)\b[^<>]{0,200}>|</(?:p|a|h[1-3]|b|strong)>|<br ?/?>",
    re.IGNORECASE,
)


MIN_TAGS = 3


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the text part has `MIN_TAGS` tags of a document, one of them near its beginning."""
    text = facts.message.text
    if text is None or "<" not in text or "</" not in text:
        return
    first = _TAG.search(text, 0, 20_000)
    if first is None or len(text[: first.start()].split()) > 20:
        return
    if sum(1 for _ in itertools.islice(_TAG.finditer(text, 0, 20_000), MIN_TAGS)) >= MIN_TAGS:
        place = Evidence("text", quote=first[0][:120], start=first.start(), end=first.end())
        yield Hit(params={"source": text[first.start() : first.start() + 60]}, evidence=(place,))
