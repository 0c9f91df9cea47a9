"""Header fields that are doubled, not encoded or malformed, and the structure that they announce."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from scorer.charsets import decode_header
from scorer.lazyre import lazy
from scorer.remedies.edits.registry import Task, edit
from scorer.remedies.mailing import Mailing

ONCE = frozenset(
    (
        *("from", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to", "references"),
        *("subject", "date", "mime-version", "content-type", "content-transfer-encoding"),
        *("list-unsubscribe", "list-unsubscribe-post", "list-id"),
    )
)
"""Fields that may stand once (RFC 5322 3.6; RFC 2369 2, RFC 8058 3.1 and RFC 2919 3 for those of lists)."""
_CONTROL = lazy(r"[\x00-\x08\x0a-\x1f\x7f]")
_MIME = frozenset(("content-type", "content-transfer-encoding", "content-disposition", "mime-version"))


@edit("repair-headers", turn=0)
def repair_headers(mailing: Mailing, task: Task) -> Mailing:
    """Repair what the rule found in the header or in the structure.

    With `header` and `value` the field is set to that value. With `name` that field is written anew: the
    first of several is kept, and what cannot be sent as it stands is encoded. Some rules ask for more.
    """
    own = _OF_RULES.get(task.rule)
    if own is not None:
        return own(mailing, task)
    for hit in task.hits:
        name, value = hit.fix_params.get("header"), hit.fix_params.get("value")
        if isinstance(name, str) and isinstance(value, str):
            if value:
                mailing = mailing.with_header(name, value)
        else:
            field = hit.fix_params.get("name")
            mailing = _written_anew(mailing, task, str(field).lower() if field else "")
    return mailing


def _written_anew(mailing: Mailing, task: Task, only: str) -> Mailing:
    """The field `only` ("" for all) once where it may stand once, and encoded where it has to be."""
    raw: dict[str, list[str]] = {}
    for header in task.facts.message.headers:
        raw.setdefault(header.name.lower(), []).append(header.raw)
    kept: list[tuple[str, str]] = []
    again = set(mailing.encode)
    seen: set[str] = set()
    for name, value in mailing.headers:
        lower = name.lower()
        if only and lower != only:
            kept.append((name, value))
            continue
        if lower in ONCE and lower in seen:
            continue
        seen.add(lower)
        broken = any(not _sendable(text) for text in raw.get(lower, ()))
        if lower not in _MIME and (broken or only):
            again.add(lower)
        kept.append((name, _CONTROL.sub(" ", value).replace("\ufffd\ufffd", "\ufffd")))
    return msgspec.structs.replace(mailing, headers=tuple(kept), encode=tuple(sorted(again)))


def _sendable(raw: str) -> bool:
    """Whether a raw field is ASCII without control characters, its encoded words whole (RFC 2047)."""
    if not raw.isascii() or _CONTROL.search(re.sub(r"\r?\n[ \t]", " ", raw)):
        return False
    return not decode_header(raw)[1]


def _without(name: str) -> Callable[[Mailing, Task], Mailing]:
    """Leave a field to the sending service, which adds a sound one."""

    def edited(mailing: Mailing, task: Task) -> Mailing:
        return mailing.with_header(name, None)

    return edited


def _with_version(mailing: Mailing, task: Task) -> Mailing:
    return mailing.with_header("MIME-Version", "1.0")


def _without_nul(mailing: Mailing, task: Task) -> Mailing:
    headers = []
    again = set(mailing.encode)
    stock = {(header.name, header.value): header.raw for header in task.facts.message.headers}
    for name, value in mailing.headers:
        raw = stock.get((name, value), "")
        if "\x00" in raw:
            value = decode_header(raw.replace("\x00", ""))[0]
            again.add(name.lower())
        headers.append((name, value))
    mailing = msgspec.structs.replace(mailing, headers=tuple(headers), encode=tuple(sorted(again)))
    if mailing.html is not None:
        mailing = mailing.with_html(mailing.html.replace("\x00", ""))
    if mailing.text is not None:
        mailing = mailing.with_text(mailing.text.replace("\x00", ""))
    return mailing


def _rebuilt(mailing: Mailing, task: Task) -> Mailing:
    return mailing.with_repair("rebuild")


def _reordered(mailing: Mailing, task: Task) -> Mailing:
    return mailing.with_repair("reorder")


def _for_the_author(mailing: Mailing, task: Task) -> Mailing:
    return mailing.with_note("Build the message anew, with one text, one HTML and its files.")


_OF_RULES: dict[str, Callable[[Mailing, Task], Mailing]] = {
    "alternatives-reversed": _reordered,
    "bare-carriage-return": _rebuilt,
    "broken-multipart": _rebuilt,
    "header-section-broken": _rebuilt,
    "malformed-date": _without("Date"),
    "malformed-message-id": _without("Message-ID"),
    "missing-mime-version": _with_version,
    "nested-too-deep": _for_the_author,
    "nul-character": _without_nul,
}
