"""The message holds CR characters that end no line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="bare-carriage-return",
    group="structure",
    severity="warning",
    title="Carriage returns by themselves",
    why=(
        "In mail CR and LF stand only together. A CR by itself is a line break to some servers and not to"
        " others, by which a second message can be smuggled past a filter; since December 2023 servers "
        "refuse it or repair it, which breaks the DKIM signature."
    ),
    fixes={
        "main": Fix(
            text="Write every line break as CR LF, and delete other CR.", kind="edit", edit="repair-headers"
        )
    },
    limits=("Lines that end with LF alone are ordinary in files: they get CR LF when the message is sent."),
    sources=(
        Source("RFC 5322, 2.3 Body", "https://www.rfc-editor.org/rfc/rfc5322#section-2.3", "2008-10"),
        Source("Postfix, SMTP Smuggling", "https://www.postfix.org/smtp-smuggling.html", "2023-12"),
    ),
    needs=("message",),
    messages={
        "main": "{count} CR stand without LF.",
        "main.one": "A CR stands without LF.",
    },
    fails=Example(
        raw=b"From: news@nordlys.example\r\nSubject: Our autumn catalogue\r\n\r\nForty new titles.\rSee you on Saturday.\r\n"
    ),
    passes=Example(
        raw=b"From: news@nordlys.example\nSubject: Our autumn catalogue\n\nForty new titles.\r\nSee you on Saturday.\n"
    ),
)
_LONE = lazy(rb"\r(?!\n)")


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on a CR that no LF follows."""
    if facts.message.composed:
        return
    raw = facts.message.raw
    if b"\r" not in raw:
        return
    first = _LONE.search(raw)
    if first is not None:
        lone = raw.count(b"\r") - raw.count(b"\r\n")
        quote = raw[max(0, first.start() - 40) : first.start() + 40]
        place = Evidence("part", name="1", quote=quote.decode("ascii", "backslashreplace"))
        yield Hit(params={"count": lone}, evidence=(place,))
