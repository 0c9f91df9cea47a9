"""The sender's name shows an address other than the sender's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import is_freemail, normalize_domain
from scorer.facts.identity import org_of
from scorer.lazyre import lazy
from scorer.rules.cited import GMAIL_NAMES, RSPAMD_HEADERS
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="address-in-display-name",
    group="identity",
    severity="warning",
    title="The sender's name shows somebody else's address",
    why=(
        "Many mail programs show only the name, so an address in it is read as the sender's. Phishing does that; "
        "Gmail names a gmail.com address in the name as deceptive, and filters score it."
    ),
    fixes={
        "main": Fix(
            text="Put the name of your organization in place of {shown} in the sender's name.",
            kind="edit",
            edit="repair-display-name",
        )
    },
    limits="An address at the sender's own domain is no deception and is not reported.",
    sources=(GMAIL_NAMES, RSPAMD_HEADERS),
    needs=("identity",),
    about="odd sender",
    messages={
        "main": "The sender's name shows {shown}, but the mailing comes from {address}.",
        "freemail": "The sender's name shows the free-mail address {shown}, but the mailing comes from {address}.",
    },
    fails=Example(
        draft={
            "from": '"hannas.kitchen@gmail.com" <bounce7@mailer.example.net>',
            "subject": "Courses",
            "text": "Hi.",
        }
    ),
    passes=Example(
        draft={
            "from": '"courses@example.net" <bounce7@mailer.example.net>',
            "subject": "Courses",
            "text": "Hi.",
        }
    ),
)

_ADDRESS = lazy(r"[\w.!#$%&'*+/=?^{|}~-]{1,64}@((?:[\w-]{1,63}\.){1,8}[\w-]{2,63})")


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    author = facts.identity.author
    if author is None or not author.domain:
        return
    for found in _ADDRESS.finditer(author.display_name[:500]):
        domain = normalize_domain(found[1])
        if domain is None or org_of(domain) == facts.identity.author_org:
            continue
        shown = found[0][:80]
        yield Hit(
            message="freemail" if is_freemail(domain) else "main",
            params={"shown": shown, "address": author.address[:80]},
            evidence=(within(facts.message, "From", found[0]),),
            fix_params={"shown": shown, "remove": found[0]},
        )
        return
