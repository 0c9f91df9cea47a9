"""Authentication readiness of a domain, without a message: what a receiver will conclude, and what to publish."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from scorer import spoken
from scorer.assessment import ProviderReport, RecordToPublish
from scorer.dns import Resolver
from scorer.draft import Draft
from scorer.engine import Scorer
from scorer.facts import Facts
from scorer.facts.authentication import ExpectedSignature
from scorer.facts.dmarc import DmarcRecord
from scorer.facts.spf import SpfRecord, combine_spf
from scorer.facts.spf.inspection import LookupNode
from scorer.providers import OF_THE_SENDER
from scorer.route_text import describe_route
from scorer.rules.rule import Finding, NotChecked
from scorer.said import counted, joined, said, say
from scorer.sending import Sending, dkim_records, resolve_for
from scorer.sentences import Translate, because_text, fix_text, untranslated
from scorer.unknown import Unknown


class Check(msgspec.Struct, frozen=True):
    """One line of the page. `state`: ok, fault, note or unknown; `details` are shown below it."""

    what: str
    state: str
    text: str
    details: tuple[str, ...] = ()


class Readiness(msgspec.Struct, frozen=True):
    """The page about a domain. `faults` are sentences with their fix; `publish` the exact records;
    `not_checked` reasons with the rules that could not be judged for each."""

    domain: str
    profile: str
    service: str
    summary: str
    checks: tuple[Check, ...]
    faults: tuple[tuple[str, str], ...]
    publish: tuple[RecordToPublish, ...]
    providers: tuple[ProviderReport, ...]
    not_checked: tuple[tuple[str, tuple[str, ...]], ...]


def assess_domain(
    scorer: Scorer,
    domain: str,
    sending: Sending,
    resolver: Resolver,
    translate: Translate = untranslated,
) -> Readiness:
    """Judge `domain` as the Author Domain on the route of `sending`. Only `resolver` does I/O."""
    message = Draft(from_=f"postmaster@{domain}", subject="", text="").to_message()
    scored = scorer.run(message, sending, resolver)
    facts = scored.facts
    rules = {registered.rule.id: registered.rule for registered in scorer.rules}
    weights = scorer.config.weights
    # What to do first comes first.
    findings = sorted(
        (f for f in scored.findings if f.group == "authentication"),
        key=lambda f: -weights.of(f.rule, f.message),
    )
    page = Readiness(
        domain=domain,
        profile=facts.sending.profile,
        service=facts.sending.service,
        summary=describe_route(facts, translate),
        checks=tuple(_checks(facts)),
        faults=tuple(
            (because_text(rules[f.rule], f, translate), fix_text(rules[f.rule], f, translate))
            for f in findings
        ),
        publish=_records(facts, findings),
        providers=tuple(_without_message(report) for report in scored.providers),
        not_checked=_by_reason(
            item for item in scored.not_checked if rules[item.rule].group == "authentication"
        ),
    )
    return page if translate is untranslated else spoken.readiness(page, translate)


def _by_reason(items: Iterable[NotChecked]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    reasons: dict[str, list[str]] = {}
    for item in items:
        reasons.setdefault(item.reason, []).append(item.rule)
    return tuple((reason, tuple(dict.fromkeys(rules))) for reason, rules in reasons.items())


_OF_MESSAGE = ("one-click", "list-unsubscribe", "body-unsubscribe", "one-from-address")


def _without_message(report: ProviderReport) -> ProviderReport:
    """The report without the lines that only a message can answer, and the verdict of what is left."""
    order = ("fine", "no mitigation", "junk", "rejected")
    lines = tuple(line for line in report.requirements if line.id not in _OF_MESSAGE)
    unmet = [line for line in lines if line.met is False]
    undecided = next((line for line in lines if line.met is None and line.id not in OF_THE_SENDER), None)
    if report.verdict == "unknown" and (undecided or unmet):
        return msgspec.structs.replace(report, requirements=lines)
    worst = max((line.consequence for line in unmet), key=order.index, default="fine")
    if worst in ("fine", "no mitigation") and undecided is not None:
        reason = joined((undecided.text, undecided.reason), ": ")
        return msgspec.structs.replace(report, requirements=lines, verdict="unknown", reason=reason)
    reason = joined((line.reason for line in unmet), "; ") or say(
        "every published requirement of the domain is met"
    )
    return msgspec.structs.replace(report, requirements=lines, verdict=worst, reason=reason)


def _checks(facts: Facts) -> list[Check]:
    return [_spf(facts), *_dkim(facts), _dmarc(facts), *_own_record(facts), *_hygiene(facts), *_listed(facts)]


def _spf(facts: Facts) -> Check:
    auth = facts.authentication
    what = "SPF"
    if isinstance(auth.spf, Unknown):
        return Check(what, "unknown", said(auth.spf.reason))
    details = list(_lookups(auth.spf_record)) if not isinstance(auth.spf_record, Unknown) else []
    if facts.sending.shared_ips is True:
        details.append(
            say("Every customer of the service sends from the same addresses: SPF cannot tell you from them.")
        )
    text = say(
        "{result} for the envelope domain {domain} from {ip}",
        result=auth.spf.result,
        domain=str(auth.envelope_domain),
        ip=str(auth.ip),
    )
    if auth.spf.decided_by:
        step = auth.spf.decided_by
        decided = say("decided by {term} in the record of {domain}", term=step.term, domain=step.domain)
        text = joined((text, decided))
    elif auth.spf.reason:
        text = joined((text, auth.spf.reason), ": ")
    return Check(what, "ok" if auth.spf.result == "pass" else "fault", text, tuple(details))


def _lookups(record: SpfRecord) -> list[str]:
    if record.text is None:
        return []
    lines = [
        record.text,
        say("{spent} of 10 DNS lookups spent, {left} left", spent=record.lookups, left=record.lookups_left),
    ]

    def walk(node: LookupNode, depth: int) -> None:
        for child in node.children:
            status = f" ({child.status})" if child.status else ""
            lines.append(f"{'  ' * depth}{child.term}: {child.total}{status}")
            walk(child, depth + 1)

    if record.tree is not None:
        walk(record.tree, 1)
    return lines[:40]


def _dkim(facts: Facts) -> list[Check]:
    signatures = facts.authentication.signatures
    if isinstance(signatures, Unknown):
        return [Check("DKIM", "unknown", said(signatures.reason))]
    return [_signature(item, facts) for item in signatures] or [
        Check("DKIM", "fault", say("the service does not sign the mailing"))
    ]


def _signature(item: ExpectedSignature, facts: Facts) -> Check:
    name = item.domain if isinstance(item.domain, str) else say("the service's own domain")
    named = (
        say("{domain}, selector {selector}", domain=name, selector=item.selector) if item.selector else name
    )
    details: list[str] = []
    if item.key is not None and item.key.status == "valid":
        details.append(
            say(
                "{algorithm} key of {bits} bits at {name}",
                algorithm=item.key.algorithm,
                bits=item.key.bits,
                name=item.key.name,
            )
        )
        if item.key.chain:
            details.append(say("delegated to {name}", name=item.key.chain[-1]))
    if item.of_service is True:
        details.append(say("signed for the service, which aligns with no customer"))
    state = {"pass": "ok", "unknown": "unknown", "none": "note"}.get(item.result, "fault")
    if item.result == "none":
        text = say("no key is published for {name}, so the service does not sign with it", name=named)
        return Check("DKIM", state, text)
    text = say("{result} for {name}: {reason}", result=item.result, name=named, reason=item.reason)
    return Check("DKIM", state, text, tuple(details))


def _dmarc(facts: Facts) -> Check:
    dmarc = facts.authentication.dmarc
    if isinstance(dmarc, Unknown):
        return Check("DMARC", "unknown", said(dmarc.reason))
    details: list[str] = []
    record = dmarc.discovery.record
    if isinstance(record, DmarcRecord):
        details.append(f"_dmarc.{dmarc.discovery.found_at}: {record.text}")
        details.append(
            say(
                "policy that applies: {policy} (by the tag {tag})",
                policy=str(dmarc.discovery.policy),
                tag=dmarc.discovery.tag or "p",
            )
        )
    organizational = dmarc.discovery.organizational_domain
    if isinstance(organizational, str):
        details.append(say("Organizational Domain: {domain}", domain=organizational))
    for item in dmarc.identifiers:
        if isinstance(item.aligned, Unknown):
            aligned = say("alignment unknown ({reason})", reason=item.aligned.reason)
        elif item.aligned:
            aligned = say("aligned (strictly)") if item.strict else say("aligned (relaxed)")
        else:
            aligned = say("not aligned")
        named = say("the service's own domain") if item.domain.endswith(".invalid") else item.domain
        details.append(
            say(
                "{method} {result} for {name}: {aligned}",
                method=item.method.upper(),
                result=item.result,
                name=named,
                aligned=aligned,
            )
        )
    if dmarc.differs:
        details.append(
            say(
                "A receiver that still uses the public suffix list finds: {result}",
                result=dmarc.psl_result,
            )
        )
    state = {"pass": "ok", "fail": "fault", "none": "fault"}.get(dmarc.result, "unknown")
    text = {
        "pass": say("passes"),
        "fail": say("fails; the domain asks for: {policy}", policy=_policy(dmarc.disposition)),
        "none": say("does not apply: no record is published"),
    }.get(dmarc.result) or say("unknown: {reason}", reason=dmarc.reason)
    return Check("DMARC", state, text, tuple(details))


def _policy(value: str | Unknown) -> str:
    return say("unknown: {reason}", reason=value.reason) if isinstance(value, Unknown) else value


def _own_record(facts: Facts) -> list[Check]:
    auth = facts.authentication
    record = auth.author_spf
    if isinstance(record, Unknown) or auth.envelope_domain == auth.author_domain:
        return []
    text = record.text or say("none")
    return [
        Check(
            "SPF record of the From domain",
            "note",
            say("{record} (not consulted on this route: SPF is checked on the envelope domain)", record=text),
            tuple(_lookups(record)[1:2]),
        )
    ]


def _hygiene(facts: Facts) -> list[Check]:
    hygiene = facts.hygiene
    if isinstance(hygiene, Unknown):
        return [Check("MX", "unknown", said(hygiene.reason))]
    found: list[Check] = []
    if isinstance(hygiene.mx, Unknown):
        found.append(Check("MX", "unknown", said(hygiene.mx.reason)))
    else:
        state = "ok" if hygiene.accepts_mail is True else "fault"
        found.append(Check("MX", state, ", ".join(hygiene.mx) or say("none")))
    for item in hygiene.reverse:
        names = ", ".join(item.names) if isinstance(item.names, tuple) else said(item.names.reason)
        state = "ok" if item.confirmed is True else ("fault" if item.confirmed is False else "unknown")
        found.append(Check("Reverse DNS", state, joined((item.address, names or say("none")), ": ")))
    for what, value in (("BIMI", hygiene.bimi), ("MTA-STS", hygiene.mta_sts), ("TLS-RPT", hygiene.tls_rpt)):
        if isinstance(value, Unknown):
            found.append(Check(what, "unknown", said(value.reason)))
        else:
            found.append(
                Check(
                    what,
                    "note",
                    value.text if value is not None else say("not published (not needed to send)"),
                )
            )
    return found


def _listed(facts: Facts) -> list[Check]:
    listings = facts.listings
    if isinstance(listings, Unknown):
        return [Check("Blocklists", "unknown", said(listings.reason))]
    listed = [r for r in listings.results if r.status == "listed"]
    found = [
        Check(
            "Blocklist",
            "fault",
            say(
                "{target} on {list}: {meaning}",
                target=r.target,
                list=r.list,
                meaning=joined(map(say, r.meanings)),
            ),
        )
        for r in listed
    ]
    asked = len([r for r in listings.results if r.status in ("listed", "clean")])
    if not listed:
        state = "ok" if asked else "unknown"
        text = (
            counted(
                "one answer, and it lists no domain or address of this route",
                "{count} answers, none lists a domain or address of this route",
                asked,
            )
            if asked
            else counted(
                "the only question was not answered in a way that means anything",
                "none of {count} questions was answered in a way that means anything",
                len(listings.results),
            )
        )
        found.append(Check("Blocklists", state, text))
    return found


def _records(facts: Facts, findings: Sequence[Finding]) -> tuple[RecordToPublish, ...]:
    """The exact records that would mend what was found."""
    ids = {finding.rule for finding in findings}
    auth = facts.authentication
    author = auth.author_domain
    records: list[RecordToPublish] = []
    if ids & {"not-aligned", "own-dkim-key-broken"} or auth.set_up is False:
        records += _keys(facts.sending, author)
    if "no-dmarc-record" in ids:
        records.append(
            RecordToPublish(f"_dmarc.{author}", "TXT", f"v=DMARC1; p=none; rua=mailto:dmarc@{author}")
        )
    own = auth.author_spf
    if not isinstance(own, Unknown) and "multiple-records" in own.fault_ids:
        records.append(RecordToPublish(author, "TXT", combine_spf(own.texts)))
    return tuple(records)


def _keys(sending: Sending, author: str) -> list[RecordToPublish]:
    """The records for the sender's own DKIM keys, as far as the service's documentation names them."""
    after = resolve_for(sending, author).dkim_after
    records: list[RecordToPublish] = []
    for signer in after if isinstance(after, tuple) else ():
        named = dkim_records(signer)
        for record in named if isinstance(named, tuple) else ():
            if record.kind == "cname" and isinstance(record.target, str):
                records.append(RecordToPublish(record.name, "CNAME", record.target))
            else:
                records.append(
                    RecordToPublish(record.name, "TXT", say("the DKIM key that the service shows you"))
                )
        if not isinstance(named, tuple) and isinstance(signer.domain, str):
            records.append(
                RecordToPublish(
                    f"<selector>._domainkey.{signer.domain}",
                    "TXT",
                    say("selector and DKIM key that the service gives you"),
                )
            )
    return records
