"""What a receiver will conclude: SPF, DKIM and DMARC for the route that the mailing takes."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import msgspec

from scorer.dns import Found, Offline, Resolver
from scorer.facts.dkim import (
    STATES,
    DkimKey,
    Signature,
    Verified,
    inspect_key,
    parse_signatures,
    verify_signatures,
)
from scorer.facts.dmarc import DmarcResult, ReportTarget, evaluate, queries, report_targets
from scorer.facts.route import Route
from scorer.facts.spf import SpfRecord, SpfResult, evaluate_spf, inspect_spf
from scorer.message import Message
from scorer.said import joined, say
from scorer.sending import DkimSigner, Sending, in_effect, is_template, known_suffix
from scorer.unknown import Unknown

OFF = Unknown("DNS is off")
_NO_DOMAIN = Unknown("the From header names no domain")
_SELECTOR = Unknown(
    "a DKIM key may be published under the From domain, but its selector is not known (--dkim-selector)"
)


class ExpectedSignature(msgspec.Struct, frozen=True):
    """A DKIM signature that the mailing will carry, or carries. `result`: "pass", "fail", "none" (its key is
    not published, so the service does not sign with it) or "unknown"; `key` where it could be looked at."""

    domain: str | Unknown
    selector: str
    of_service: bool | Unknown
    result: str
    reason: str
    key: DkimKey | None = None


class Authentication(msgspec.Struct, frozen=True):
    """The prediction (or for a message that was sent, the verification).

    `set_up`: whether the sender's own DKIM key is in place, so that the service signs with the Author Domain.
    `spf` is evaluated for `envelope_domain` and `ip`; `spf_record` is the envelope domain's, `author_spf` the
    Author Domain's own record, which a receiver does not consult unless it is the envelope domain too.
    `misplaced_include` is true where the Author Domain's record holds the service's include although SPF is
    checked on another domain: it aligns nothing. `signatures_seen` are those of the message itself.
    """

    author_domain: str
    set_up: bool | Unknown
    envelope_domain: str | Unknown
    ip: str | Unknown
    spf: SpfResult | Unknown
    spf_record: SpfRecord | Unknown
    author_spf: SpfRecord | Unknown
    misplaced_include: str
    signatures: tuple[ExpectedSignature, ...] | Unknown
    signatures_seen: tuple[Signature, ...]
    dmarc: DmarcResult | Unknown
    own_keys: tuple[DkimKey, ...] | Unknown = OFF
    report_targets: tuple[ReportTarget, ...] = ()

    @property
    def spf_result(self) -> str:
        """The result in the words of RFC 8601; "unknown" where it could not be established."""
        return "unknown" if isinstance(self.spf, Unknown) else self.spf.result

    @property
    def passing_signers(self) -> str:
        """The domains of the signatures that pass, for a sentence; "none" where there is none."""
        if isinstance(self.signatures, Unknown):
            return say("unknown")
        passing = [item for item in self.signatures if item.result == "pass"]
        names = [item.domain for item in passing if isinstance(item.domain, str)]
        unnamed = [say("the service's own domain")] if len(names) < len(passing) else []
        return joined(dict.fromkeys([*names, *unnamed])) or say("none")

    @property
    def dkim_passes(self) -> bool | Unknown:
        """Whether at least one signature passes."""
        if isinstance(self.signatures, Unknown):
            return self.signatures
        results = [item.result for item in self.signatures]
        if "pass" in results:
            return True
        return Unknown("a DKIM key could not be looked up") if "unknown" in results else False

    @property
    def aligned(self) -> bool | Unknown:
        """Whether an identifier passes and aligns, whatever DMARC record is published."""
        if isinstance(self.dmarc, Unknown):
            return self.dmarc
        passes = [item.passes for item in self.dmarc.identifiers]
        if True in passes:
            return True
        for item in passes:
            if isinstance(item, Unknown):
                return item
        return False


def gather_authentication(
    message: Message, route: Route, resolver: Resolver, author_domain: str
) -> Authentication:
    """Predict what a receiver will conclude of a mailing on this route, or verify a message that was sent."""
    if not author_domain:
        return _nothing("", _NO_DOMAIN)
    sending = route.sending
    if not isinstance(resolver, Offline):
        resolver.prefetch(_first_round(author_domain, sending))
    seen = parse_signatures((header.name, header.raw) for header in message.headers)
    if sending.mode == "observed":
        set_up: bool | Unknown = Unknown("the message was sent already")
        effective = sending
        signatures = _verified(message, resolver, seen)
    else:
        set_up = _set_up(sending, author_domain, resolver)
        effective = (
            sending
            if isinstance(set_up, Unknown)
            else in_effect(msgspec.structs.replace(sending, set_up=set_up))
        )
        signatures = _predicted(sending, set_up, resolver)
    envelope = _envelope(effective)
    if isinstance(envelope, Unknown):
        # Where the documentation does not say that the envelope moves after set-up, it is where it was.
        envelope = _envelope(sending)
    spf, spf_record, ip = _spf(effective, envelope, resolver, message)
    author_spf: SpfRecord | Unknown = OFF
    if not isinstance(resolver, Offline):
        author_spf = spf_record if envelope == author_domain else inspect_spf(resolver, author_domain)
    dmarc = _dmarc(resolver, author_domain, envelope, spf, signatures)
    targets: tuple[ReportTarget, ...] = ()
    if isinstance(dmarc, DmarcResult) and not isinstance(resolver, Offline):
        targets = report_targets(resolver, dmarc.discovery)
    return Authentication(
        author_domain=author_domain,
        set_up=set_up,
        envelope_domain=envelope,
        ip=ip,
        spf=spf,
        spf_record=spf_record,
        author_spf=author_spf,
        misplaced_include=_misplaced(sending, envelope, author_domain, author_spf),
        signatures=signatures,
        signatures_seen=seen,
        dmarc=dmarc,
        own_keys=_own_keys(sending, resolver),
        report_targets=targets,
    )


def _nothing(author_domain: str, why: Unknown) -> Authentication:
    return Authentication(author_domain, why, why, why, why, why, why, "", why, (), why)


def _first_round(author_domain: str, sending: Sending) -> list[tuple[str, str]]:
    """Everything that can be asked before any answer is known, so that it is asked at once."""
    wanted = [*queries(author_domain), (author_domain, "TXT"), (f"_domainkey.{author_domain}", "TXT")]
    envelopes = (sending.envelope_domain, sending.envelope_domain_after)
    wanted += [(name, "TXT") for name in envelopes if isinstance(name, str) and not is_template(name)]
    if isinstance(sending.spf_include, str):
        wanted.append((sending.spf_include, "TXT"))
    for signers in (sending.dkim, sending.dkim_after):
        wanted.extend((name, "TXT") for _, _, name in _named(signers))
    return list(dict.fromkeys(wanted))


def _named(signers: tuple[DkimSigner, ...] | Unknown) -> list[tuple[str, str, str]]:
    """(domain, selector, name of the key record) of the signers whose names are wholly known."""
    found = []
    for signer in signers if isinstance(signers, tuple) else ():
        if (
            isinstance(signer.domain, str)
            and isinstance(signer.selectors, tuple)
            and not is_template(signer.domain)
        ):
            found += [
                (signer.domain, selector, f"{selector}._domainkey.{signer.domain}")
                for selector in signer.selectors
                if not is_template(selector)
            ]
    return found


def own_key_name(sending: Sending) -> str:
    """The name at which the sender's own DKIM key is to be published, "" where the selector is not known."""
    named = [name for _, _, name in _named(sending.dkim_after)]
    return named[0] if named else ""


