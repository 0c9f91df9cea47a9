"""A merge tag lacks its end or its beginning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.content import MAX_TEXT
from scorer.lazyre import lazy
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked
from scorer.screen import VISIBLE
from scorer.sending import MERGE_SYNTAXES, merge_tags
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="broken-merge-tag",
    group="links",
    severity="error",
    title="Merge tag that is not closed",
    why=(
        "The sending service does not recognise a tag that lost a brace or a bracket, and sends it as it "
        "stands."
    ),
    fixes={
        "main": Fix(text="Close the merge tag as your sending service writes it.", kind="author"),
    },
    limits=(
        "Two braces, two brackets or a star with a bar next to a name are taken for part of a tag. A "
        "mailing about programming can look the same."
    ),
    sources=(
        Source(
            "Apache SpamAssassin, rule UNRESOLVED_TEMPLATE",
            "https://github.com/apache/spamassassin/blob/trunk/rules/20_head_tests.cf",
            "2026-11-24",
        ),
    ),
    needs=(
        "message",
        "content",
        "sending",
    ),
    messages={
        "main": "The merge tag {tag} is not complete.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Dear {{ firstname }, here is the news for {{ city }}.</p>",
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Dear {{ firstname }}, here is {the news} for {{ city }}.</p>",
        }
    ),
)


_NAME = r"[A-Za-z_][A-Za-z0-9_.:]{1,40}"
_BROKEN = {
    "braces": rf"(?<!\{{)\{{\{{\s?{_NAME}\s?\}}?(?!\}})|(?<!\{{)\{{?\s?{_NAME}\s?\}}\}}(?!\}})",
    "star-bar": rf"\*\|{_NAME}[*|]?|[*|]?{_NAME}\|\*",
    "brackets": rf"(?<!\[)\[\[{_NAME}\]?(?!\])|(?<!\[)\[?{_NAME}\]\](?!\])",
}
_MARKS = ("{{", "}}", "*|", "|*", "[[", "]]")
_MARKED = VISIBLE.add("|".join(map(re.escape, _MARKS)))
_MARK = lazy("|".join(map(re.escape, _MARKS)))


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Look for halves of tags, of the syntaxes in use, where no whole tag stands."""
    in_text = _MARKED in facts.message.gates
    if not in_text and not _MARK.search(facts.message.subject):
        return
    known = facts.sending.merge_syntax
    wanted = set(_BROKEN) if isinstance(known, Unknown) else set(_BROKEN) & set(known)
    if not wanted:
        return
    patterns = [re.compile(_BROKEN[syntax]) for syntax in sorted(wanted)]
    if in_text:
        yield from _in(facts.message.visible_text[:MAX_TEXT], patterns, Evidence("visible"))
    yield from _in(facts.message.subject, patterns, Evidence("header", "Subject"))


def _in(text: str, patterns: list[re.Pattern[str]], where: Evidence) -> Iterator[Hit]:
    whole = merge_tags(text, [s.id for s in MERGE_SYNTAXES if s.id not in ("dashes", "percent")])
    for pattern in patterns:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(tag.start < end and start < tag.end for tag in whole):
                continue
            yield Hit({"tag": match[0][:60]}, (Evidence(where.kind, where.name, match[0][:120], start, end),))
