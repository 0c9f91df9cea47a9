"""What a rule is, and what it finds. A rule has no weight and does no I/O.

A rule is one module in `scorer/rules/<group>/<rule_id>.py` (the file's name is the id with underscores) with
a `RULE` and a function `check(facts)` that yields `Hit`s, and `Unchecked` where a fact it needs is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

import msgspec

from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

Severity = Literal["info", "warning", "error", "blocker"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error", "blocker")
Group = Literal[
    "identity",
    "authentication",
    "unsubscribe",
    "links",
    "content",
    "structure",
    "attachments",
    "audience",
    "reputation",
    "law",
]
About = Literal[
    "message",
    "links",
    "odd links",
    "links to odd hosts",
    "links without hosts",
    "links that name a host",
    "page",
    "active page",
    "concealed text",
    "attachments",
    "defects",
    "letters beyond ASCII",
    "merge tags",
    "odd subject",
    "odd sender",
    "odd sender's domain",
    "list-unsubscribe",
    "volume",
    "reply-to",
    "sender",
    "signatures",
]
"""What a rule can look through: `scorer.rules.about` says of each when a message has it."""
Param = str | int | float


class Source(msgspec.Struct, frozen=True):
    """Where a rule's claim comes from. `date` is the day the page is of or was read, ISO 8601."""

    title: str
    url: str
    date: str


class Evidence(msgspec.Struct, frozen=True):
    """The exact place. `kind` says what `name` is: a header's name, a MIME part's path, "subject", a link's
    index, a DNS name, a field of the sending profile. `start` and `end` count Unicode code points of the
    decoded header or part ("html", "text", or "visible" for the page's visible text); -1 for the whole."""

    kind: Literal["header", "part", "link", "text", "html", "visible", "attachment", "dns", "sending"]
    name: str = ""
    quote: str = ""
    start: int = -1
    end: int = -1


class Hit(msgspec.Struct, frozen=True):
    """What `check` yields: one occurrence. `message` names one of the rule's message templates and `params`
    fill it. `edit` names the edit (`scorer.remedies`) that mends it, with its own parameters."""

    params: dict[str, Param] = {}
    evidence: tuple[Evidence, ...] = ()
    message: str = "main"
    severity: Severity | None = None
    fix: str = "main"
    fix_params: dict[str, Param] = {}


class Unchecked(msgspec.Struct, frozen=True):
    """What `check` yields where a fact that it needs is unknown."""

    reason: str


class Fix(msgspec.Struct, frozen=True):
    """What mends a finding. `kind`: "edit" (this program can do it: `edit` names how), "dns" (a record to
    publish), "sending" (a setting of the sending service), "list" (the recipients), "author" (only the
    author can: a picture, a promise, a subject)."""

    text: str
    kind: Literal["edit", "dns", "sending", "list", "author"]
    edit: str = ""


class Example(msgspec.Struct, frozen=True):
    """A message for which a rule fires, or does not: a draft's fields, or raw bytes where the structure
    itself is at issue; how it is sent; what the DNS holds (zone-file text, "" = DNS off). `padding` makes
    the first attachment that many bytes larger, so that a large example costs nothing until it is used."""

    draft: dict[str, object] = {}
    raw: bytes = b""
    padding: int = 0
    sending: str | dict[str, object] = ""
    zone: str = ""


class Rule(msgspec.Struct, frozen=True):
    """One check. Every text is English; its translations are looked up by the text itself.

    `needs` are the topics of `Facts` that the rule reads; topics that no enabled rule needs are not
    gathered. `about` is what the rule looks through, one by one: of a message that has none of it the rule has
    nothing to say, and is not asked. `known` are facts (attributes of `Facts`, with dots) without each of which all
    that the rule would yield is `Unchecked` for the reason of the first that is unknown: then it is not asked either.
    `counted` names the parameter that counts things: where it is 1, the message "main.one" speaks for "main" if
    there is one.
    """

    id: str
    group: Group
    severity: Severity
    title: str
    why: str
    fixes: dict[str, Fix]
    limits: str
    sources: tuple[Source, ...]
    needs: tuple[str, ...]
    messages: dict[str, str]
    fails: Example
    passes: Example
    about: About = "message"
    known: tuple[str, ...] = ()
    counted: str = "count"


Check = Callable[["Facts"], Iterator[Hit | Unchecked]]


class Finding(msgspec.Struct, frozen=True):
    """What is wrong. Occurrences of one rule are one finding: `because` and `params` are of the first,
    `evidence` of all, `count` how many there were."""

    rule: str
    group: str
    severity: Severity
    message: str
    params: dict[str, Param]
    evidence: tuple[Evidence, ...]
    fix: str
    fix_params: dict[str, Param]
    count: int = 1


class NotChecked(msgspec.Struct, frozen=True):
    """A rule that could not be judged, or failed itself, and why."""

    rule: str
    reason: str


def unknowns(*values: object) -> Iterator[Unchecked]:
    """An `Unchecked` for the first of `values` that is unknown; nothing if all are known."""
    for value in values:
        if isinstance(value, Unknown):
            yield Unchecked(value.reason)
            return
