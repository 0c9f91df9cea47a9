"""The edits that mend a mailing, by the names that rules give them."""

from __future__ import annotations

from scorer.remedies.edits import (
    active,
    attachments,
    characters,
    charset,
    headers,
    hidden,
    links,
    people,
    size,
    subject,
    text_part,
    unsubscribe,
)
from scorer.remedies.edits.registry import EDITS, Edit, Outcome, Registered, Step, Task, perform

__all__ = [
    "EDITS",
    "Edit",
    "Outcome",
    "Registered",
    "Step",
    "Task",
    "active",
    "attachments",
    "characters",
    "charset",
    "headers",
    "hidden",
    "links",
    "people",
    "perform",
    "size",
    "subject",
    "text_part",
    "unsubscribe",
]
