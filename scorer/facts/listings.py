"""Blocklists in the DNS (RFC 5782) and local ones: is an address or a domain listed, and what does that mean?

An answer counts as a listing only if its code is documented (`scorer/tables/dnsbl.toml`). Refusals, errors
and rewritten answers are unknown, with the raw answer: taking them for listings is the commonest fault of
such checks. Nor does "not found" count as clean where a list does not even find its own test entry, which is
how some refuse public resolvers.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from scorer.dns import Absent, Failed, Resolver

MAX_TARGETS = 50
"""Addresses, and domains, that are asked about in one check."""
MAX_LOCAL_BYTES = 64 * 1024 * 1024

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LOOPBACK = ipaddress.IPv4Network("127.0.0.0/8")
_ERRORS = ipaddress.IPv4Network("127.255.255.0/24")
_ERROR_REASONS = {
    "127.0.0.1": "query-refused",
    "127.255.255.252": "mistyped-zone",
    "127.255.255.254": "public-resolver",
    "127.255.255.255": "too-many-queries",
}
_NEVER_ASKED = tuple(
    ipaddress.ip_network(n)
    for n in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
        "::/127",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    )
)


class Code(msgspec.Struct, frozen=True):
    """What an answer means; `listing` false for what is said for information only."""

    meaning: str
    listing: bool


class DnsList(msgspec.Struct, frozen=True):
    """A blocklist in the DNS, as `tables/dnsbl.toml` describes it (fields explained there)."""

    id: str
    name: str
    zone: str
    kind: str
    match: str
    codes: Mapping[str, Code]
    public_resolvers: str
    default: bool
    why: str
    source: str
    checked: str
    errors: Mapping[str, str] = {}
    query: str = "host"
    test: str = ""
    ipv6: bool = False
    needs_key: bool = False
    delisting: str = ""


class Listing(msgspec.Struct, frozen=True):
    """What one list says of one target.

    `status`: "listed", "informational" (known, but no listing), "clean", "unknown". `reason` is an id where
    unknown ("public-resolver", "query-refused", "outside-127/8", "code-not-known", "lists-everything",
    "test-entry-missing", "no-answer" …), `answers` the raw addresses, `detail` the resolver's own words.
    `query` shows {key} in place of a key.
    """

    list: str
    kind: str
    target: str
    query: str
    status: str
    meanings: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    reason: str = ""
    detail: str = ""


class NotAsked(msgspec.Struct, frozen=True):
    """A list, or one target of it, that was not asked, and why: "off" (with the table's reason as `detail`),
    "needs-key", "ipv4-only", "not-public", "not-a-domain", "too-many"."""

    list: str
    reason: str
    target: str = ""
    detail: str = ""


class Listings(msgspec.Struct, frozen=True):
    """Every answer, and everything that was not asked."""

    results: tuple[Listing, ...] = ()
    not_asked: tuple[NotAsked, ...] = ()

    @property
    def listed(self) -> tuple[Listing, ...]:
        return tuple(r for r in self.results if r.status == "listed")

    @property
    def unknown(self) -> tuple[Listing, ...]:
        return tuple(r for r in self.results if r.status == "unknown")


# --- the table ----------------------------------------------------------------------------------


@functools.cache
def packaged_lists() -> tuple[DnsList, ...]:
    """The lists of `scorer/tables/dnsbl.toml`."""
    path = Path(__file__).parent.parent / "tables" / "dnsbl.toml"
    return read_lists(path.read_text(encoding="utf-8"))


def read_lists(toml: str) -> tuple[DnsList, ...]:
    """The lists of a table in the form of dnsbl.toml; ValueError where it is malformed."""
    import tomllib

    found = tuple(_read_list(entry) for entry in tomllib.loads(toml).get("list", ()))
    if len({one.id for one in found}) != len(found):
        raise ValueError("two lists have the same id")
    return found


def _read_list(entry: dict[str, Any]) -> DnsList:
    codes: dict[str, Code] = {}
    for key, (meaning, status) in entry["codes"].items():
        if status not in ("listed", "informational"):
            raise ValueError(f"{entry['id']}: {key} is neither listed nor informational")
        for code in _expand(key):
            codes[code] = Code(meaning, status == "listed")
    one = msgspec.convert(
        {**entry, "codes": codes, "checked": str(entry["checked"])}, DnsList, from_attributes=True
    )
    if one.kind not in ("ip", "domain") or one.match not in ("exact", "bits"):
        raise ValueError(f"{one.id}: unknown kind or match")
    if ("{key}" in one.zone) != one.needs_key or one.query not in ("host", "registered"):
        raise ValueError(f"{one.id}: zone, needs_key or query")
    return one


def _expand(key: str) -> tuple[str, ...]:
    """ "127.0.2.2-24" as its single addresses."""
    address, dash, last = key.partition("-")
    if not dash:
        return (key,)
    prefix, _, first = address.rpartition(".")
    return tuple(f"{prefix}.{octet}" for octet in range(int(first), int(last) + 1))


# --- names --------------------------------------------------------------------------------------


def reverse_name(address: str | Address, zone: str) -> str:
    """The name to ask in `zone` about an address: octets or nibbles, reversed (RFC 5782 §2.1, §2.4)."""
    ip = ipaddress.ip_address(address)
    return f"{ip.reverse_pointer.rpartition('.')[0].rpartition('.')[0]}.{zone}"


def _public(text: str) -> Address | None:
    try:
        ip = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if any(ip in network for network in _NEVER_ASKED if network.version == ip.version):
        return None
    return ip


def _domain(text: str) -> str:
    """`text` as a domain that can be asked about; "" if it is none (an address, one label, a broken name)."""
    from scorer.facts.dmarc import normalize

    name = normalize(text)
    labels = name.split(".")
    possible = (
        name.isascii()
        and len(labels) > 1
        and len(name) <= 200
        and not labels[-1].isdigit()
        and all(0 < len(label) <= 63 and not set(label) & _NOT_IN_LABELS for label in labels)
    )
    return name if possible else ""


_NOT_IN_LABELS = set(" \t[]:@/\\\"'()<>,;*")


def _registered(domain: str) -> str:
    from scorer.domains import organizational_domain_psl

    return organizational_domain_psl(domain) or domain


# --- asking -------------------------------------------------------------------------------------


class _Question(msgspec.Struct, frozen=True):
    of: DnsList
    target: str
    name: str
    shown: str


def check_listings(
    resolver: Resolver,
    ips: Sequence[str],
    domains: Sequence[str],
    *,
    tables: Sequence[DnsList] | None = None,
    enabled: Collection[str] | None = None,
    keys: Mapping[str, str] | None = None,
) -> Listings:
    """What the lists say of `ips` and `domains`, all asked in one concurrent round.

    `enabled` names the lists to ask (by id), None for those that are on by default; `keys` holds the user's
    keys by list id, and a list with a key counts as on by default. Each list's test entries (RFC 5782 §5) are
    asked too, so that a list that lists everything, or that answers nothing, is not believed.
    """
    tables = packaged_lists() if tables is None else tables
    questions: list[_Question] = []
    skipped: list[NotAsked] = []
    zones: dict[str, str] = {}
    for one in tables:
        key = (keys or {}).get(one.id, "")
        wanted = (one.default or bool(key)) if enabled is None else one.id in enabled
        if not wanted:
            skipped.append(NotAsked(one.id, "off", detail=one.why))
        elif one.needs_key and not _usable_key(key):
            skipped.append(NotAsked(one.id, "needs-key", detail=one.why))
        else:
            zones[one.id] = one.zone.replace("{key}", key)
            ask = _ip_questions if one.kind == "ip" else _domain_questions
            ask(one, zones[one.id], ips if one.kind == "ip" else domains, questions, skipped)
    asked = {q.of.id: q.of for q in questions}.values()
    names = [q.name for q in questions]
    names += [_never_listed(one, zones[one.id]) for one in asked]
    names += [name for one in asked if (name := _always_listed(one, zones[one.id]))]
    resolver.prefetch((name, "A") for name in dict.fromkeys(names))
    return Listings(
        tuple(_answer(resolver, question, zones[question.of.id]) for question in questions),
        tuple(skipped),
    )


def _usable_key(key: str) -> bool:
    return 0 < len(key) <= 63 and key.isascii() and key.replace("-", "").isalnum()


def _never_listed(one: DnsList, zone: str) -> str:
    """What no list may contain: 127.0.0.1, or the domain INVALID (RFC 5782 §5)."""
    return f"1.0.0.127.{zone}" if one.kind == "ip" else f"invalid.{zone}"


def _always_listed(one: DnsList, zone: str) -> str:
    """What every list has to contain: 127.0.0.2, or its own test domain; "" where none is known."""
    if one.kind == "ip":
        return f"2.0.0.127.{zone}"
    return f"{one.test}.{zone}" if one.test else ""


def _ip_questions(
    one: DnsList,
    zone: str,
    ips: Sequence[str],
    questions: list[_Question],
    skipped: list[NotAsked],
) -> None:
    for position, text in enumerate(dict.fromkeys(ips)):
        ip = _public(text)
        if position >= MAX_TARGETS:
            skipped.append(NotAsked(one.id, "too-many", text))
        elif ip is None:
            skipped.append(NotAsked(one.id, "not-public", text))
        elif ip.version == 6 and not one.ipv6:
            skipped.append(NotAsked(one.id, "ipv4-only", text))
        else:
            names = reverse_name(ip, zone), reverse_name(ip, one.zone)
            questions.append(_Question(one, str(ip), *names))


def _domain_questions(
    one: DnsList,
    zone: str,
    domains: Sequence[str],
    questions: list[_Question],
    skipped: list[NotAsked],
) -> None:
    for position, text in enumerate(dict.fromkeys(domains)):
        domain = _domain(text)
        if position >= MAX_TARGETS:
            skipped.append(NotAsked(one.id, "too-many", text))
        elif not domain:
            skipped.append(NotAsked(one.id, "not-a-domain", text))
        else:
            asked = _registered(domain) if one.query == "registered" else domain
            questions.append(_Question(one, domain, f"{asked}.{zone}", f"{asked}.{one.zone}"))


def _answer(resolver: Resolver, question: _Question, zone: str) -> Listing:
    one = question.of

    def said(status: str, **more: Any) -> Listing:
        return Listing(one.id, one.kind, question.target, question.shown, status, **more)

    answer = resolver.lookup(question.name, "A")
    if isinstance(answer, Failed):
        return said("unknown", reason="no-answer", detail=answer.reason)
    if isinstance(answer, Absent):
        deaf = _deaf(resolver, one, zone)
        return said("unknown", reason=deaf) if deaf else said("clean")
    status, meanings, reason = decode(one, answer.records)
    if status != "unknown" and _lists_everything(resolver, one, zone):
        status, meanings, reason = "unknown", (), "lists-everything"
    return said(status, meanings=meanings, answers=answer.records, reason=reason)


def _lists_everything(resolver: Resolver, one: DnsList, zone: str) -> bool:
    answer = resolver.lookup(_never_listed(one, zone), "A")
    return not isinstance(answer, Absent | Failed)


def _deaf(resolver: Resolver, one: DnsList, zone: str) -> str:
    """Why "not found" means nothing here: the list does not find its own test entry; "" if it does."""
    name = _always_listed(one, zone)
    answer = resolver.lookup(name, "A") if name else None
    if answer is None or isinstance(answer, Failed):
        return ""
    if isinstance(answer, Absent):
        return "test-entry-missing"
    return next((why for text in answer.records if (why := _error(one, text))), "")


def decode(one: DnsList, answers: Sequence[str]) -> tuple[str, tuple[str, ...], str]:
    """Status, meanings and (where unknown) the reason of the addresses that a list answered with.

    One error among them makes the whole answer unknown; a code that is not in the table is no listing.
    """
    meanings: dict[str, bool] = {}
    unread = False
    for text in answers:
        if reason := _error(one, text):
            return "unknown", (), reason
        codes = _codes(one, text)
        unread = unread or not codes
        meanings.update((code.meaning, code.listing) for code in codes)
    if not meanings:
        return "unknown", (), "code-not-known" if unread else "no-answer"
    return "listed" if any(meanings.values()) else "informational", tuple(meanings), ""


def _error(one: DnsList, text: str) -> str:
    """Why this answer says nothing of the target; "" if it does."""
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        return "outside-127/8"
    if address not in _LOOPBACK:
        return "outside-127/8"
    if text in _ERROR_REASONS or address in _ERRORS:
        return _ERROR_REASONS.get(text, "list-error")
    if one.match == "exact":
        return one.errors.get(text, "")
    octet = address.packed[-1]
    return next((why for bit, why in one.errors.items() if octet & int(bit)), "")


def _codes(one: DnsList, text: str) -> tuple[Code, ...]:
    if one.match == "exact":
        code = one.codes.get(text)
        return () if code is None else (code,)
    octet = int(text.rpartition(".")[2])
    return tuple(code for bit, code in one.codes.items() if octet & int(bit))


# --- local blocklists ---------------------------------------------------------------------------


class LocalBlocklist(msgspec.Struct, frozen=True):
    """The user's own list. `networks` holds, for (IP version, prefix length), network addresses as integers;
    `malformed` the numbers of lines that are neither a domain nor a network."""

    path: str
    domains: frozenset[str]
    networks: Mapping[tuple[int, int], frozenset[int]]
    malformed: tuple[int, ...] = ()


class LocalMatch(msgspec.Struct, frozen=True):
    """A target that stands in a local list, by which entry."""

    path: str
    kind: str
    target: str
    entry: str


def load_local_blocklist(path: str | Path) -> LocalBlocklist:
    """Read a list with one domain, address or CIDR network a line; `#` starts a comment. A domain covers its
    subdomains. OSError if it cannot be read, ValueError if it is larger than 64 MiB."""
    path = Path(path)
    if path.stat().st_size > MAX_LOCAL_BYTES:
        raise ValueError(f"{path}: larger than {MAX_LOCAL_BYTES} bytes")
    domains: set[str] = set()
    networks: dict[tuple[int, int], set[int]] = {}
    malformed: list[int] = []
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            entry = line.partition("#")[0].strip()
            if not entry:
                continue
            network = _network(entry)
            if network is not None:
                key = (network.version, network.prefixlen)
                networks.setdefault(key, set()).add(int(network.network_address))
            elif domain := _domain(entry.removeprefix("*").removeprefix(".")):
                domains.add(domain)
            else:
                malformed.append(number)
    frozen = {key: frozenset(values) for key, values in networks.items()}
    return LocalBlocklist(str(path), frozenset(domains), frozen, tuple(malformed))


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None


def match_local(
    blocklist: LocalBlocklist, ips: Sequence[str], domains: Sequence[str]
) -> tuple[LocalMatch, ...]:
    """The targets that `blocklist` covers: a domain itself or one above it, an address in a network."""
    found: list[LocalMatch] = []
    for text in dict.fromkeys(ips):
        try:
            ip = ipaddress.ip_address(text.strip())
        except ValueError:
            continue
        if entry := _covering(blocklist, ip):
            found.append(LocalMatch(blocklist.path, "ip", str(ip), entry))
    for text in dict.fromkeys(domains):
        domain = _domain(text)
        labels = domain.split(".")
        parents = (".".join(labels[i:]) for i in range(len(labels)))
        entry = next((parent for parent in parents if parent in blocklist.domains), "")
        if entry:
            found.append(LocalMatch(blocklist.path, "domain", domain, entry))
    return tuple(found)


def _covering(blocklist: LocalBlocklist, ip: Address) -> str:
    for (version, length), held in sorted(blocklist.networks.items(), reverse=True):
        if version == ip.version:
            shift = ip.max_prefixlen - length
            start = int(ip) >> shift << shift
            if start in held:
                return f"{type(ip)(start)}/{length}"
    return ""
