"""One address of a list: its syntax, its domain, and the keys by which it equals another one.

email-validator is the authority on syntax (https://github.com/JoshData/python-email-validator; RFC 5321 §4.1.2,
RFC 6531, IDNA 2008). It takes some thirty microseconds, so what is plainly valid by its rules is recognised here; the
plain way accepts nothing that email-validator refuses, and refuses nothing by itself.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from scorer.recipients.domains import DomainFacts, facts_of

Fault = Literal[
    "no-at",
    "several-at",
    "empty-part",
    "dots",
    "space",
    "character",
    "too-long",
    "no-dot",
    "reserved",
    "idn",
    "domain",
    "quoted",
    "ip-address",
]
"""Why something is no address: the sign @ missing or there twice, nothing before or behind it, dots misplaced, a
space or another character that may not be there, too long, a domain without a dot, a reserved name (RFC 6761), a
wrong international name, another fault of the domain, a quoted local part or an IP address for a domain (both
possible in mail, neither in a list)."""

PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]+(?:\.[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]+)*")
_PLAIN_DOMAIN = re.compile(
    r"(?:(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?<=[a-z])"
)
# RFC 5321 §4.5.3.1; 254 by erratum 1690 to RFC 3696.
MAX_LOCAL, MAX_ADDRESS = 64, 254
MAX_INPUT = 1_000
MAX_DOMAINS = 40_000
"""Spellings of domains that are kept at a time."""
_EDGES = " \t\r\n\v\f\u00a0\u200b\u200c\u200d\u2060\ufeff\"'<>,;"

PLUS_PROVIDERS = frozenset({"gmail", "microsoft", "apple", "fastmail", "proton"})
"""Providers that deliver name+anything to name (subaddresses, RFC 5233), each by its own help pages."""


class Domain:
    """A domain as it was spelt in the list, read once: its facts and the number of its valid addresses, None and 0
    where it is no domain for mail; `longest` is the length in octets of its longest form."""

    __slots__ = ("count", "facts", "longest")

    def __init__(self, facts: DomainFacts | None, longest: int) -> None:
        self.facts = facts
        self.longest = longest
        self.count = 0


class Address(msgspec.Struct, frozen=True):
    """A valid address: local part as it is to be written, and the domain's facts. `bare` is False where the list
    had more than the address (a name and angle brackets, "mailto:")."""

    local: str
    domain: DomainFacts
    bare: bool = True

    @property
    def text(self) -> str:
        """The address with its domain in lower case, as people read it."""
        return f"{self.local}@{self.domain.shown}"

    @property
    def smtputf8(self) -> bool:
        """Whether only servers with SMTPUTF8 (RFC 6531) can take mail for it: the local part is not ASCII."""
        return not self.local.isascii()


class AddressReader:
    """Reads addresses, keeping the domains that it has seen with the number of their valid addresses; `domains`
    may be emptied at any time."""

    def __init__(self) -> None:
        self.domains: dict[str, Domain] = {}

    def read(self, text: str) -> Address | Fault:
        """`text` as an address, or why it is none."""
        local, at, name = text.rpartition("@")
        if at and len(text) <= MAX_INPUT and len(local) <= MAX_LOCAL and PLAIN_LOCAL.fullmatch(local):
            domain = self.domains.get(name)
            if domain is None:
                domain = self.domain(name)
            if domain.facts is not None:
                if len(local) + 1 + domain.longest > MAX_ADDRESS:
                    return "too-long"
                domain.count += 1
                return Address(local, domain.facts)
        return self._slow(text)

    def domain(self, name: str) -> Domain:
        """What is known of a domain as it is spelt in `name`."""
        lower = name.lower() if name.isascii() else name
        known = self.domains.get(lower)
        if known is None:
            known = _read_domain(lower)
            if len(name) <= MAX_ADDRESS:
                self.domains[lower] = known
        if name != lower and len(name) <= MAX_ADDRESS:
            self.domains[name] = known
        return known

    def _slow(self, text: str) -> Address | Fault:
        if len(text) > MAX_INPUT:
            return "too-long"
        found = self._validated(text)
        if isinstance(found, Address):
            return found
        inner = _unwrapped(text)
        if inner != text and inner:
            again = self._validated(inner)
            if isinstance(again, Address):
                return Address(again.local, again.domain, bare=False)
        return found

    def _validated(self, text: str) -> Address | Fault:
        valid = validated(text)
        if isinstance(valid, str):
            return valid
        local, ascii_domain = valid
        domain = self.domains.get(ascii_domain)
        if domain is None:
            facts = facts_of(ascii_domain)
            longest = max(len(ascii_domain), len(facts.shown.encode("utf-8", "replace")))
            domain = self.domains[ascii_domain] = Domain(facts, longest)
        if domain.facts is None:
            return "domain"
        domain.count += 1
        return Address(local, domain.facts)


def validated(text: str) -> tuple[str, str] | Fault:
    """Local part and domain (in ASCII form) by email-validator, or why it refuses `text`."""
    from email_validator import EmailNotValidError, validate_email

    if len(text) > MAX_INPUT:
        return "too-long"
    try:
        valid = validate_email(
            text,
            allow_smtputf8=True,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            check_deliverability=False,
            strict=True,
        )
    # What a stranger's text does inside the reader of it is a fault of the text.
    except (EmailNotValidError, ValueError, IndexError):
        return fault_of(text)
    return valid.local_part, valid.ascii_domain


def fault_of(text: str) -> Fault:
    """The most telling thing that is wrong with `text`, which is known to be no address."""
    if "@" not in text:
        return "no-at"
    if text.startswith('"'):
        return "quoted"
    if text.count("@") > 1:
        return "several-at"
    local, _, domain = text.partition("@")
    if not local or not domain:
        return "empty-part"
    if any(character.isspace() for character in text):
        return "space"
    if len(local) > MAX_LOCAL or len(text.encode("utf-8", "replace")) > MAX_ADDRESS:
        return "too-long"
    for part in (local, domain):
        if part.startswith(".") or part.endswith(".") or ".." in part:
            return "dots"
    if domain.startswith("["):
        return "ip-address"
    if local.isascii() and not PLAIN_LOCAL.fullmatch(local):
        return "character"
    if "." not in domain:
        return "no-dot"
    if not domain.isascii() or "xn--" in domain.lower():
        return "idn"
    if not all(character.isalnum() or character in ".-" for character in domain):
        return "character"
    if not local.isascii():
        return "character"
    if all(character.isdigit() or character == "." for character in domain):
        return "ip-address"
    if _PLAIN_DOMAIN.fullmatch(domain.lower()):
        return "reserved" if _reserved(domain.lower()) else "domain"
    return "domain"


def _reserved(domain: str) -> bool:
    from email_validator import SPECIAL_USE_DOMAIN_NAMES

    return any(domain == name or domain.endswith("." + name) for name in SPECIAL_USE_DOMAIN_NAMES)


def _read_domain(name: str) -> Domain:
    if len(name) <= MAX_ADDRESS and _PLAIN_DOMAIN.fullmatch(name) and not _reserved(name):
        return Domain(facts_of(name), len(name))
    valid = validated("a@" + name)
    if isinstance(valid, str):
        return Domain(None, 0)
    facts = facts_of(valid[1])
    forms = (name, valid[1], facts.shown)
    return Domain(facts, max(len(form.encode("utf-8", "replace")) for form in forms))


def _unwrapped(text: str) -> str:
    """The address inside "Anna <anna@example.com>", "mailto:anna@example.com" and the like."""
    inner = text
    if inner.rstrip(_EDGES[:-5]).endswith(">") and "<" in inner:
        inner = inner.rpartition("<")[2]
    inner = inner.strip(_EDGES)
    return inner[7:] if inner[:7].lower() == "mailto:" else inner


def canonical(address: Address) -> str:
    """The key of addresses that are the same: domain in lower-case ASCII form, local part in lower case.

    RFC 5321 §2.4 leaves the case of the local part to its host and discourages hosts from making use of it.
    """
    return f"{address.local.lower()}@{address.domain.name}"


def probably_same(address: Address) -> str:
    """The key of addresses that probably reach one mailbox: as `canonical`, and for Gmail without dots
    (https://support.google.com/mail/answer/7436150), for the providers of `PLUS_PROVIDERS` without "+…"."""
    local = address.local.lower()
    domain = address.domain
    if domain.provider in PLUS_PROVIDERS and "+" in local:
        local = local.partition("+")[0] or local
    if domain.provider == "gmail":
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain.name}"
