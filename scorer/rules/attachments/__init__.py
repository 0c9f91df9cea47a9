"""Rules about attached files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence

if TYPE_CHECKING:
    from scorer.message import Attachment

ARCHIVES = frozenset(("zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "cab", "arj", "ace", "lzh", "z"))
"""File name extensions of archives and compressed files."""


def at(attachment: Attachment) -> Evidence:
    """An attachment as evidence: the path of its MIME part, and its file name (or its type)."""
    return Evidence(
        "attachment", name=attachment.path, quote=(attachment.filename or attachment.content_type)[:120]
    )


def shown_name(attachment: Attachment) -> str:
    """What a sentence calls the file: its name, or its type where it has none."""
    return attachment.filename[:80] or attachment.content_type


def extension(file_name: str) -> str:
    """The last extension in lower case, without the dot; "" if there is none."""
    _, dot, last = file_name.rstrip(" .").rpartition(".")
    return last.lower() if dot and len(last) <= 12 else ""
