"""Where the links of a mailing lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import msgspec

from scorer.domains import is_ip_literal, normalize_domain, organizational_domain_psl
from scorer.facts.optout import ways_out
from scorer.lazyre import lazy
from scorer.message import Message
from scorer.sending import MERGE_SYNTAXES

try:
    from scorer.native import search as _native
except ImportError:  # nothing was compiled
    _native = None  # type: ignore[assignment]

MAX_LINKS = 2000
WEB = ("http", "https")
_BARE_URL = lazy(r"\b(?:https?://|www\.)[^\s<>\"'\]]{1,2000}", re.IGNORECASE)
# The same in lower case, where the search can leap to the next "h" or "w".
_BARE_LOWER = lazy(r"(?:h(?<!\wh)ttps?://|w(?<!\ww)ww\.)[^\s<>\"'\]]{1,2000}")
_NAMED = lazy(
    r"(?:https?://)?(?:[^\s/@<>()]{1,60}@)?((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24})(?=[/:?#\s]|$)",
    re.IGNORECASE,
)
# A tag in dashes ("-name-") cannot be told from a part of a path.
_MERGE = lazy("|".join(syntax.pattern for syntax in MERGE_SYNTAXES if syntax.id != "dashes"))
# A dot makes it a host with a port ("example.com:8080"), although RFC 3986 3.1 allows dots in schemes.
# What nearly all links look like: taken apart here as `urllib.parse` would, which takes ten times as long.
_ORDINARY = lazy(
    r"https?://([A-Za-z0-9_-][A-Za-z0-9_.-]*)(?::([0-9]{1,4}))?(/[^?#\\]*)?(?:\?([^#\\]*))?(?:#[^\\]*)?",
    re.IGNORECASE,
)
_BREAKS = lazy(r"[\t\r\n]")
_SCHEME = lazy(r"([a-zA-Z][a-zA-Z0-9+-]{0,30}):")
_ENCODED = lazy(r"%(?:7[BCD]|5[BD])", re.IGNORECASE)
_LOCAL_PATH = lazy(r"[a-zA-Z]:[\\/]|\\\\")
_EDGES = "".join(map(chr, range(0x21)))
"""What browsers strip from both ends of an address (WHATWG URL Standard, "basic URL parser")."""


class LinkTarget(msgspec.Struct, frozen=True):
    """One link. `host` is in A-label form, "" where there is none or a merge tag stands for it; `org` its
    Organizational Domain by the public suffix list; `text_host` the host that the link's own text names, ""
    if it names none. `scheme` is "file" for a path on a disk or a file server too. `flaw` says why the
    address cannot work ("" if it can): "empty", "relative", "no-host", "bad-host", "unparsable"."""

    index: int
    href: str
    scheme: str
    host: str
    org: str
    port: int | None
    path: str
    query: str
    text: str
    text_host: str
    visible: bool
    position: int
    is_ip: bool = False
    has_credentials: bool = False
    has_merge_tag: bool = False
    flaw: str = ""
    in_html: bool = True


class Links(msgspec.Struct, frozen=True):
    """The links of a mailing: of its page, or where there is no page of its text. `out` are those that lead off
    the list."""

    all: tuple[LinkTarget, ...]
    web: tuple[LinkTarget, ...]
    hosts: tuple[str, ...]
    orgs: tuple[str, ...]
    resource_hosts: tuple[str, ...]
    insecure_resources: tuple[str, ...]
    out: tuple[LinkTarget, ...]
    truncated: bool = False


_PRIVATE_NETWORKS = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "0.0.0.0/8",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)
_PRIVATE_NAMES = ("localhost", "local", "internal", "lan", "intranet", "corp", "home.arpa", "localdomain")
_PRIVATE_ENDS = tuple("." + name for name in _PRIVATE_NAMES)


@lru_cache(maxsize=4096)
def is_internal(host: str) -> bool:
    """Whether a host can only be reached from within a network: a private address (RFC 1918, RFC 4193,
    loopback, link-local), a name without a dot, or one under a private-use suffix (RFC 6761, RFC 6762)."""
    if not host:
        return False
    if is_ip_literal(host):
        import ipaddress

        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        networks = (ipaddress.ip_network(network) for network in _PRIVATE_NETWORKS)
        return any(address in network for network in networks if network.version == address.version)
    return "." not in host or host.endswith(_PRIVATE_ENDS)


def named_host(text: str) -> str:
    """The host that a link's text names ("www.bank.no/login" -> "www.bank.no"), "" if it names none.

    Only a text that *is* an address counts; a sentence that mentions one does not.
    """
    text = text.strip()
    if len(text) > 300 or "." not in text:
        return ""
    match = _NAMED.match(text)
    if match is None or " " in text[match.end() :].strip():
        return ""
    if "@" in text[: match.start(1)] and not text.lower().startswith("http"):
        return ""
    host = normalize_domain(match[1]) or ""
    # "Node.js", "report.pdf" and "e.g" look like hosts and are not: a known suffix and a scheme, "www." or
    # a common top-level domain tell.
    if not host or organizational_domain_psl(host) is None:
        return ""
    last = host.rsplit(".", 1)[-1]
    if text.lower().startswith(("http://", "https://", "www.")) or last in _COMMON_TLDS:
        return host
    return ""


_COMMON_TLDS = frozenset(
    (
        *("com", "org", "net", "edu", "gov", "info", "biz", "eu"),
        *(
            "no",
            "se",
            "dk",
            "de",
            "nl",
            "fi",
            "is",
            "fr",
            "uk",
            "be",
            "at",
            "ch",
            "es",
            "it",
            "pt",
            "pl",
            "cz",
        ),
        *("ie", "ca", "us", "au", "nz", "br", "jp"),
    )
)


def _target(
    index: int, href: str, text: str, visible: bool, position: int, base: str, in_html: bool
) -> LinkTarget:
    port: int | None
    plain = None if _native is None else _native.ordinary(href)
    if plain is not None:
        scheme, raw_host, port, path, query, may_hold_tag = plain
        host, org, ip = _placed(raw_host)
        flaw = "bad-host" if not ip and (not host or host in WEB) else ""
        merge = may_hold_tag and _holds_tag(_decoded_braces(href))
        if merge and not host:
            flaw = ""
        return LinkTarget(
            index, href, scheme, host, org, port, path, query, text, named_host(text), visible, position,
            ip, False, merge, flaw, in_html,
        )  # fmt: skip
    cleaned = _BREAKS.sub("", href).strip(_EDGES)
    scheme_match = _SCHEME.match(cleaned)
    scheme = scheme_match[1].lower() if scheme_match else ""
    if _LOCAL_PATH.match(cleaned):
        scheme = "file"
    merge = _holds_tag(_decoded_braces(cleaned))
    flaw = ""
    host = org = path = query = ""
    port = None
    credentials = ip = False
    if not cleaned:
        flaw = "empty"
    elif not scheme:
        if cleaned.startswith("//"):
            scheme, cleaned = "https", "https:" + cleaned
        elif cleaned.startswith("#"):
            scheme = "fragment"
        elif base and not merge:
            cleaned = _joined(base, cleaned)
            scheme_match = _SCHEME.match(cleaned)
            scheme = scheme_match[1].lower() if scheme_match else ""
            flaw = "" if scheme else "relative"
        elif not merge:
            flaw = "relative"
    if scheme in WEB and not flaw:
        parts = _parts(cleaned)
        if parts is None:
            # "[[link]]" in place of the host is no address yet, but will be one.
            flaw = "" if merge else "unparsable"
        else:
            raw_host, port, path, query, credentials = parts
            if not raw_host:
                flaw = "no-host"
            elif is_ip_literal(raw_host) or not _holds_tag(raw_host):
                host, org, ip = _placed(raw_host)
                if not ip and ((not host and not merge) or host in WEB):
                    flaw = "bad-host"
    return LinkTarget(
        index, href, scheme, host, org, port, path, query, text, named_host(text), visible, position,
        ip, credentials, merge, flaw, in_html,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _placed(raw_host: str) -> tuple[str, str, bool]:
    """A host in A-label form ("" if it is none), its Organizational Domain, whether it is an IP address."""
    if is_ip_literal(raw_host):
        return raw_host, raw_host, True
    host = normalize_domain(raw_host) or ""
    return host, (organizational_domain_psl(host) or host) if host else "", False


def _decoded_braces(address: str) -> str:
    """An address with the braces or brackets of a tag, which editors encode."""
    return _ENCODED.sub(lambda found: unquote(found[0]), address) if "%" in address else address


def _holds_tag(text: str) -> bool:
    return _MERGE.search(text) is not None


def _joined(base: str, relative: str) -> str:
    try:
        return urljoin(base, relative)
    except ValueError:
        return relative


def _parts(url: str) -> tuple[str, int | None, str, str, bool] | None:
    """Host, port, path, query of a web address, and whether it holds credentials; None if it is none."""
    if (match := _ORDINARY.fullmatch(url)) is not None:
        host, port, path, query = match.groups()
        return host.lower().rstrip("."), int(port) if port else None, path or "", query or "", False
    parts = _split(url)
    if parts is None:
        return None
    return *_host(parts), parts.path, parts.query, "@" in parts.netloc


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url.replace("\\", "/"))
    except ValueError:
        return None


def _host(parts: SplitResult) -> tuple[str, int | None]:
    try:
        return (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return (parts.netloc.rpartition("@")[2].partition(":")[0]).rstrip("."), None


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where web addresses stand in a text."""
    lower = text.lower() if text.isascii() else ""
    matches = _BARE_LOWER.finditer(lower) if lower else _BARE_URL.finditer(text)
    return (match.span() for match in matches)


