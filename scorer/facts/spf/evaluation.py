"""check_host() of RFC 7208 §4: may this address send for this domain?"""

from __future__ import annotations

import ipaddress
from typing import Literal

import msgspec

from scorer.dns import Absent, Answer, Failed, Found, Resolver, canonical_name
from scorer.dns.names import literal_name
from scorer.facts.spf.macros import Context, expand, is_explanation, letters, target_name
from scorer.facts.spf.syntax import Mechanism, ParsedRecord, parse_record, spf_texts
from scorer.said import joined, say

# RFC 7208 §4.6.4.
MAX_LOOKUPS = 10
MAX_VOID_LOOKUPS = 2
MAX_MX_NAMES = 10
MAX_PTR_NAMES = 10

Result = Literal["none", "neutral", "pass", "fail", "softfail", "temperror", "permerror", "unknown"]

_BY_QUALIFIER: dict[str, Result] = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Step(msgspec.Struct, frozen=True):
    """A term, and the domain whose record it stands in."""

    domain: str
    term: str


class SpfResult(msgspec.Struct, frozen=True):
    """The outcome of a check.

    `result` is one of RFC 7208 §2.6, or "unknown": the DNS could not be asked here, and what a
    receiver would find is anybody's guess. `path` leads to the mechanism that decided: a term of
    the domain's own record and, through each include and redirect, the term inside; empty if none
    decided (a default neutral, no record). `reason` says in words why the result is none,
    temperror, permerror or unknown. `explanation` is the domain's own text for a fail (§6.2).
    `lookups` and `void_lookups` count terms, as the limits of §4.6.4 do."""

    result: Result
    domain: str
    record: str = ""
    path: tuple[Step, ...] = ()
    reason: str = ""
    explanation: str = ""
    lookups: int = 0
    void_lookups: int = 0

    @property
    def decided_by(self) -> Step | None:
        """The innermost term that decided, with the domain of its record."""
        return self.path[-1] if self.path else None


class _Verdict(msgspec.Struct, frozen=True):
    result: Result
    path: tuple[Step, ...] = ()
    record: str = ""
    reason: str = ""
    # The exp= that applies, and the domain whose record it stands in.
    explain: tuple[str, str] | None = None


class _Stop(Exception):
    """Ends the whole check with an error."""

    def __init__(self, result: Result, reason: str, path: tuple[Step, ...] = ()) -> None:
        super().__init__(reason)
        self.result = result
        self.reason = reason
        self.path = path


def evaluate_spf(resolver: Resolver, *, ip: str, domain: str, sender: str = "", helo: str = "") -> SpfResult:
    """Check whether `ip` may send for `domain`, the domain of the envelope sender (or of HELO for a
    bounce).

    `sender` is the whole envelope address, by default postmaster@`domain`; `helo` is what macros
    see of HELO. Never raises."""
    try:
        address = ipaddress.ip_address(ip.strip())
    except ValueError:
        return SpfResult("unknown", domain, reason=say("not an IP address: {value}", value=repr(ip)))
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    initial = domain.removesuffix(".")
    if not initial.isascii():
        initial = canonical_name(initial) or initial
    if not _is_checkable(initial):
        return SpfResult(
            "none", domain, reason=say("not a fully qualified domain name: {value}", value=repr(domain))
        )
    check = _Check(resolver, address, initial, sender, helo)
    try:
        verdict = check.host(initial)
    except _Stop as stop:
        verdict = _Verdict(stop.result, stop.path, check.first_record, stop.reason)
    return SpfResult(
        verdict.result,
        domain,
        record=verdict.record,
        path=verdict.path,
        reason=verdict.reason,
        explanation=check.explanation(verdict) if verdict.result == "fail" else "",
        lookups=check.lookups,
        void_lookups=check.voids,
    )


def _is_checkable(domain: str) -> bool:
    """RFC 7208 §4.3: at least two labels, none empty or over 63 octets, and no address literal."""
    labels = domain.split(".")
    return (
        len(domain) <= 253
        and len(labels) > 1
        and all(0 < len(label) <= 63 for label in labels)
        and not labels[-1].isdigit()
        and "[" not in domain
    )


