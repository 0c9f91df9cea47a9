"""The message has no From address at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import GMAIL, RFC5322_FROM, RSPAMD_HEADERS
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="from-missing",
    group="identity",
    severity="error",
    title="No sender address",
    why=(
        "Every message must have a From header. Gmail refuses mail that does not follow the message format, "
        "and nobody can tell whether SPF, DKIM and DMARC vouch for a sender that is not named."
    ),
    fixes={"main": Fix(text="Give the address that the mailing is to come from.", kind="author")},
    limits="A draft may get its sender only when it is handed to the sending service; then tell the scorer the sender.",
    sources=(RFC5322_FROM, GMAIL, RSPAMD_HEADERS),
    needs=("identity",),
    about="odd sender",
    messages={"main": "The message names no sender: its From header is missing or empty."},
    fails=Example(draft={"subject": "News from the allotment", "text": "The beans are up."}),
    passes=Example(
        draft={
            "from": "garden@example.com",
            "subject": "News from the allotment",
            "text": "The beans are up.",
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    if not facts.message.get("from").strip():
        yield Hit(evidence=(Evidence("header", "From"),))
