"""The mailing has a merge tag that its sending service does not fill in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.said import say
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="foreign-merge-tag",
    group="links",
    severity="error",
    title="Merge tag of another sending service",
    why=(
        "A tag that the sending service does not know stays in the text: readers see {{first_name}} in "
        "place of their name, links stay broken, and filters know the sight of unfilled templates from "
        "careless bulk mail."
    ),
    fixes={
        "main": Fix(text="Write the tag as your sending service writes them, or take it out.", kind="author"),
    },
    limits=(
        "Needs a sending profile that says which tags the service fills in. A mailing that writes about "
        "merge tags is taken for one that uses them."
    ),
    sources=(
        Source(
            "Apache SpamAssassin, rule UNRESOLVED_TEMPLATE",
            "https://github.com/apache/spamassassin/blob/trunk/rules/20_head_tests.cf",
            "2026-11-24",
        ),
    ),
    needs=(
        "content",
        "message",
        "sending",
        "links",
    ),
    about="merge tags",
    messages={
        "main": (
            "The merge tag {tag} is not written as {service} writes them; recipients will see it as it "
            "stands."
        ),
        "sent": "The message was sent with the merge tag {tag} in it, not filled in.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Dear *|FNAME|*, here is the news.</p>",
        },
        sending={"profile": "superoffice-eu"},
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Dear [[customer.firstname]], here is the news.</p>",
        },
        sending={"profile": "superoffice-eu"},
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for tags of another syntax that stand in the subject, in the visible text or in a link."""
    content, message = facts.content, facts.message
    known = facts.sending.merge_syntax
    if isinstance(known, Unknown) or isinstance(content.foreign_merge_tags, Unknown):
        if content.merge_tags or content.subject_merge_tags:
            yield from unknowns(known, content.foreign_merge_tags)
        return
    which = "sent" if facts.sending.mode == "observed" else "main"
    service = say(facts.sending.service)
    for tag in content.subject_merge_tags:
        if tag.syntax not in known:
            place = Evidence("header", "Subject", tag.text[:120], tag.start, tag.end)
            yield Hit({"tag": tag.text[:60], "service": service}, (place,), message=which)
    kind: Literal["html", "text"] = "text" if message.html is None else "html"
    hrefs = "\n".join(link.href for link in facts.links.all)
    for tag in content.foreign_merge_tags:
        if tag.text in message.visible_text or tag.text in hrefs:
            place = Evidence(kind, "", tag.text[:120], tag.start, tag.end)
            yield Hit({"tag": tag.text[:60], "service": service}, (place,), message=which)
