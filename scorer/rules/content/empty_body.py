"""The mailing has neither text nor pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="empty-body",
    group="content",
    severity="error",
    title="Nothing to read",
    why=("An empty message is a mistake or a probe for valid addresses, and filters treat it as the latter."),
    fixes={"main": Fix(text="Put the mailing's content in.", kind="author")},
    limits="A message that carries a file is left alone, and one whose content is a merge tag.",
    sources=(
        Source(
            "Apache SpamAssassin, rule EMPTY_MESSAGE (2.32 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
    ),
    needs=("content", "message"),
    messages={"main": "The mailing shows no text and no picture."},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": "<html><body><p>&nbsp;</p></body></html>",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<html><body><img src="https://nordlys.example/a.jpg" width="600" alt=""></body></html>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where nothing is shown and nothing is attached."""
    message, content = facts.message, facts.content
    if content.letters and not message.defects:
        return
    if content.large_images or message.attachments or message.forwarded or content.merge_tags:
        return
    if message.has_defect("nested-too-deep", "unreadable-structure", "too-many-parts"):
        yield Unchecked("the parts of the message could not be read")
        return
    page = message.page
    if page is not None and (len(page.images) > content.tracking_pixels or page.objects or page.frames):
        return
    if not any(c.isalnum() for c in content.visible) and not any(c.isalnum() for c in message.text or ""):
        yield Hit(evidence=(Evidence("part", name=message.parts[0].path if message.parts else "1"),))
