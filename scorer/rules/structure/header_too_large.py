"""A header field, or all of them, are larger than Gmail takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import defects
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="header-too-large",
    group="structure",
    severity="error",
    title="Headers too large",
    why=(
        "Gmail refuses such messages (552 5.3.4). Large fields come from text that was put into the "
        "subject, from tracking data, or from software errors."
    ),
    fixes={"main": Fix(text="Shorten the {name}.", kind="author")},
    limits=(
        "Gmail's limits: 500 KB and 5000 fields in all, 32 KB for one field (not To, Cc and References), "
        "998 characters for Subject, 500 for Message-ID, 1 KB for a field's name."
    ),
    sources=(
        Source(
            "Google, Gmail message header limits",
            "https://support.google.com/a/answer/14016360",
            "2026-11-24",
        ),
        Source(
            "Google, Gmail SMTP errors and codes, 552 5.3.4",
            "https://support.google.com/a/answer/3726730",
            "2026-02-15",
        ),
    ),
    needs=("message",),
    messages={
        "main": "{name} has {size} characters; Gmail takes {limit}.",
        "all": "The header fields have {size} bytes in all; Gmail takes {limit}.",
        "many": "There are more than {limit} header fields.",
    },
    fails=Example(
        draft={
            "from": "news@nordlys.example",
            "subject": "Forty new titles for children and adults. " * 25,
            "text": "See you on Saturday.",
        }
    ),
    passes=Example(
        draft={
            "from": "news@nordlys.example",
            "to": ", ".join("reader" + str(n) + "@example.org" for n in range(2000)),
            "subject": "Forty new titles",
            "text": "See you on Saturday.",
        }
    ),
)


ALL = 500_000
MANY = 5000
ONE = 32 * 1024
SPECIAL = {"subject": 998, "message-id": 500}
_SHORT = min(ONE, *SPECIAL.values())
UNLIMITED = ("to", "cc", "references")


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on each limit that is exceeded."""
    message = facts.message
    if message.has_defect("header-too-large"):
        size = _header_size(message.raw)
        if size > ALL:
            yield Hit(message="all", params={"name": "header", "size": size, "limit": ALL})
    for defect, _ in defects(message, "header-too-many"):
        if int(defect.detail.split()[0]) > MANY:
            yield Hit(message="many", params={"name": "header", "limit": MANY})
    for header in message.headers:
        if len(header.raw) <= _SHORT and len(header.value) <= _SHORT:
            continue
        name = header.name.lower()
        limit = SPECIAL.get(name, ONE)
        size = len(header.value) if name in SPECIAL else len(header.raw)
        if size > limit and name not in UNLIMITED:
            yield Hit(
                params={"name": header.name[:60], "size": size, "limit": limit},
                evidence=(Evidence("header", name=header.name[:60], quote=header.value[:120]),),
            )


def _header_size(raw: bytes) -> int:
    ends = [end for end in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if end >= 0]
    return min(ends, default=len(raw))
