"""The sender's name is a well-known brand, the sender's domain is not the brand's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import Brand, brand_mentioned, is_freemail
from scorer.lazyre import lazy
from scorer.rules.cited import GMAIL_NAMES
from scorer.rules.headers import within
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="display-name-imitates-brand",
    group="identity",
    severity="error",
    title="The sender's name is a well-known brand's",
    why=(
        "A brand's name over an address at another domain is the commonest form of phishing, so filters look for "
        "it. Gmail wants the sender's name to say who sends, and nothing that deceives."
    ),
    fixes={
        "main": Fix(
            text="Put your own organization's name first in the sender's name, not {brand}.", kind="author"
        ),
    },
    limits=(
        "Only names that consist of the brand and words such as Support or Team are judged. The list of brands and "
        "their domains is not complete: a brand's own, less known domain may be missing from it."
    ),
    sources=(
        GMAIL_NAMES,
        Source(
            "MITRE ATT&CK, T1656 Impersonation", "https://attack.mitre.org/techniques/T1656/", "2026-11-23"
        ),
    ),
    needs=("identity",),
    messages={"main": "The sender calls itself “{name}”, but {domain} is not a domain of {brand}."},
    fails=Example(
        draft={
            "from": "PayPal Support <service@mail.example.net>",
            "subject": "Your account",
            "text": "Please read.",
        }
    ),
    passes=Example(
        draft={
            "from": "Harbour Books, PayPal partner <news@harbour-books.example>",
            "subject": "Pay as you like",
            "text": "Please read.",
        }
    ),
)

# What may stand beside a brand's name without naming anybody else.
_GENERIC = frozenset(
    [
        "the",
        "a",
        "of",
        "for",
        "your",
        "from",
        "by",
        "at",
        "info",
        "mail",
        "email",
        "e",
        "news",
        "newsletter",
        "team",
        "support",
        "service",
        "services",
        "customer",
        "care",
        "client",
        "help",
        "helpdesk",
        "desk",
        "center",
        "centre",
        "security",
        "secure",
        "account",
        "accounts",
        "billing",
        "payment",
        "payments",
        "invoice",
        "alert",
        "alerts",
        "notification",
        "notifications",
        "notice",
        "update",
        "updates",
        "admin",
        "administrator",
        "official",
        "online",
        "noreply",
        "no",
        "reply",
        "inc",
        "ltd",
        "llc",
        "gmbh",
        "com",
        "net",
        "org",
        "co",
        "sicherheit",
        "kundenservice",
        "kundendienst",
        "kundeservice",
        "kundtjänst",
        "klantenservice",
        "assistance",
        "sécurité",
        "soporte",
        "seguridad",
        "verification",
        "verify",
        "id",
        "bank",
    ]
)
_WORD = lazy(r"[^\W_]+")


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    author = facts.identity.author
    if author is None or not author.domain or "@" in author.display_name:
        return
    name = author.display_name[:200]
    brands = brand_mentioned(name)
    if len(brands) != 1 or not _is_all_brand(name, brands[0]) or _may_be_its_own(author.domain, brands[0]):
        return
    yield Hit(
        params={"name": name[:80], "brand": brands[0].name, "domain": author.domain},
        evidence=(within(facts.message, "From", author.display_name),),
    )


def _is_all_brand(name: str, brand: Brand) -> bool:
    """Whether the name says nothing but the brand's name and generic words."""
    rest = name.casefold()
    for spelling in (brand.name, *brand.other_names):
        rest = rest.replace(spelling.casefold(), " ")
    words = [word for word in _WORD.findall(rest) if not word.isdigit()]
    return all(word in _GENERIC for word in words) or (not name.isascii() and len(words) <= 1)


def _may_be_its_own(domain: str, brand: Brand) -> bool:
    """Whether the domain is the brand's, or has its name in it; what imitates a brand is another rule."""
    if brand.owns(domain):
        return True
    if is_freemail(domain):
        return False
    packed = domain.replace("-", "").replace(".", "")
    return any(
        "".join(_WORD.findall(spelling.casefold())) in packed for spelling in (brand.name, *brand.other_names)
    )