def _own_keys(sending: Sending, resolver: Resolver) -> tuple[DkimKey, ...] | Unknown:
    if isinstance(resolver, Offline):
        return OFF
    if isinstance(sending.dkim_after, Unknown):
        return sending.dkim_after
    return tuple(
        inspect_key(resolver, selector, domain) for domain, selector, _ in _named(sending.dkim_after)
    )


def _set_up(sending: Sending, author_domain: str, resolver: Resolver) -> bool | Unknown:
    """Whether the sender's own keys are published, as the user says or as the DNS shows."""
    if not isinstance(sending.set_up, Unknown):
        return sending.set_up
    if isinstance(sending.dkim_after, Unknown):
        return sending.dkim_after
    if isinstance(resolver, Offline):
        return OFF
    if not sending.dkim_after:
        return sending.dkim == sending.dkim_after
    named = _named(sending.dkim_after)
    keys = [inspect_key(resolver, selector, domain) for domain, selector, _ in named]
    if any(key.usable is True for key in keys):
        return True
    if keys and len(keys) >= len(sending.dkim_after):
        for key in keys:
            if isinstance(key.usable, Unknown):
                return key.usable
        return False
    # RFC 8020: where _domainkey itself does not exist, no selector below it does.
    answer = resolver.lookup(f"_domainkey.{author_domain}", "TXT")
    if getattr(answer, "nxdomain", False):
        return False
    return _SELECTOR


