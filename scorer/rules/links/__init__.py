"""Rules about where links and pictures lead, and about the merge tags in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

    from scorer.facts.links import LinkTarget


def at(link: LinkTarget) -> Evidence:
    """A link as evidence: its index in the document, and its address."""
    return Evidence("link", name=str(link.index), quote=link.href.strip()[:120])


def plain_address(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that `host` is in its usual spelling; None for a name and for a disguised spelling."""
    from ipaddress import ip_address

    try:
        return ip_address(host)
    except ValueError:
        return None
