"""The grammar of an SPF record (RFC 7208 §12), read without ever raising: faults are values."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

import msgspec

from scorer.facts.spf.macros import is_domain_spec, is_macro_string
from scorer.lazyre import lazy

_VERSION = lazy(r"v=spf1(?: |\Z)", re.IGNORECASE)
_MODIFIER = lazy(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE | re.DOTALL)
_DIRECTIVE = lazy(
    r"([-+~?]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?![a-z0-9_.-])(.*)", re.IGNORECASE | re.DOTALL
)
_DUAL_CIDR = lazy(r"(?::(?P<domain>.*?))?(?:/(?P<v4>[0-9]+))?(?://(?P<v6>[0-9]+))?", re.DOTALL)
_VISIBLE = lazy(r"[\x21-\x7e]*")
_CIDR = lazy(r"0|[1-9][0-9]{0,2}")

# What someone meant to be an SPF record and no receiver takes for one, the likeliest reading first.
_NEAR_MISSES = tuple(
    (reason, lazy(pattern, re.IGNORECASE))
    for reason, pattern in (
        ("invisible-character", "[\u200b\u200c\u200d\u2060\ufeff]+\\s*v=spf1"),
        ("leading-whitespace", r"\s+v=spf1"),
        ("quoted", r"\s*[\"'`\u2018\u201c\u201d]+\s*v=spf1"),
        ("other-version", r"v=spf(?:1[0-9]|[02-9])"),
        ("no-space-after-version", r"v=spf1[^ ]"),
        ("malformed-version", r"\s*(?:v\s*[=:]?\s*spf[\s._-]*1?|spf1|spf\s*=\s*)(?=[\s;,:=]|\Z)"),
    )
)


class SyntaxFault(msgspec.Struct, frozen=True):
    """A term that makes the whole record a permanent error (RFC 7208 §4.6).

    `position` counts the terms after the version from 1. `reason` is one of: illegal-character,
    unknown-mechanism, argument-missing, argument-not-allowed, bad-domain, address-as-domain (an IP
    address where a name belongs: `ip4:` was meant), bad-macro, bad-address, bad-prefix-length,
    repeated-modifier."""

    position: int
    term: str
    reason: str


class Mechanism(msgspec.Struct, frozen=True):
    """One mechanism. `domain` is the domain-spec with its macros unexpanded ("" for the current
    domain), `network` the address range of ip4 and ip6; the prefix lengths are those of a and
    mx."""

    text: str
    qualifier: str
    name: str
    domain: str = ""
    network: str = ""
    prefix4: int = 32
    prefix6: int = 128


class Modifier(msgspec.Struct, frozen=True):
    """One `name=value`."""

    text: str
    name: str
    value: str


class ParsedRecord(msgspec.Struct, frozen=True):
    """An SPF record: what could be read, in order, and what could not."""

    text: str
    mechanisms: tuple[Mechanism, ...] = ()
    modifiers: tuple[Modifier, ...] = ()
    faults: tuple[SyntaxFault, ...] = ()

    @property
    def all(self) -> Mechanism | None:
        """The first `all`; nothing after it is ever looked at (RFC 7208 §5.1)."""
        return next((m for m in self.mechanisms if m.name == "all"), None)

    @property
    def reachable(self) -> tuple[Mechanism, ...]:
        """The mechanisms before the first `all`."""
        names = [m.name for m in self.mechanisms]
        return self.mechanisms[: names.index("all")] if "all" in names else self.mechanisms

    @property
    def redirect(self) -> str | None:
        """The domain-spec of `redirect`, which counts only where there is no `all` (RFC 7208
        §6.1)."""
        return None if self.all is not None else self._value("redirect")

    @property
    def exp(self) -> str | None:
        """The domain-spec of `exp` (RFC 7208 §6.2)."""
        return self._value("exp")

    def _value(self, name: str) -> str | None:
        return next((m.value for m in self.modifiers if m.name == name), None)


def spf_texts(texts: Iterable[str]) -> tuple[str, ...]:
    """Those TXT records that are SPF records (RFC 7208 §4.5): "v=spf1", then a space or the end."""
    return tuple(text for text in texts if _VERSION.match(text))


def near_miss(text: str) -> str | None:
    """Why the TXT record `text`, evidently meant for SPF, is none: invisible-character,
    leading-whitespace, quoted, other-version, no-space-after-version or malformed-version. None if
    it is an SPF record or something else altogether."""
    if _VERSION.match(text):
        return None
    return next((reason for reason, pattern in _NEAR_MISSES if pattern.match(text)), None)


def parse_record(text: str) -> ParsedRecord:
    """Read the SPF record `text`, which begins with the version."""
    mechanisms: list[Mechanism] = []
    modifiers: list[Modifier] = []
    faults: list[SyntaxFault] = []
    seen: set[str] = set()
    terms = (term for term in text[len("v=spf1") :].split(" ") if term)
    for position, term in enumerate(terms, start=1):
        read = _term(term)
        if isinstance(read, Modifier):
            if read.name in ("redirect", "exp") and read.name in seen:
                read = "repeated-modifier"
            else:
                seen.add(read.name)
                modifiers.append(read)
        elif isinstance(read, Mechanism):
            mechanisms.append(read)
        if isinstance(read, str):
            faults.append(SyntaxFault(position, term, read))
    return ParsedRecord(text, tuple(mechanisms), tuple(modifiers), tuple(faults))


def _term(term: str) -> Mechanism | Modifier | str:
    """What `term` is, or the reason why it is nothing."""
    if not _VISIBLE.fullmatch(term):
        return "illegal-character"
    if modifier := _MODIFIER.fullmatch(term):
        name, value = modifier[1].lower(), modifier[2]
        if name in ("redirect", "exp"):
            fault = _domain_fault(value)
        else:
            fault = None if is_macro_string(value) else "bad-macro"
        return fault or Modifier(term, name, value)
    directive = _DIRECTIVE.fullmatch(term)
    if directive is None:
        return "unknown-mechanism"
    qualifier, name, rest = directive[1] or "+", directive[2].lower(), directive[3]
    match name:
        case "all":
            return "argument-not-allowed" if rest else Mechanism(term, qualifier, name)
        case "ip4" | "ip6":
            return _address(term, qualifier, name, rest)
        case "a" | "mx":
            return _with_prefix(term, qualifier, name, rest)
    if rest == "" and name == "ptr":
        return Mechanism(term, qualifier, name)
    if not rest.startswith(":"):
        return "argument-not-allowed" if name == "ptr" else "argument-missing"
    return _domain_fault(rest[1:]) or Mechanism(term, qualifier, name, domain=rest[1:])


def _domain_fault(domain: str) -> str | None:
    if domain == "":
        return "argument-missing"
    if is_domain_spec(domain):
        return None
    if "%" in domain and not is_macro_string(domain):
        return "bad-macro"
    try:
        ipaddress.ip_network(domain, strict=False)
    except ValueError:
        return "bad-domain"
    return "address-as-domain"


def _with_prefix(term: str, qualifier: str, name: str, rest: str) -> Mechanism | str:
    parts = _DUAL_CIDR.fullmatch(rest)
    if parts is None:
        return "bad-prefix-length" if rest.startswith("/") else "argument-missing"
    domain = parts["domain"]
    if domain is not None and (fault := _domain_fault(domain)):
        # `a:192.0.2.0/24`: the prefix has been taken off, the mistake is the same.
        return fault
    prefix4, prefix6 = _prefix(parts["v4"], 32), _prefix(parts["v6"], 128)
    if prefix4 is None or prefix6 is None:
        return "bad-prefix-length"
    return Mechanism(term, qualifier, name, domain or "", prefix4=prefix4, prefix6=prefix6)


def _prefix(digits: str | None, longest: int) -> int | None:
    if digits is None:
        return longest
    return int(digits) if _CIDR.fullmatch(digits) and int(digits) <= longest else None


def _address(term: str, qualifier: str, name: str, rest: str) -> Mechanism | str:
    if not rest.startswith(":") or rest == ":":
        return "argument-missing"
    address, slash, digits = rest[1:].partition("/")
    longest = 32 if name == "ip4" else 128
    prefix = _prefix(digits if slash else None, longest)
    try:
        # An IPv6 zone ("fe80::1%eth0") would be accepted by the library and is no SPF.
        if "%" in address:
            return "bad-address"
        if name == "ip4":
            ipaddress.IPv4Address(address)
        else:
            ipaddress.IPv6Address(address)
    except ValueError:
        return "bad-address"
    if prefix is None:
        return "bad-prefix-length"
    return Mechanism(term, qualifier, name, network=f"{address}/{prefix}")
