"""Header fields that are doubled, not encoded, or malformed."""

from __future__ import annotations

import re

import msgspec

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
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_STRUCTURED = frozenset(("content-type", "content-transfer-encoding", "content-disposition", "mime-version"))


@edit("repair-headers", turn=0)
def repair_headers(mailing: Mailing, task: Task) -> Mailing:
    """Keep the first of fields that may stand once, and encode anew what cannot be sent as it stands.

    `header` or `name` in the parameters limits it to those fields.
    """
    only = {name.lower() for name in (*task.params("header"), *task.params("name"))}
    raw: dict[str, list[str]] = {}
    for header in task.facts.message.headers:
        raw.setdefault(header.name.lower(), []).append(header.raw)
    kept: list[tuple[str, str]] = []
    again = set(mailing.encode)
    seen: set[str] = set()
    for name, value in mailing.headers:
        lower = name.lower()
        if only and lower not in only:
            kept.append((name, value))
            continue
        if lower in ONCE and lower in seen:
            continue
        seen.add(lower)
        if lower not in _STRUCTURED and any(not _sendable(text) for text in raw.get(lower, ())):
            again.add(lower)
        kept.append((name, _CONTROL.sub(" ", value)))
    return msgspec.structs.replace(mailing, headers=tuple(kept), encode=tuple(sorted(again)))


def _sendable(raw: str) -> bool:
    """Whether a raw field is ASCII without control characters, its encoded words whole (RFC 2047)."""
    if not raw.isascii() or _CONTROL.search(re.sub(r"\r?\n[ \t]", " ", raw)):
        return False
    from scorer.charsets import decode_header

    return not decode_header(raw)[1]
