"""Merge tags that the sending service does not fill in: listed, as only their author knows what they mean."""

from __future__ import annotations

from scorer.remedies.edits.registry import Task, edit
from scorer.remedies.mailing import Mailing
from scorer.sending import MERGE_SYNTAXES
from scorer.unknown import Unknown

MAX_TAGS = 50


@edit("list-merge-tags", turn=60)
def list_merge_tags(mailing: Mailing, task: Task) -> Mailing:
    """A note for each foreign tag with its place, and how the service writes its own."""
    content = task.facts.content
    own = task.facts.sending.merge_syntax
    known = () if isinstance(own, Unknown) else own
    places: dict[str, str] = {}
    for tag in content.subject_merge_tags:
        if tag.syntax not in known:
            places.setdefault(tag.text[:60], "the subject")
    body = task.facts.message.html
    where = "the HTML" if body is not None else "the text"
    body = body if body is not None else task.facts.message.text or ""
    foreign = content.foreign_merge_tags
    for tag in () if isinstance(foreign, Unknown) else foreign:
        line = body.count("\n", 0, tag.start) + 1
        places.setdefault(tag.text[:60], f"line {line} of {where}")
    examples = [syntax.example for syntax in MERGE_SYNTAXES if syntax.id in known]
    how = f"; {task.facts.sending.service} writes {' or '.join(examples)}" if examples else ""
    for text, place in list(places.items())[:MAX_TAGS]:
        mailing = mailing.with_note(f"Replace the merge tag {text} in {place}{how}.")
    return mailing
