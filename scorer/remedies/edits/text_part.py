"""The text part, written from the HTML."""

from __future__ import annotations

from scorer.remedies.edits.registry import Task, edit
from scorer.remedies.mailing import Mailing
from scorer.remedies.plaintext import plain_text


@edit("add-text-part", turn=90)
def add_text_part(mailing: Mailing, task: Task) -> Mailing:
    """Write the text part (anew) from the HTML as the other edits left it."""
    if mailing.html is None:
        return _html_labelled(mailing, task)
    text = plain_text(mailing.html)
    if not text.strip():
        return mailing.with_note("The HTML shows no text that a text part could be made of.")
    if mailing.text is None and task.facts.message.text is not None:
        return mailing.with_note("The text is spread over several parts; write it anew by hand.")
    return mailing.with_text(text)


def _html_labelled(mailing: Mailing, task: Task) -> Mailing:
    """HTML that stands in the text part becomes the HTML part, and the text part is written from it."""
    source = mailing.text
    if task.facts.message.html is not None or source is None or "</" not in source:
        return mailing
    text = plain_text(source)
    return mailing.with_html(source).with_text(text) if text.strip() else mailing
