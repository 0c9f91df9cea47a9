"""A line is longer than mail allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="line-too-long",
    group="structure",
    severity="warning",
    title="Lines too long for mail",
    why=(
        "Mail servers may break lines of more than 998 octets, which cuts words, links and tags in two "
        "and breaks the DKIM signature."
    ),
    fixes={
        "main": Fix(
            text="Encode the text as quoted-printable or base64; sending services do so by themselves.",
            kind="edit",
            edit="decode-charset",
        )
    },
    limits=("Counted in octets as the message stands. Drafts from an editor are encoded when they are sent."),
    sources=(
        Source(
            "RFC 5322, 2.1.1 Line Length Limits",
            "https://www.rfc-editor.org/rfc/rfc5322#section-2.1.1",
            "2008-10",
        ),
        Source(
            "RFC 5321, 4.5.3.1.6 Text Line",
            "https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.6",
            "2008-10",
        ),
    ),
    needs=("message",),
    messages={"main": "Line {line} has {octets} octets; 998 are allowed."},
    fails=Example(
        raw=b"From: Nordlys Books <news@nordlys.example>\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
        + b"<b>Forty new titles</b> " * 50
    ),
    passes=Example(
        raw=b"From: Nordlys Books <news@nordlys.example>\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
        + (b"<b>Forty new titles</b> " * 40 + b"\r\n") * 3
    ),
)


LIMIT = 998


def _has_line_beyond(data: bytes, limit: int) -> bool:
    """Whether a line has more than `limit` octets: looks only where one would have to end."""
    start = 0
    while len(data) - start > limit:
        line_feed = data.rfind(b"\n", start, start + limit + 1)
        if line_feed < 0:
            return True
        start = line_feed + 1
    return False


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on the longest line above `LIMIT` octets, without its line break."""
    message = facts.message
    if message.composed:
        return
    if not _has_line_beyond(message.raw, LIMIT):
        return
    lines = message.raw.split(b"\n")
    longest = max(map(len, lines))
    number = next(i for i, line in enumerate(lines) if len(line) == longest)
    line = lines[number].rstrip(b"\r")
    if len(line) > LIMIT:
        quote = line[:80].decode("ascii", "backslashreplace")
        yield Hit(
            params={"line": number + 1, "octets": len(line)},
            evidence=(Evidence("part", name=message.parts[0].path if message.parts else "1", quote=quote),),
        )
