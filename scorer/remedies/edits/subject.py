"""The subject."""

from __future__ import annotations

import re

from scorer.lazyre import lazy
from scorer.remedies.edits.registry import Task, edit
from scorer.remedies.mailing import Mailing
from scorer.said import say
from scorer.sending import MERGE_SYNTAXES, merge_tags

_RUN = lazy(r"([!?！？¡¿$€£])[!?！？¡¿$€£]{2,}")
_TOKEN = lazy(r"\w+(?:['’]\w+)*")
# A word inside a sentence: what stands before it is a word or a comma.
_INSIDE = lazy(r"(?<=[^\W_][ ,;]) ?(\w+(?:['’]\w+)*)")
_SENTENCE = lazy(r"(^|[.!?:]\s+)(\W*)(\w)")


@edit("repair-subject-prefix", turn=1)
def repair_subject_prefix(mailing: Mailing, task: Task) -> Mailing:
    """Take off the mark of a reply that is none, as often as it stands there."""
    subject = mailing.header("subject")
    left = subject
    for prefix in task.params("prefix"):
        while prefix and left.lower().startswith(prefix.lower()):
            left = left[len(prefix) :].lstrip()
    if not left or left == subject:
        return mailing
    return mailing.with_header("Subject", left[:1].upper() + left[1:])


@edit("calm-subject", turn=2)
def calm_subject(mailing: Mailing, task: Task) -> Mailing:
    """Leave one mark of a run of them, and write a subject of capitals in ordinary letters."""
    subject = mailing.header("subject")
    calm = _RUN.sub(r"\1", subject)
    if calm == calm.upper() != calm.lower() and any("run" not in hit.fix_params for hit in task.hits):
        calm = ordinary_letters(calm, task.facts.content.visible)
        mailing = mailing.with_note(
            say('Check the capitals of names in the subject: "{subject}".', subject=calm[:200])
        )
    return mailing if calm == subject else mailing.with_header("Subject", calm)


def ordinary_letters(subject: str, body: str) -> str:
    """A subject of capitals in sentence case. Words keep the capitals that the body gives them, and words
    with digits and merge tags stay as they are."""
    known: dict[str, str] = {}
    small = set()
    for match in _INSIDE.finditer(body[:50_000]):
        word = match[1]
        if word == word.lower():
            small.add(word)
        else:
            known.setdefault(word.lower(), word)
    tags = merge_tags(subject, (syntax.id for syntax in MERGE_SYNTAXES if syntax.id != "dashes"))

    def written(match: re.Match[str]) -> str:
        word = match[0]
        if any(tag.start <= match.start() < tag.end for tag in tags) or re.search(r"\d", word):
            return word
        lower = word.lower()
        return lower if lower in small else known.get(lower, lower)

    calm = _TOKEN.sub(written, subject)
    return _SENTENCE.sub(lambda match: match[1] + match[2] + match[3].upper(), calm)
