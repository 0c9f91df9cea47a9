"""All recipients can see each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import parse_mailbox_list
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="recipients-exposed",
    group="structure",
    severity="warning",
    title="Many addresses in To or Cc",
    why=(
        "A mailing goes to each reader by himself. Many addresses in To or Cc show every reader's address"
        " to all others, which is a breach of privacy law in Europe, and filters count long and sorted "
        "lists of recipients."
    ),
    fixes={"main": Fix(text="Send to each recipient separately, as sending services do.", kind="sending")},
    limits="Counted from 15 addresses on, in To and Cc together.",
    sources=(
        Source(
            "Apache SpamAssassin, rule SORTED_RECIPS (2.50 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
        Source(
            "Apache SpamAssassin, rule SUSPICIOUS_RECIPS (2.51 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
        Source(
            "Regulation (EU) 2016/679 (GDPR), Article 5(1)(f)",
            "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
            "2016-04-27",
        ),
    ),
    needs=("message",),
    messages={"main": "{count} addresses stand in To and Cc for all to see."},
    fails=Example(
        draft={
            "from": "news@nordlys.example",
            "to": ", ".join("reader" + str(n) + "@example.org" for n in range(40)),
            "subject": "Forty new titles",
            "text": "See you on Saturday.",
        }
    ),
    passes=Example(
        draft={
            "from": "news@nordlys.example",
            "to": ", ".join("author" + str(n) + "@nordlys.example" for n in range(5)),
            "subject": "Forty new titles",
            "text": "See you on Saturday.",
        }
    ),
)


MIN_ADDRESSES = 15


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire from `MIN_ADDRESSES` on."""
    message = facts.message
    fields = [header for name in ("to", "cc") for header in message.all(name)]
    if sum(header.value.count("@") for header in fields) < MIN_ADDRESSES:
        return
    count = sum(len(parse_mailbox_list(header.value)) for header in fields)
    if count >= MIN_ADDRESSES:
        yield Hit(
            params={"count": count},
            evidence=tuple(Evidence("header", name=h.name, quote=h.value[:120]) for h in fields[:5]),
        )