class _Check:
    """The state of one check: who sends, and how much of the limits is used."""

    def __init__(self, resolver: Resolver, ip: _Address, domain: str, sender: str, helo: str) -> None:
        local, at, sender_domain = sender.rpartition("@")
        version6 = isinstance(ip, ipaddress.IPv6Address)
        dotted = ".".join(ip.exploded.replace(":", "").upper()) if version6 else str(ip)
        self._context = Context(
            sender_local=local or "postmaster",
            sender_domain=(sender_domain if at else "") or domain,
            helo=helo,
            dotted_ip=dotted,
            shown_ip=str(ip),
            family="ip6" if version6 else "in-addr",
        )
        self._resolver = resolver
        self._ip = ip
        self._address_type = "AAAA" if version6 else "A"
        self._names: tuple[str, ...] | None = None
        self.lookups = 0
        self.voids = 0
        self.first_record = ""

    def host(self, domain: str) -> _Verdict:
        """check_host() for `domain`. Raises `_Stop` for an error."""
        record = self._record(domain)
        if record is None:
            return _Verdict("none", reason=say("{domain} has no SPF record", domain=domain))
        if not self.first_record:
            self.first_record = record.text
        if record.faults:
            fault = record.faults[0]
            reason = say(
                "{domain}: term {position}, {term}: {fault}",
                domain=domain,
                position=fault.position,
                term=repr(fault.term),
                fault=fault.reason,
            )
            raise _Stop("permerror", reason, (Step(domain, fault.term),))
        self._prefetch(record, domain)
        explain = None if record.exp is None else (record.exp, domain)
        for mechanism in record.mechanisms:
            step = Step(domain, mechanism.text)
            try:
                matched = self._matches(mechanism, domain)
            except _Stop as stop:
                raise _Stop(stop.result, stop.reason, (step, *stop.path)) from None
            if matched is not None:
                result = _BY_QUALIFIER[mechanism.qualifier]
                return _Verdict(result, (step, *matched), record.text, explain=explain)
        if record.redirect is None:
            return _Verdict("neutral", record=record.text)
        return self._redirected(record, record.redirect, domain)

    def explanation(self, verdict: _Verdict) -> str:
        """The text of `exp` for a fail; "" if there is none or anything is wrong with it (RFC 7208
        §6.2)."""
        if verdict.explain is None:
            return ""
        spec, domain = verdict.explain
        try:
            answer = self._ask(self._target(spec, domain), "TXT")
            if not isinstance(answer, Found) or len(answer.records) != 1:
                return ""
            text = answer.records[0]
            return self._expanded(text, domain) if is_explanation(text) else ""
        except _Stop:
            return ""

    def _record(self, domain: str) -> ParsedRecord | None:
        answer = self._known(self._ask(domain, "TXT"), domain, "TXT")
        texts = spf_texts(answer.records) if isinstance(answer, Found) else ()
        if len(texts) > 1:
            raise _Stop("permerror", say("{domain} has {count} SPF records", domain=domain, count=len(texts)))
        return parse_record(texts[0]) if texts else None

    def _redirected(self, record: ParsedRecord, spec: str, domain: str) -> _Verdict:
        self._count()
        step = Step(domain, f"redirect={spec}")
        target = self._target(spec, domain)
        try:
            verdict = self.host(target)
        except _Stop as stop:
            raise _Stop(stop.result, stop.reason, (step, *stop.path)) from None
        if verdict.result == "none":
            raise _Stop("permerror", verdict.reason, (step,))
        return msgspec.structs.replace(verdict, path=(step, *verdict.path), record=record.text)

    def _matches(self, mechanism: Mechanism, domain: str) -> tuple[Step, ...] | None:
        """None if `mechanism` does not match; otherwise the path inside it, empty for all but an
        include."""
        match mechanism.name:
            case "all":
                return ()
            case "ip4" | "ip6":
                return () if self._in_network(mechanism.network) else None
        self._count()
        target = self._target(mechanism.domain, domain) if mechanism.domain else domain
        match mechanism.name:
            case "include":
                return self._included(target)
            case "a":
                addresses = self._counted(target, self._address_type)
                return () if self._among(addresses, mechanism) else None
            case "mx":
                return () if self._is_mail_exchanger(target, mechanism) else None
            case "ptr":
                return () if self._has_name_below(target) else None
            case _:
                return () if self._counted(target, "A") else None

    def _included(self, target: str) -> tuple[Step, ...] | None:
        verdict = self.host(target)
        if verdict.result == "none":
            raise _Stop("permerror", verdict.reason)
        return verdict.path if verdict.result == "pass" else None

    def _is_mail_exchanger(self, target: str, mechanism: Mechanism) -> bool:
        hosts = [record.partition(" ")[2] for record in self._counted(target, "MX")]
        if len(hosts) > MAX_MX_NAMES:
            raise _Stop(
                "permerror",
                say("{domain} has more than {count} mail exchangers", domain=target, count=MAX_MX_NAMES),
            )
        hosts = [host for host in hosts if host != "."]
        self._resolver.prefetch((host, self._address_type) for host in hosts)
        for host in hosts:
            answer = self._resolver.lookup(host, self._address_type)
            found = self._known(answer, host, self._address_type)
            if isinstance(found, Found) and self._among(found.records, mechanism):
                return True
        return False

    def _has_name_below(self, target: str) -> bool:
        wanted = canonical_name(literal_name(target))
        names = self._validated_names(counted=True)
        return wanted is not None and any(_is_below(name, wanted) for name in names)

    def _validated_names(self, *, counted: bool) -> tuple[str, ...]:
        """The names of the address that lead back to it, of the first ten (RFC 7208 §5.5). A DNS
        error makes a name, or all of them, drop out; only what could not be asked at all makes the
        check unknown."""
        if self._names is None:
            answer = self._reverse_names()
            if counted and isinstance(answer, Absent):
                self._void()
            names = answer.records[:MAX_PTR_NAMES] if isinstance(answer, Found) else ()
            self._resolver.prefetch((name, self._address_type) for name in names)
            self._names = tuple(name for name in names if self._leads_back(name))
        return self._names

    def _reverse_names(self) -> Answer:
        name = self._ip.reverse_pointer
        answer = self._resolver.lookup(name, "PTR")
        if isinstance(answer, Failed) and not answer.temporary:
            raise _Stop("unknown", joined((f"{name} PTR", answer.reason), ": "))
        return answer

    def _leads_back(self, name: str) -> bool:
        answer = self._resolver.lookup(name, self._address_type)
        if isinstance(answer, Failed) and not answer.temporary:
            raise _Stop("unknown", joined((f"{name} {self._address_type}", answer.reason), ": "))
        return isinstance(answer, Found) and any(_address(r) == self._ip for r in answer.records)

    def _prefetch(self, record: ParsedRecord, domain: str) -> None:
        """Fetch at once what the record's terms will ask for, up to the first that decides without
        asking."""
        queries: list[tuple[str, str]] = []
        wanted = {"include": "TXT", "mx": "MX", "a": self._address_type, "exists": "A"}
        for mechanism in record.mechanisms:
            decided = mechanism.network and self._in_network(mechanism.network)
            if decided or mechanism.name == "all" or len(queries) >= MAX_LOOKUPS - self.lookups:
                break
            if mechanism.name in wanted and "p" not in letters(mechanism.domain):
                name = self._target(mechanism.domain, domain) if mechanism.domain else domain
                queries.append((literal_name(name), wanted[mechanism.name]))
        if len(queries) > 1:
            self._resolver.prefetch(queries)

    def _count(self) -> None:
        if self.lookups >= MAX_LOOKUPS:
            raise _Stop("permerror", say("more than {count} terms that need a DNS lookup", count=MAX_LOOKUPS))
        self.lookups += 1

    def _void(self) -> None:
        self.voids += 1
        if self.voids > MAX_VOID_LOOKUPS:
            raise _Stop(
                "permerror", say("more than {count} lookups that find nothing", count=MAX_VOID_LOOKUPS)
            )

    def _counted(self, name: str, rdtype: str) -> tuple[str, ...]:
        """The records of a term's own query, which counts as void if there are none."""
        answer = self._known(self._ask(name, rdtype), name, rdtype)
        if isinstance(answer, Found):
            return answer.records
        self._void()
        return ()

    def _ask(self, name: str, rdtype: str) -> Answer:
        return self._resolver.lookup(literal_name(name), rdtype)

    def _known(self, answer: Answer, name: str, rdtype: str) -> Found | Absent:
        if isinstance(answer, Failed):
            result: Result = "temperror" if answer.temporary else "unknown"
            raise _Stop(result, joined((f"{name} {rdtype}", answer.reason), ": "))
        return answer

    def _target(self, spec: str, domain: str) -> str:
        return target_name(self._expanded(spec, domain))

    def _expanded(self, text: str, domain: str) -> str:
        return expand(text, self._context, domain, lambda: self._name_for_macro(domain))

    def _name_for_macro(self, domain: str) -> str:
        """%{p}: the domain itself if validated, else a name below it, else any, else "unknown" (RFC
        7208 §7.3)."""
        names = self._validated_names(counted=False)
        wanted = canonical_name(literal_name(domain)) or domain
        below = [name for name in names if _is_below(name, wanted)]
        if wanted in names:
            return wanted
        return (below or list(names) or ["unknown"])[0]

    def _in_network(self, network: str) -> bool:
        return self._ip in ipaddress.ip_network(network, strict=False)

    def _among(self, addresses: tuple[str, ...], mechanism: Mechanism) -> bool:
        prefix = mechanism.prefix4 if self._ip.version == 4 else mechanism.prefix6
        return any(
            address is not None and self._ip in ipaddress.ip_network((address, prefix), strict=False)
            for address in map(_address, addresses)
        )


def _address(text: str) -> _Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _is_below(name: str, domain: str) -> bool:
    return name == domain or name.endswith("." + domain)