def read_links(message: Message) -> Links:
    """Every link of the message, at most `MAX_LINKS`, in document order."""
    page = message.page
    found: list[LinkTarget] = []
    resources: list[str] = []
    truncated = False
    if page is not None:
        truncated = len(page.links) > MAX_LINKS
        base = page.base
        found = [
            _target(link.index, link.href, link.text, link.visible, link.position, base, True)
            for link in page.links[:MAX_LINKS]
        ]
        resources = list(page.resources[:MAX_LINKS])
    else:
        text = message.text or ""
        for number, (start, end) in enumerate(_addresses(text)):
            if number >= MAX_LINKS:
                truncated = True
                break
            url = text[start:end].rstrip(".,;:!?)>")
            href = url if "://" in url[:8] else "http://" + url
            found.append(_target(number, href, url, True, start, "", False))
    web = tuple(link for link in found if link.scheme in WEB)
    resource_hosts: dict[str, None] = {}
    insecure: list[str] = []
    for source in resources:
        plain = None if _native is None else _native.ordinary(source)
        if plain is not None:
            name, _, ip = _placed(plain[1])
            if name and not ip:
                resource_hosts[name] = None
            if plain[0] == "http":
                insecure.append(source)
            continue
        if not source.lower().startswith(("http://", "https://", "//")):
            continue
        parts = _parts(source if source[:2] != "//" else "https:" + source)
        host = normalize_domain(parts[0]) if parts is not None else None
        if host:
            resource_hosts[host] = None
        if source.lower().startswith("http://"):
            insecure.append(source)
    return Links(
        all=tuple(found),
        web=web,
        hosts=tuple(dict.fromkeys(link.host for link in web if link.host)),
        orgs=tuple(dict.fromkeys(link.org for link in web if link.org)),
        resource_hosts=tuple(resource_hosts),
        insecure_resources=tuple(insecure),
        out=tuple(ways_out(found, message.visible_text)),
        truncated=truncated,
    )
