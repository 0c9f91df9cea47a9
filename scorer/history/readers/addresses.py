"""Addresses as they stand in reports."""

from __future__ import annotations

import re

ADDRESS = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~-])(?:\"[^\"\s@]{1,64}\"|[\w!#$%&'*+/=?^`{|}~-][\w.!#$%&'*+/=?^`{|}~-]{0,127})"
    r"@(?:[\w-]{1,63}\.){0,10}[\w-]{1,63}",
)
_LABEL = re.compile(
    r"^(?:smtp|mailto|rcpt|rcptto|to|address|e-?mail|recipient|user|rfc822)=(?=[^=]{1,128}@)", re.IGNORECASE
)
"""What some systems put before an address, as in "dda:SMTP=anna@example.com" of X.400."""
_REDACTED = re.compile(r"^(?:redacted|removed|hidden|anonymi[sz]ed|undisclosed|privacy|\*+)$", re.IGNORECASE)


def first_address(text: str) -> str:
    """The first address in a field such as "rfc822; <a@example.com>"; "" where there is none, or it is redacted."""
    value = text.strip()[:2_000]
    kind, semicolon, rest = value.partition(";")
    if semicolon and "@" not in kind:
        value = rest
    match = ADDRESS.search(value.replace("=40", "@") if "@" not in value else value)
    if not match:
        return ""
    address = _bare(match[0])
    return "" if is_redacted(address) else address


def all_addresses(text: str, limit: int = 1_000) -> tuple[str, ...]:
    """The addresses in a text, in order, each once."""
    found: dict[str, str] = {}
    for match in ADDRESS.finditer(text):
        address = _bare(match[0])
        found.setdefault(address.lower(), address)
        if len(found) >= limit:
            break
    return tuple(found.values())


def _bare(found: str) -> str:
    return _LABEL.sub("", found.strip(".'"))


def is_redacted(address: str) -> bool:
    """Whether a reporter has put something in the address's place."""
    return bool(_REDACTED.match(address.rpartition("@")[0]))


def domain_of(address: str) -> str:
    """The domain of an address, in lower case; "" where there is none."""
    return address.rpartition("@")[2].strip(" <>.").lower() if "@" in address else ""
