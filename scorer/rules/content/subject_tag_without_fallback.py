"""A merge tag in the subject has no fallback that can be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.places import of_header
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="subject-tag-without-fallback",
    group="content",
    severity="info",
    title="Merge tag in the subject without a fallback",
    why=(
        "Where a recipient's field is empty, a merge tag leaves a hole in the subject: 'Hello , your news'. "
        "In the body that is a slip; in the subject it is the first thing that is seen."
    ),
    fixes={
        "main": Fix(
            text="Give {tag} a fallback, as your sending service writes it, or leave it out of the subject.",
            kind="author",
        )
    },
    limits="A default that is set in the sending service itself cannot be seen in a draft.",
    sources=(
        Source(
            "Shopify, Liquid: default",
            "https://shopify.dev/docs/api/liquid/filters/default",
            "2026-11-24",
        ),
    ),
    needs=("content", "message"),
    about="merge tags",
    messages={"main": "The subject holds {tag} without a fallback for recipients whose field is empty."},
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "{{ contact.FIRSTNAME }}, the autumn tours are open",
            "text": "The autumn tours are open for booking.",
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": '{{ contact.FIRSTNAME | default: "Hello" }}, the autumn tours are open',
            "text": "The autumn tours are open for booking.",
        }
    ),
)

# A filter, an alternative after a bar, colon or comma, or a condition around the tag.
_FALLBACK = lazy(r"default|fallback|\|\s*\S|:\s*\S|,\s*[\"']|\b(?:if|else|ifelse|insert)\b", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for each tag of the subject in which no fallback can be seen."""
    subject = facts.content.subject
    if any(tag.syntax == "brace-blocks" for tag in facts.content.subject_merge_tags):
        return
    for tag in facts.content.subject_merge_tags:
        if not _FALLBACK.search(tag.text.strip("*|")):
            evidence = of_header(facts.message, "Subject", tag.start, tag.end)
            yield Hit(params={"tag": subject[tag.start : tag.end][:60]}, evidence=(evidence,))
