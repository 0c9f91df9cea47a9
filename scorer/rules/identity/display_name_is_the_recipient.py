"""The sender's name is the recipient's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import parse_mailbox_list
from scorer.lazyre import lazy
from scorer.rules.cited import GMAIL_NAMES
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Unchecked
from scorer.sending import MERGE_SYNTAXES, merge_tags

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="display-name-is-the-recipient",
    group="identity",
    severity="warning",
    title="The sender bears the recipient's name",
    why=(
        "Gmail counts the recipient's name in the sender's name among the deceptive practices: it makes a mailing "
        "look like mail from oneself."
    ),
    fixes={"main": Fix(text="Use your own organization's name as the sender's name.", kind="author")},
    limits="A merge tag for the recipient's contact person is told from one for the recipient by its name only.",
    sources=(GMAIL_NAMES,),
    needs=("identity",),
    messages={
        "main": "The sender's name “{name}” is the recipient's name.",
        "tag": "The sender's name holds {tag}, which puts the recipient's name there.",
    },
    fails=Example(
        draft={
            "from": "{{first_name}} <offers@example.com>",
            "subject": "For you",
            "text": "Hello {{first_name}}.",
        }
    ),
    passes=Example(
        draft={
            "from": "{{owner.first_name}} at Nordic Skis <ann@example.com>",
            "subject": "For you",
            "text": "Hello.",
        }
    ),
)

_TAGS = tuple(syntax.id for syntax in MERGE_SYNTAXES if syntax.id != "dashes")
_RECIPIENT = lazy(
    r"^\W*(?:contact|recipient|subscriber|customer|person|user|lead|data:?)?[\s._:-]*"
    r"(?:first|last|full|f|l)?[\s._-]?name\b|^\W*(?:fornavn|vorname|förnamn|voornaam|prenom|nombre)\b",
    re.IGNORECASE,
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    message, author = facts.message, facts.identity.author
    name = facts.identity.display_name[:300].strip()
    if author is None or not name:
        return
    for tag in merge_tags(name, _TAGS) if not name.replace(" ", "").isalnum() else ():
        if _RECIPIENT.search(tag.text):
            yield Hit(
                message="tag", params={"tag": tag.text[:60]}, evidence=(within(message, "From", tag.text),)
            )
            return
    for box in parse_mailbox_list(message.get("to")[:2000])[:1]:
        if (
            box.display_name.casefold() == name.casefold()
            and box.address.casefold() != author.address.casefold()
        ):
            if box.domain == author.domain:
                return
            yield Hit(params={"name": name[:80]}, evidence=(within(message, "From", name),))
