"""Rules about where links and pictures lead, and about the merge tags in them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from scorer.domains import organizational_domain_psl
from scorer.rules.rule import Evidence

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

    from scorer.facts.links import LinkTarget


_GATEWAYS = {
    "safelinks.protection.outlook.com": "Microsoft Safe Links",
    "urldefense.com": "Proofpoint URL Defense",
    "urldefense.proofpoint.com": "Proofpoint URL Defense",
    "protect-us.mimecast.com": "Mimecast",
    "protect-eu.mimecast.com": "Mimecast",
    "mimecastprotect.com": "Mimecast",
    "linkprotect.cudasvc.com": "Barracuda Link Protection",
    "secure-web.cisco.com": "Cisco Secure Email",
    "avanan.click": "Check Point Harmony",
}


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


@lru_cache(maxsize=4096)
def gateway_of(host: str) -> str:
    """The security gateway that puts links to `host` in place of those in received mail, "" if none."""
    for name, gateway in _GATEWAYS.items():
        if host == name or host.endswith("." + name):
            return gateway
    return ""


def one_site(one: str, other: str) -> bool:
    """Whether two hosts are under one Organizational Domain, or under one name in two countries."""
    one, other = (organizational_domain_psl(host) or host for host in (one, other))
    label = one.partition(".")[0]
    return one == other or (len(label) >= 4 and label == other.partition(".")[0])
