"""A domain name of the sender mixes scripts (UTS 39)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import display_domain, restriction_level
from scorer.rules.cited import GMAIL, UTS39
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="sender-domain-mixes-scripts",
    group="identity",
    severity="error",
    title="The sender's domain mixes scripts",
    why=(
        "Gmail wants international domain names to be “highly restrictive” by Unicode's technical standard 39: one "
        "script in a label, or the mixtures that Japanese, Chinese and Korean use. Other mixtures are how "
        "look-alike names are made."
    ),
    fixes={"main": Fix(text="Use a domain whose labels are each in one script.", kind="author")},
    limits="A name wholly in Cyrillic, Greek, Arabic, Han or any other script is not touched by this rule.",
    sources=(
        GMAIL,
        UTS39,
        Source(
            "Rspamd, conf/scores.d/headers_group.conf, R_MIXED_CHARSET_URL",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/headers_group.conf",
            "2026-11-24",
        ),
    ),
    needs=("identity",),
    about="odd sender",
    messages={"main": "The label “{label}” of the domain in the {header} header mixes scripts."},
    fails=Example(draft={"from": "Новости <news@нoвости.example>", "subject": "Новости", "text": "Привет."}),
    passes=Example(draft={"from": "Новости <news@новости.example>", "subject": "Новости", "text": "Привет."}),
)

_BELOW = ("moderately-restrictive", "minimally-restrictive", "unrestricted")


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    identity = facts.identity
    for header, boxes in (
        ("From", identity.from_),
        ("Reply-To", identity.reply_to),
        ("Sender", identity.sender),
    ):
        for box in boxes[:5]:
            for label in display_domain(box.domain).split("."):
                if restriction_level(label) in _BELOW:
                    yield Hit(
                        params={"label": label[:80], "header": header},
                        evidence=(within(facts.message, header, box.address),),
                    )
                    break
