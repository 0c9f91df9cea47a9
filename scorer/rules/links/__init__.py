"""Rules about where links and pictures lead, and about the merge tags in them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from scorer.domains import imitated_brand, is_shortener, organizational_domain_psl
from scorer.facts.links import is_internal
from scorer.lazyre import lazy
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

_GOOGLE = lazy(r"(?:www\.|images\.|maps\.)?google\.(?:com?\.)?[a-z]{2,3}")
_REDIRECT_PAGES: dict[str, tuple[str, ...]] = {
    "l.facebook.com": ("/l.php",),
    "lm.facebook.com": ("/l.php",),
    "l.instagram.com": ("/",),
    "www.facebook.com": ("/flx/warn", "/l.php"),
    "www.youtube.com": ("/redirect",),
    "youtube.com": ("/redirect",),
    "www.linkedin.com": ("/redir/redirect", "/redir/general-malware-page", "/safety/go"),
    "www.bing.com": ("/ck/a",),
    "r.search.yahoo.com": ("/",),
    "duckduckgo.com": ("/l/",),
    "yandex.ru": ("/clck",),
    "vk.com": ("/away.php",),
    "t.umblr.com": ("/redirect",),
    "slack-redir.net": ("/link",),
    "steamcommunity.com": ("/linkfilter",),
    "www.googleadservices.com": ("/pagead/aclk",),
    "adclick.g.doubleclick.net": ("/",),
}

_RESERVED = frozenset(("example.com", "example.net", "example.org"))
_RESERVED_TOP = frozenset(("example", "test", "invalid"))
_TEMPLATE_DOMAINS = frozenset(("yourdomain.com", "yourwebsite.com", "yourcompany.com", "yoursite.com"))


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


@lru_cache(maxsize=4096)
def redirect_pages(host: str) -> tuple[str, ...]:
    """The pages of a host that lead on to any address; where one ends in a slash, those below it as well."""
    return ("/url", "/amp/s/") if _GOOGLE.fullmatch(host) else _REDIRECT_PAGES.get(host, ())


def is_reserved(domain: str) -> bool:
    """Whether a domain is set aside for examples and tests (RFC 2606)."""
    return domain in _RESERVED or domain.rpartition(".")[2] in _RESERVED_TOP


def is_template_domain(domain: str) -> bool:
    """Whether a domain stands in templates for the sender's own."""
    return domain in _TEMPLATE_DOMAINS


@lru_cache(maxsize=4096)
def is_odd_host(host: str) -> bool:
    """Whether a rule may have something to say of links to `host`, wherever in it they lead."""
    org = organizational_domain_psl(host) or host
    return bool(
        is_shortener(host)
        or is_internal(host)
        or gateway_of(host)
        or redirect_pages(host)
        or imitated_brand(host)
        or is_reserved(org)
        or is_template_domain(org)
    )
