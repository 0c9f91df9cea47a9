"""The From header holds something that is no deliverable address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import address_syntax_error, is_ip_literal
from scorer.rules.address_words import told
from scorer.rules.cited import GMAIL, MICROSOFT, RFC5322_FROM
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked
from scorer.sending import MERGE_SYNTAXES, merge_tags

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="from-not-an-address",
    group="identity",
    severity="error",
    title="The sender's address is not valid",
    why=(
        "Receivers refuse mail whose From header cannot be read as an address, and one without a proper domain "
        "name can have no SPF, DKIM or DMARC record."
    ),
    fixes={
        "main": Fix(
            text="Write the sender as a full address at a domain of your own, such as news@your-domain.com.",
            kind="author",
        )
    },
    limits="The form is checked, not whether the mailbox exists. An address in a merge tag is not checked.",
    sources=(
        RFC5322_FROM,
        Source(
            "RFC 5321, 4.1.2 Command Argument Syntax",
            "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2",
            "2008-10",
        ),
        GMAIL,
        MICROSOFT,
    ),
    needs=("identity",),
    about="odd sender",
    messages={
        "main": "The sender “{address}” is not a valid address: {reason}",
        "none": "The From header “{value}” holds a name but no address.",
        "ip": "The sender's address {address} is at an IP address and not at a domain name.",
    },
    fails=Example(
        draft={"from": "Tulip Post <news@tulip-post>", "subject": "Spring bulbs", "text": "They are here."}
    ),
    passes=Example(
        draft={
            "from": "Tulip Post <o'neill+news@mail.example.co.uk>",
            "subject": "Spring bulbs",
            "text": "They are here.",
        }
    ),
)

_TAGS = tuple(syntax.id for syntax in MERGE_SYNTAXES if syntax.id != "dashes")


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    message, author = facts.message, facts.identity.author
    value = message.get("from").strip()
    if not value:
        return
    if merge_tags(value[:1000], _TAGS) and (author is None or address_syntax_error(author.address)):
        yield Unchecked("the sender's address is a merge tag")
        return
    if author is None or not author.address:
        yield Hit(message="none", params={"value": value[:80]}, evidence=(within(message, "From", value),))
        return
    shown = author.address[:80]
    evidence = (within(message, "From", author.address),)
    if author.domain and is_ip_literal(author.domain):
        yield Hit(message="ip", params={"address": shown}, evidence=evidence)
        return
    reason = address_syntax_error(author.address)
    if reason is not None:
        yield Hit(params={"address": shown, "reason": told(reason)}, evidence=evidence)
