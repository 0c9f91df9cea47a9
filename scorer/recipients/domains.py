"""What a recipient's domain tells without asking anybody: provider, disposable, misspelt, no such top-level
domain."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

import msgspec

from scorer.domains import display_domain
from scorer.domains.tables import TABLES, entries
from scorer.recipients.typos import suggestion


class DomainFacts(msgspec.Struct, frozen=True):
    """A domain of the list. `name`: lower-case ASCII form; `shown`: as people read it; `provider`: of a consumer
    mailbox provider, else ""; `meant`: what it is probably a misspelling of, else ""."""

    name: str
    shown: str
    provider: str
    meant: str
    disposable: bool
    unknown_tld: bool


def facts_of(name: str) -> DomainFacts:
    """The facts of a domain in lower-case ASCII form."""
    provider = _providers().get(name, "")
    meant = "" if provider else suggestion(name)
    return DomainFacts(
        name=name,
        shown=display_domain(name) if "xn--" in name else name,
        provider=provider,
        meant=meant,
        disposable=not provider and not meant and is_disposable(name),
        unknown_tld=name.rpartition(".")[2] not in _top_level(),
    )


def is_disposable(name: str) -> bool:
    """Whether `name` or a name above it is listed as one of disposable addresses, and none is an exception."""
    listed, exceptions = _disposable()
    found = False
    while "." in name:
        if name in exceptions:
            return False
        found = found or name in listed
        name = name.partition(".")[2]
    return found


@cache
def role_accounts() -> dict[str, str]:
    """Local parts that name a function, without separators, and their class."""
    return {name: kind for name, _, kind in (line.partition(" ") for line in entries("role_accounts.txt"))}


def role_of(local: str) -> str:
    """The class of a local part that names a function (desk, machine, business, list), "" for a person's.
    Case, dots, hyphens, underscores and what follows "+" do not count."""
    name = local.lower().partition("+")[0]
    if not name.isalnum():
        name = name.replace(".", "").replace("-", "").replace("_", "")
    return role_accounts().get(name, "")


def host_provider(host: str) -> str:
    """Who runs the mail exchanger `host`, "" where it is in no list."""
    return _longest(_hosts(), host)


def parking_service(host: str, kind: Literal["ns", "mx"]) -> str:
    """The parking service that a name server ("ns") or mail exchanger ("mx") belongs to, "" where it is in no
    list (`tables/parking_hosts.txt`)."""
    return _longest(_parking(kind), host)


def _longest(hosts: Mapping[str, str], host: str) -> str:
    name = host.lower().removesuffix(".")
    while name:
        if name in hosts:
            return hosts[name]
        name = name.partition(".")[2]
    return ""


@cache
def _providers() -> dict[str, str]:
    return {name: provider for name, _, provider in (line.partition(" ") for line in entries("freemail.txt"))}


@cache
def _hosts() -> dict[str, str]:
    return {name: provider for name, _, provider in (line.partition(" ") for line in entries("mx_hosts.txt"))}


@cache
def _parking(kind: str) -> dict[str, str]:
    rows = (line.split() for line in entries("parking_hosts.txt"))
    return {host: service for of, host, service, _ in rows if of == kind}


@cache
def _disposable() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(entries("disposable_domains.txt")), frozenset(
        (*entries("disposable_exceptions.txt"), *_providers())
    )


@cache
def _top_level() -> frozenset[str]:
    """All top-level domains, from the ICANN section of the public suffix list."""
    text = (TABLES / "public_suffixes.txt").read_text(encoding="ascii")
    icann = text.partition("\n[icann]\n")[2].partition("\n[private]\n")[0]
    return frozenset(rule.rpartition(".")[2] for rule in icann.splitlines())