def _envelope(sending: Sending) -> str | Unknown:
    envelope = sending.envelope_domain
    if isinstance(envelope, str) and is_template(envelope):
        return known_suffix(envelope)
    return envelope


def _predicted(
    sending: Sending, set_up: bool | Unknown, resolver: Resolver
) -> tuple[ExpectedSignature, ...] | Unknown:
    """The signatures that the service will add."""
    if isinstance(set_up, bool):
        signers = sending.dkim_after if set_up else sending.dkim
        return signers if isinstance(signers, Unknown) else _expected(signers, resolver, optional=False)
    if isinstance(sending.dkim, Unknown):
        return sending.dkim
    before = _expected(sending.dkim, resolver, optional=False)
    after: tuple[ExpectedSignature, ...] = ()
    if isinstance(sending.dkim_after, tuple):
        after = _expected(sending.dkim_after, resolver, optional=True)
    return before + tuple(item for item in after if item not in before)


def _expected(
    signers: Sequence[DkimSigner], resolver: Resolver, *, optional: bool
) -> tuple[ExpectedSignature, ...]:
    found: list[ExpectedSignature] = []
    for signer in signers:
        named = _named((signer,))
        if named:
            found += [_by_key(inspect_key(resolver, s, d), signer, optional) for d, s, _ in named]
        elif signer.of_service is True and not optional:
            # The service runs its own key; that it works is the service's business, and sourced.
            found.append(ExpectedSignature(signer.domain, "", True, "pass", say("the service's own key")))
        else:
            result = "unknown" if optional else "pass"
            reason = _SELECTOR.reason if optional else say("taken as published: the sending profile says so")
            found.append(ExpectedSignature(signer.domain, "", signer.of_service, result, reason))
    return tuple(found)


def _by_key(key: DkimKey, signer: DkimSigner, optional: bool) -> ExpectedSignature:
    usable = key.usable
    if isinstance(usable, Unknown):
        # A service's own key that cannot be looked up is taken as its documentation says.
        result = "pass" if signer.of_service is True and not optional else "unknown"
        return ExpectedSignature(key.domain, key.selector, signer.of_service, result, usable.reason, key)
    result = "pass" if usable else ("none" if key.status == "absent" else "fail")
    return ExpectedSignature(
        key.domain, key.selector, signer.of_service, result, say(STATES[key.status]), key
    )


def _verified(
    message: Message, resolver: Resolver, seen: Sequence[Signature]
) -> tuple[ExpectedSignature, ...] | Unknown:
    if not seen:
        return ()
    if isinstance(resolver, Offline):
        return tuple(ExpectedSignature(s.domain, s.selector, OFF, "unknown", OFF.reason) for s in seen)
    checked: Sequence[Verified] = verify_signatures(message.raw, resolver)
    return tuple(
        ExpectedSignature(
            item.domain,
            item.selector,
            Unknown("the message was sent already"),
            item.result if item.result in ("pass", "unknown") else "fail",
            item.reason,
            inspect_key(resolver, item.selector, item.domain),
        )
        for item in checked
    )


