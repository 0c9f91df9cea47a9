"""Characters that nobody sees, and overrides of the writing direction."""

from __future__ import annotations

import html as entities
import re

from scorer.facts.content import invisible_in_words
from scorer.lazyre import lazy
from scorer.remedies.edits.links import clean_addresses
from scorer.remedies.edits.registry import Task, edit
from scorer.remedies.mailing import Mailing
from scorer.remedies.markup import Splice, apply_splices, scan

MAX_PLACES = 20_000
_OVERRIDES = lazy("[\u202d\u202e]")
_PIECE = lazy(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?|(?s:.)")
_SUSPECT = lazy(r"[^\x00-\x7f]|&(?:#|zw|shy|NoBreak|Zero|InvisibleT|InvisibleC|it|ic|ApplyF|af)")


@edit("remove-invisible-characters", turn=13)
def remove_invisible_characters(mailing: Mailing, task: Task) -> Mailing:
    """Take them out of the links that were found, else out of subject and body."""
    if any(evidence.kind == "link" for hit in task.hits for evidence in hit.evidence):
        return clean_addresses(mailing, task)
    subject = mailing.header("subject")
    if cleaned(subject) != subject:
        mailing = mailing.with_header("Subject", cleaned(subject))
    if mailing.text is not None:
        mailing = mailing.with_text(cleaned(mailing.text))
    if mailing.html is not None:
        mailing = mailing.with_html(_cleaned_html(mailing.html))
    return mailing


def cleaned(text: str) -> str:
    """`text` without invisible characters inside words and, if it turns letters round, without overrides."""
    return apply_splices(text, [Splice(start, end) for start, end in _spans(text)])


def _spans(text: str) -> list[tuple[int, int]]:
    if text.isascii():
        return []
    spans = [(item.start, item.end) for item in invisible_in_words(text, MAX_PLACES)]
    if _OVERRIDES.search(text):
        spans += [match.span() for match in re.finditer("[\u202c-\u202e]", text)]
    return spans


def _cleaned_html(html: str) -> str:
    source = scan(html)
    splices: list[Splice] = []
    for run in source.texts:
        raw = html[run.start : run.end]
        if not _SUSPECT.search(raw):
            continue
        # Each character of the shown text with its place in the source.
        shown: list[str] = []
        places: list[tuple[int, int]] = []
        for match in _PIECE.finditer(raw):
            for character in entities.unescape(match[0]):
                shown.append(character)
                places.append((run.start + match.start(), run.start + match.end()))
        for start, end in _spans("".join(shown)):
            splices.append(Splice(places[start][0], places[end - 1][1]))
    return apply_splices(html, splices)
