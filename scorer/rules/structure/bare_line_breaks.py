"""Line breaks are of several kinds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="bare-line-breaks",
    group="structure",
    severity="warning",
    title="Mixed line breaks",
    why=(
        "In mail a line ends with CR and LF together. A CR or LF by itself can smuggle a second message "
        "past a server, so since December 2023 servers refuse it or repair it, which breaks the DKIM "
        "signature."
    ),
    fixes={"main": Fix(text="Write every line break as CR LF.", kind="edit", edit="repair-headers")},
    limits="A file whose line breaks are all LF is ordinary: it gets CR LF when it is sent.",
    sources=(
        Source("RFC 5322, 2.3 Body", "https://www.rfc-editor.org/rfc/rfc5322#section-2.3", "2008-10"),
        Source("Postfix, SMTP Smuggling", "https://www.postfix.org/smtp-smuggling.html", "2024-01-22"),
    ),
    needs=("message",),
    messages={
        "cr": "{count} CR stand without LF.",
        "lf": "{count} LF stand without CR, beside {pairs} proper line breaks.",
    },
    fails=Example(
        raw=b"From: news@nordlys.example\r\nSubject: Our autumn catalogue\r\n\r\nForty new titles.\nSee you on Saturday.\n"
    ),
    passes=Example(
        raw=b"From: news@nordlys.example\nSubject: Our autumn catalogue\n\nForty new titles.\nSee you on Saturday.\n"
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on a CR without LF, or on LF without CR in a message whose lines else end with both."""
    if facts.message.composed:
        return
    raw = facts.message.raw
    pairs = raw.count(b"\r\n")
    lone_cr, lone_lf = raw.count(b"\r") - pairs, raw.count(b"\n") - pairs
    whole = (Evidence("part", name="1"),)
    if lone_cr:
        yield Hit(message="cr", params={"count": lone_cr}, evidence=whole)
    elif pairs and lone_lf:
        yield Hit(message="lf", params={"count": lone_lf, "pairs": pairs}, evidence=whole)