def _spf(
    sending: Sending, envelope: str | Unknown, resolver: Resolver, message: Message
) -> tuple[SpfResult | Unknown, SpfRecord | Unknown, str | Unknown]:
    if isinstance(resolver, Offline):
        return OFF, OFF, OFF
    if isinstance(envelope, Unknown):
        return envelope, envelope, envelope
    include = sending.spf_include if isinstance(sending.spf_include, str) else None
    record = inspect_spf(resolver, envelope, service_include=include)
    if isinstance(sending.ips, tuple) and sending.ips:
        ip: str | Unknown = sending.ips[0]
    else:
        ip = representative_ip(resolver, include or envelope)
    if isinstance(ip, Unknown):
        return ip, record, ip
    sender = f"postmaster@{envelope}"
    return evaluate_spf(resolver, ip=ip, domain=envelope, sender=sender, helo=envelope), record, ip


def representative_ip(resolver: Resolver, domain: str) -> str | Unknown:
    """An address that a service sends from: the first that the SPF record of its include names."""
    seen: set[str] = set()
    queue = [domain]
    while queue and len(seen) < 10:
        name = queue.pop(0)
        if name in seen or "%" in name:
            continue
        seen.add(name)
        answer = resolver.lookup(name, "TXT")
        for text in answer.records if isinstance(answer, Found) else ():
            if not text.lower().startswith("v=spf1"):
                continue
            for term in text.split()[1:]:
                kind, _, value = term.lstrip("+").partition(":")
                if kind.lower() in ("ip4", "ip6"):
                    try:
                        network = ipaddress.ip_network(value, strict=False)
                    except ValueError:
                        continue
                    return str(next(iter(network.hosts()), network.network_address))
                if kind.lower() == "include":
                    queue.append(value)
                elif kind.lower() == "a" and value:
                    addresses = resolver.lookup(value, "A")
                    if isinstance(addresses, Found) and addresses.records:
                        return addresses.records[0]
                elif term.lower().startswith("redirect="):
                    queue.append(term.partition("=")[2])
    return Unknown(
        say("no address that the service sends from is known (SPF record of {domain})", domain=domain)
    )


def _dmarc(
    resolver: Resolver,
    author_domain: str,
    envelope: str | Unknown,
    spf: SpfResult | Unknown,
    signatures: tuple[ExpectedSignature, ...] | Unknown,
) -> DmarcResult | Unknown:
    if isinstance(resolver, Offline):
        return OFF
    identifier = None
    if isinstance(envelope, str):
        identifier = ("unknown" if isinstance(spf, Unknown) else spf.result, envelope)
    if isinstance(signatures, Unknown):
        dkim: list[tuple[str, str]] = []
    else:
        # A service's own domain that its documentation does not name still is not the author's.
        dkim = [
            (item.result, item.domain if isinstance(item.domain, str) else "service.invalid")
            for item in signatures
            if isinstance(item.domain, str) or item.of_service is True
        ]
    if identifier is None and not dkim:
        why = envelope if isinstance(envelope, Unknown) else signatures
        return why if isinstance(why, Unknown) else Unknown("neither envelope domain nor signature is known")
    result = evaluate(resolver, author_domain, identifier, dkim)
    if isinstance(signatures, Unknown) and result.result == "fail":
        return msgspec.structs.replace(result, result="unknown", reason=signatures.reason)
    if isinstance(envelope, Unknown) and result.result == "fail":
        return msgspec.structs.replace(result, result="unknown", reason=envelope.reason)
    return result


def _misplaced(
    sending: Sending, envelope: str | Unknown, author_domain: str, author_spf: SpfRecord | Unknown
) -> str:
    if isinstance(author_spf, Unknown) or not isinstance(sending.spf_include, str):
        return ""
    if isinstance(envelope, Unknown) or envelope == author_domain:
        return ""
    return sending.spf_include if sending.spf_include in author_spf.includes else ""
