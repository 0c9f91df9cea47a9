"""DNS of a sender beside authentication: mail for the domain, reverse DNS, BIMI, MTA-STS, TLS-RPT.

Of these, only forward and reverse DNS that match are asked of senders (support.google.com/mail/answer/81126,
read in the copy of 2026-07-02). MTA-STS (RFC 8461) and TLS-RPT (RFC 8460) protect mail sent *to* the
domain, BIMI shows a logo: information.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import msgspec

from scorer.dns import Failed, Found, Resolver
from scorer.said import joined
from scorer.unknown import Unknown

MAX_ADDRESSES = 50
"""Sending addresses whose reverse DNS is looked at."""
MAX_NAMES = 10
"""PTR names of one address that are confirmed; more are a fault of their own."""


class Bimi(msgspec.Struct, frozen=True):
    """A BIMI assertion record (draft-brand-indicators-for-message-identification): logo and certificate.

    `declined` is the explicit refusal of an empty `l=`. `found_at` is the domain whose record it is.
    """

    text: str
    found_at: str
    logo: str
    certificate: str
    declined: bool
    faults: tuple[str, ...]


class TaggedText(msgspec.Struct, frozen=True):
    """The one TXT record of a policy (MTA-STS, TLS-RPT); `faults` where it is malformed or not alone."""

    text: str
    tags: tuple[tuple[str, str], ...]
    faults: tuple[str, ...]


class ReverseDns(msgspec.Struct, frozen=True):
    """Reverse DNS of an address. `confirmed`: a PTR name leads back to the address (RFC 8601 §2.7.3)."""

    address: str
    names: tuple[str, ...] | Unknown
    confirmed: bool | Unknown
    confirmed_name: str = ""


class Hygiene(msgspec.Struct, frozen=True):
    """DNS of the From domain and of the sending addresses.

    `accepts_mail`: it has an MX that is not the null MX (RFC 7505), or no MX and an address (RFC 5321 §5.1).
    """

    domain: str
    mx: tuple[str, ...] | Unknown
    null_mx: bool | Unknown
    addresses: tuple[str, ...] | Unknown
    accepts_mail: bool | Unknown
    bimi: Bimi | Unknown | None
    mta_sts: TaggedText | Unknown | None
    tls_rpt: TaggedText | Unknown | None
    reverse: tuple[ReverseDns, ...]


def inspect(
    resolver: Resolver, domain: str, ips: Sequence[str] = (), organizational_domain: str = ""
) -> Hygiene:
    """The DNS of `domain` and of the addresses it sends from, in one concurrent round and one more to
    confirm PTR names. `organizational_domain` is where BIMI falls back to.
    """
    from scorer.facts.dmarc import normalize

    domain, organizational_domain = normalize(domain), normalize(organizational_domain)
    listed = tuple(ip for text in dict.fromkeys(ips) if (ip := _address(text)) is not None)
    listed = listed[:MAX_ADDRESSES]
    bimi_at = [f"default._bimi.{d}" for d in dict.fromkeys((domain, organizational_domain)) if d]
    resolver.prefetch(
        [
            (domain, "MX"),
            (domain, "A"),
            (domain, "AAAA"),
            *((name, "TXT") for name in bimi_at),
            (f"_mta-sts.{domain}", "TXT"),
            (f"_smtp._tls.{domain}", "TXT"),
            *((ip.reverse_pointer, "PTR") for ip in listed),
        ]
    )
    mx = _records(resolver, domain, "MX")
    null_mx = mx if isinstance(mx, Unknown) else any(_is_null(record) for record in mx)
    addresses = _addresses(resolver, domain)
    return Hygiene(
        domain=domain,
        mx=mx,
        null_mx=null_mx,
        addresses=addresses,
        accepts_mail=_accepts(mx, addresses),
        bimi=_bimi(resolver, domain, organizational_domain),
        mta_sts=_tagged(resolver, f"_mta-sts.{domain}", "STSv1", "id"),
        tls_rpt=_tagged(resolver, f"_smtp._tls.{domain}", "TLSRPTv1", "rua"),
        reverse=reverse_dns(resolver, [str(ip) for ip in listed]),
    )


def reverse_dns(resolver: Resolver, ips: Sequence[str]) -> tuple[ReverseDns, ...]:
    """PTR names of each address and whether one leads back to it; what is no address is left out."""
    listed = [ip for text in dict.fromkeys(ips) if (ip := _address(text)) is not None]
    listed = listed[:MAX_ADDRESSES]
    resolver.prefetch([(ip.reverse_pointer, "PTR") for ip in listed])
    found = [(ip, _records(resolver, ip.reverse_pointer, "PTR")) for ip in listed]
    resolver.prefetch(
        dict.fromkeys(
            (name, _rdtype(ip))
            for ip, names in found
            if not isinstance(names, Unknown)
            for name in names[:MAX_NAMES]
        )
    )
    return tuple(_confirm(resolver, ip, names) for ip, names in found)


def _confirm(
    resolver: Resolver,
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
    names: tuple[str, ...] | Unknown,
) -> ReverseDns:
    if isinstance(names, Unknown):
        return ReverseDns(str(ip), names, names)
    open_question: Unknown | None = None
    for name in names[:MAX_NAMES]:
        forward = _records(resolver, name, _rdtype(ip))
        if isinstance(forward, Unknown):
            open_question = forward
        elif ip in map(_address, forward):
            return ReverseDns(str(ip), names, confirmed=True, confirmed_name=name)
    return ReverseDns(str(ip), names, False if open_question is None else open_question)


def _rdtype(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    return "A" if ip.version == 4 else "AAAA"


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    return ip


def _records(resolver: Resolver, name: str, rdtype: str) -> tuple[str, ...] | Unknown:
    answer = resolver.lookup(name, rdtype)
    if isinstance(answer, Failed):
        return Unknown(joined((f"{name} {rdtype}", answer.reason), ": "))
    return answer.records if isinstance(answer, Found) else ()


def _addresses(resolver: Resolver, domain: str) -> tuple[str, ...] | Unknown:
    both = [_records(resolver, domain, rdtype) for rdtype in ("A", "AAAA")]
    known = [record for part in both if not isinstance(part, Unknown) for record in part]
    open_question = next((part for part in both if isinstance(part, Unknown)), None)
    return tuple(known) if known or open_question is None else open_question


def _is_null(mx: str) -> bool:
    """Whether the host is the root (RFC 7505 §3), written "." or, without its final dot, not at all."""
    parts = mx.split()
    return len(parts) < 2 or parts[1] == "."


def _accepts(mx: tuple[str, ...] | Unknown, addresses: tuple[str, ...] | Unknown) -> bool | Unknown:
    if isinstance(mx, Unknown):
        return mx
    if mx:
        return not all(_is_null(record) for record in mx)
    return addresses if isinstance(addresses, Unknown) else bool(addresses)


def _tags(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (spec.partition("=") for spec in text[:4096].split(";") if "=" in spec)
    return tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)


def _tagged(resolver: Resolver, name: str, version: str, required: str) -> TaggedText | Unknown | None:
    """RFC 8461 §3.1, RFC 8460 §3: records that start with the version count; there must be just one."""
    records = _records(resolver, name, "TXT")
    if isinstance(records, Unknown):
        return records
    texts = [t for t in records if t.replace(" ", "").startswith(f"v={version}")]
    if not texts:
        return None
    tags = _tags(texts[0])
    faults = ["several-records"] if len(texts) > 1 else []
    if dict(tags).get("v") != version:
        faults.append("wrong-version")
    if not dict(tags).get(required):
        faults.append(f"missing:{required}")
    return TaggedText(texts[0], tags, tuple(faults))


def _bimi(resolver: Resolver, domain: str, organization: str) -> Bimi | Unknown | None:
    for at in dict.fromkeys((domain, organization)):
        if not at:
            continue
        records = _records(resolver, f"default._bimi.{at}", "TXT")
        if isinstance(records, Unknown):
            return records
        texts = [t for t in records if t.replace(" ", "").lower().startswith("v=bimi1")]
        if texts:
            return _read_bimi(texts, at)
    return None


def _read_bimi(texts: Sequence[str], at: str) -> Bimi:
    tags = dict(_tags(texts[0]))
    faults = ["several-records"] if len(texts) > 1 else []
    if tags.get("v", "").upper() != "BIMI1":
        faults.append("wrong-version")
    logo, certificate = tags.get("l", ""), tags.get("a", "")
    if "l" not in tags:
        faults.append("missing:l")
    faults += [
        f"not-https:{name}"
        for name, uri in (("l", logo), ("a", certificate))
        if uri and not uri.lower().startswith("https://")
    ]
    if logo and not logo.lower().partition("?")[0].endswith((".svg", ".svgz")):
        faults.append("not-svg:l")
    declined = "l" in tags and not logo and not certificate
    return Bimi(texts[0], at, logo, certificate, declined, tuple(faults))
