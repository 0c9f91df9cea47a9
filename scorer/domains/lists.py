"""Lists of well-known domains and file types: consumer mailbox providers, link shorteners, sending services,
attachments."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal

from scorer.domains.names import normalize_domain
from scorer.domains.tables import entries

ConsumerProvider = Literal["gmail", "yahoo", "microsoft", "apple"]


@cache
def _names(table: str) -> frozenset[str]:
    return frozenset(entries(table))


@cache
def _pairs(table: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in entries(table):
        name, _, value = line.partition(" ")
        found[name] = value.strip()
    return found


def is_freemail(domain: str) -> bool:
    """Whether anybody can have an address at exactly this domain: a large consumer mailbox provider or access
    provider."""
    return (normalize_domain(domain) or "") in _pairs("freemail.txt")


def consumer_provider(domain: str) -> ConsumerProvider | None:
    """Whose rules for senders hold for addresses at `domain`, of the four providers that publish such rules;
    None for all others. Company domains hosted at these providers cannot be told by name."""
    provider = _pairs("freemail.txt").get(normalize_domain(domain) or "")
    for name in ("gmail", "yahoo", "microsoft", "apple"):
        if provider == name:
            return name
    return None


@lru_cache(maxsize=4096)
def is_shortener(host: str) -> bool:
    """Whether a link to `host` hides where it leads: a public URL shortener, with or without "www.". An entry
    ".page.link" of the table means every name below it."""
    name = (normalize_domain(host) or "").removeprefix("www.")
    shorteners = _names("shorteners.txt")
    if name in shorteners:
        return True
    _, dot, parent = name.partition(".")
    return bool(dot) and dot + parent in shorteners


def sending_service_of(domain: str) -> str | None:
    """The sending service to which `domain` (of a Return-Path, a DKIM signature, a tracking link) belongs,
    None if to none that is listed."""
    services = _pairs("sending_services.txt")
    name = normalize_domain(domain) or ""
    while name:
        if name in services:
            return services[name]
        name = name.partition(".")[2]
    return None


def _extension(file_name: str) -> str:
    _, dot, extension = file_name[-300:].rstrip(" .").rpartition(".")
    return extension.lower() if dot else ""


def is_blocked_by_gmail(file_name: str) -> bool:
    """Whether Gmail refuses a message with an attachment of this name, alone or inside an archive
    (https://support.google.com/mail/answer/6590, read 2026-11)."""
    return _extension(file_name) in _names("blocked_by_gmail.txt")


def is_dangerous_file(file_name: str) -> bool:
    """Whether opening a file of this name can run a program: what Gmail blocks and further such types."""
    return is_blocked_by_gmail(file_name) or _extension(file_name) in _names("dangerous_extensions.txt")


def is_macro_file(file_name: str) -> bool:
    """Whether the name is one of an Office file that may hold macros by its type (.docm, .xlsm …)."""
    return _extension(file_name) in _names("macro_extensions.txt")
