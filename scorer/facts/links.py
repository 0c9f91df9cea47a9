"""Where the links of a mailing lead."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from scorer.domains import is_ip_literal, normalize_domain, organizational_domain_psl
from scorer.message import Message
from scorer.sending import MERGE_SYNTAXES

MAX_LINKS = 2000
WEB = ("http", "https")
_BARE_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"'\]]{1,2000}", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:https?://)?(?:[^\s/@<>()]{1,60}@)?((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24})(?=[/:?#\s]|$)",
    re.IGNORECASE,
)
_NUMERIC_HOST = re.compile(r"(?:0x[0-9a-f]{1,8}|\d{1,10})(?:\.(?:0x[0-9a-f]{1,8}|\d{1,10})){0,3}", re.IGNORECASE)
# A tag in dashes ("-name-") cannot be told from a part of a path.
_MERGE = re.compile("|".join(syntax.pattern for syntax in MERGE_SYNTAXES if syntax.id != "dashes"))
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{0,30}):")


class LinkTarget(msgspec.Struct, frozen=True):
    """One link. `host` is in A-label form, "" where there is none or a merge tag stands for it; `org` its
    Organizational Domain by the public suffix list; `text_host` the host that the link's own text names, ""
    if it names none. `flaw` says why the address cannot work ("" if it can): "empty", "relative",
    "no-host", "bad-host", "unparsable"."""

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
    """The links of a mailing: of its page, or where there is no page of its text."""

    all: tuple[LinkTarget, ...]
    web: tuple[LinkTarget, ...]
    hosts: tuple[str, ...]
    orgs: tuple[str, ...]
    resource_hosts: tuple[str, ...]
    insecure_resources: tuple[str, ...]
    truncated: bool = False


def numeric_host_is_ip(host: str) -> bool:
    """Whether a browser would read `host` as an IPv4 address, in dotted, decimal, octal or hex form."""
    return _NUMERIC_HOST.fullmatch(host) is not None


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
    "com org net edu gov info biz eu no se dk de nl fi is fr uk be at ch es it pt pl cz ie ca us au nz br jp".split()
)


def _target(index: int, href: str, text: str, visible: bool, position: int, base: str, in_html: bool) -> LinkTarget:
    cleaned = re.sub(r"[\t\r\n]", "", href).strip()
    scheme_match = _SCHEME.match(cleaned)
    scheme = scheme_match[1].lower() if scheme_match else ""
    merge = _MERGE.search(unquote(cleaned) if "%7" in cleaned else cleaned) is not None
    flaw = ""
    host = org = path = query = ""
    port: int | None = None
    credentials = ip = False
    if not cleaned or cleaned == "#":
        flaw = "empty" if not cleaned else ""
    elif not scheme:
        if cleaned.startswith("//"):
            scheme, cleaned = "https", "https:" + cleaned
        elif cleaned.startswith("#") or merge:
            scheme = "fragment" if cleaned.startswith("#") else ""
        elif not base:
            flaw = "relative"
    if scheme in WEB and not flaw:
        parts = _split(cleaned)
        if parts is None:
            flaw = "unparsable"
        else:
            raw_host, port = _host(parts)
            credentials = "@" in parts.netloc
            path, query = parts.path, parts.query
            if not raw_host:
                flaw = "no-host"
            elif is_ip_literal(raw_host) or numeric_host_is_ip(raw_host):
                host = org = raw_host
                ip = True
            elif not _MERGE.search(raw_host):
                host = normalize_domain(raw_host) or ""
                if not host and not merge:
                    flaw = "bad-host"
                org = (organizational_domain_psl(host) or host) if host else ""
    return LinkTarget(
        index, href, scheme, host, org, port, path, query, text, named_host(text), visible, position,
        ip, credentials, merge, flaw, in_html,
    )  # fmt: skip


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


def read_links(message: Message) -> Links:
    """Every link of the message, at most `MAX_LINKS`, in document order."""
    page = message.page
    found: list[LinkTarget] = []
    resources: list[str] = []
    truncated = False
    if page is not None:
        truncated = len(page.links) > MAX_LINKS
        for link in page.links[:MAX_LINKS]:
            found.append(
                _target(link.index, link.href, link.text, link.visible, link.position, page.base, True)
            )
        resources = list(page.resources[:MAX_LINKS])
    else:
        for number, match in enumerate(_BARE_URL.finditer(message.text or "")):
            if number >= MAX_LINKS:
                truncated = True
                break
            url = match[0].rstrip(".,;:!?)>")
            href = url if "://" in url[:8] else "http://" + url
            found.append(_target(number, href, url, True, match.start(), "", False))
    web = tuple(link for link in found if link.scheme in WEB)
    resource_hosts: dict[str, None] = {}
    insecure: list[str] = []
    for source in resources:
        if not source.lower().startswith(("http://", "https://", "//")):
            continue
        parts = _split(source if "//" != source[:2] else "https:" + source)
        host = normalize_domain(_host(parts)[0]) if parts is not None else None
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
        truncated=truncated,
    )
