"""Public suffixes, and the organizational domain that follows from them."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache, lru_cache
from typing import Literal

import msgspec

from scorer.domains.names import is_ip_literal, normalize_domain
from scorer.domains.tables import TABLES


class PublicSuffix(msgspec.Struct, frozen=True):
    """A name under which anybody can register another one.

    `section`: "icann" (registries), "private" (hosts and platforms such as github.io), or "unlisted", the
    list's default rule '*' for a top-level domain that it does not hold."""

    name: str
    section: Literal["icann", "private", "unlisted"]


@cache
def _rules() -> tuple[list[str], list[str]]:
    """The rules of the ICANN section and those of the private one, sorted.

    Lists to bisect in, not sets: hashing ten thousand rules takes longer than a message needs them."""
    text = (TABLES / "public_suffixes.txt").read_text(encoding="ascii")
    _, _, rules = text.partition("\n[icann]\n")
    icann, _, private = rules.partition("\n[private]\n")
    return icann.splitlines(), private.splitlines()


def _listed(rules: list[str], rule: str) -> bool:
    at = bisect_left(rules, rule)
    return at < len(rules) and rules[at] == rule


@lru_cache(maxsize=4096)
def public_suffix(domain: str) -> PublicSuffix | None:
    """The public suffix of `domain` by the algorithm at https://publicsuffix.org/list/ (read 2026-11), both
    sections in force; None if `domain` is not a domain name."""
    name = normalize_domain(domain)
    if name is None or is_ip_literal(name):
        return None
    sections: tuple[tuple[list[str], Literal["icann", "private"]], ...]
    sections = tuple(zip(_rules(), ("icann", "private"), strict=True))
    labels = name.split(".")
    # From the longest name down, so that the first rule to match is the one with the most labels.
    for start in range(len(labels)):
        candidate = ".".join(labels[start:])
        parent = ".".join(labels[start + 1 :])
        for rules, section in sections:
            if _listed(rules, "!" + candidate):
                return PublicSuffix(parent, section)
        for rules, section in sections:
            if _listed(rules, candidate) or (parent and _listed(rules, "*." + parent)):
                return PublicSuffix(candidate, section)
    return PublicSuffix(labels[-1], "unlisted")


@lru_cache(maxsize=4096)
def organizational_domain_psl(domain: str) -> str | None:
    """The public suffix of `domain` and one label more (RFC 7489 §3.2), in ASCII form; None if `domain` is
    itself a public suffix or is no domain name. RFC 9989 replaced this by a walk of the DNS tree; many
    receivers still do it this way."""
    name = normalize_domain(domain)
    suffix = public_suffix(domain)
    if name is None or suffix is None or name == suffix.name:
        return None
    return name[: -len(suffix.name) - 1].rpartition(".")[2] + "." + suffix.name
