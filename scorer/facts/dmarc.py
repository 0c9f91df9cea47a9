"""DMARC by RFC 9989 (May 2026): record, tree walk, alignment, verdict, over an injected resolver.

Read in the working group's last text, draft-ietf-dmarc-dmarcbis-41 (April 2025; the same section
numbers; read in November 2026). Receivers that still follow RFC 7489 use a public suffix list instead
of the tree walk; `evaluate` says what they would conclude.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice

import msgspec

from scorer.dns import Absent, Failed, Found, Resolver, canonical_name
from scorer.lazyre import lazy
from scorer.said import joined, say
from scorer.unknown import Unknown

MAX_QUERIES = 8
"""Names that one tree walk may ask for (§4.10)."""
MAX_SIGNATURES = 10
"""DKIM identifiers that `evaluate` looks at; a message with more has its first ones judged."""
MAX_RECORD = 4096
"""Characters of a record that are read."""

_POLICIES = ("none", "quarantine", "reject")
_OBSOLETE = frozenset({"pct", "rf", "ri"})
_VERSION = lazy(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")
_LOOKS_LIKE = lazy(r"\W{0,8}v\s{0,8}=\s{0,8}\W{0,4}dmarc", re.IGNORECASE)
_SCHEME = lazy(r"[A-Za-z][A-Za-z0-9+.-]{0,40}:[^\s,]+\Z")
_MAILTO = lazy(r"mailto:([^\s@,?]+)@([A-Za-z0-9_.-]+[A-Za-z0-9_-])(?:\?\S*)?\Z", re.IGNORECASE)
_SIZE = lazy(r"![0-9]+[kmgt]?\Z", re.IGNORECASE)
_UNSURE = frozenset({"unknown", "temperror"})

PublicSuffixDomain = Callable[[str], str | None]
"""domain -> its organizational domain by a public suffix list, None if it has none."""


class ReportUri(msgspec.Struct, frozen=True):
    """Where reports are to go. `domain` is the host of a mailto: address, None for other schemes."""

    uri: str
    domain: str | None


class DmarcRecord(msgspec.Struct, frozen=True, tag=True):
    """A DMARC policy record as a receiver has to read it (§4.7).

    `p`, `sp` and `np` are the policies in force: "none" where the record has no `p`, or where an invalid
    policy is to be read as p=none. `applies` is false where a policy is invalid and there is no valid
    `rua`: then "the Mail Receiver applies no DMARC processing" (§4.10.1). `faults` are ids, some with the
    tag after a colon.
    """

    text: str
    p: str = "none"
    sp: str | None = None
    np: str | None = None
    adkim: str = "r"
    aspf: str = "r"
    psd: str = "u"
    t: bool = False
    fo: tuple[str, ...] = ("0",)
    rua: tuple[ReportUri, ...] = ()
    ruf: tuple[ReportUri, ...] = ()
    applies: bool = True
    obsolete: tuple[str, ...] = ()
    unknown_tags: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


class Asked(msgspec.Struct, frozen=True):
    """One step of a tree walk.

    `outcome`: "record", "several" (all discarded), "none" (TXT but no DMARC record), "absent", "unknown".
    `near_misses`: texts that were meant as a DMARC record but are none (`v=dmarc1`, a leading space …).
    """

    domain: str
    outcome: str
    record: DmarcRecord | None = None
    records: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    reason: str = ""


class Discovery(msgspec.Struct, frozen=True):
    """What the tree walk from an Author Domain found (§4.10.1, §4.10.2).

    `found_as`: "author", "organizational" or "psd", "" where no record was found. `policy` is what the
    owner publishes for this domain and `tag` where it was read (p, sp, np); `effective` is the policy after
    `t=y`. Both are "" where DMARC does not apply. `exists` is asked only where `np` depends on it.
    """

    domain: str
    asked: tuple[Asked, ...]
    organizational_domain: str | Unknown
    record: DmarcRecord | Unknown | None
    found_at: str = ""
    found_as: str = ""
    tag: str = ""
    policy: str | Unknown = ""
    effective: str | Unknown = ""
    exists: bool | Unknown | None = None


class Identifier(msgspec.Struct, frozen=True):
    """An SPF or DKIM result and how its domain stands to the Author Domain.

    `strict`: both are the same domain. `relaxed`: both have the same Organizational Domain. `aligned` is the
    one of the two that `mode` ("s" or "r") asks for. `passes`: the check passed, and is aligned.
    """

    method: str
    domain: str
    result: str
    mode: str
    strict: bool
    relaxed: bool | Unknown
    aligned: bool | Unknown
    passes: bool | Unknown


class DmarcResult(msgspec.Struct, frozen=True):
    """The verdict. `result`: pass, fail, none (DMARC does not apply), unknown (with `reason`).

    `disposition` is what the owner asks for after this result: none, quarantine, reject. `psl_result` and
    `psl_disposition` are those of a receiver that follows RFC 7489; `differs_because` holds ids:
    "organizational-domain", "record" (another record, or none, was found), "policy" (the same record, read
    differently: t, np).
    """

    result: str
    disposition: str | Unknown
    discovery: Discovery
    identifiers: tuple[Identifier, ...]
    psl_result: str
    psl_disposition: str | Unknown
    psl_organizational_domain: str
    differs: bool
    differs_because: tuple[str, ...] = ()
    reason: str = ""

    @property
    def aligned_by(self) -> tuple[Identifier, ...]:
        """The identifiers that make it pass."""
        return tuple(one for one in self.identifiers if one.passes is True)


class ReportTarget(msgspec.Struct, frozen=True):
    """A reporting address: `external` if it lies in another organization, then `authorized` says whether the
    destination publishes `query` (RFC 9990 §4; asked at the domain that holds the policy record)."""

    tag: str
    uri: str
    domain: str | None
    external: bool | Unknown
    authorized: bool | Unknown
    query: str = ""


# --- the record -----------------------------------------------------------------------------------


def parse_record(text: str) -> DmarcRecord | None:
    """`text` as a DMARC record; None if it is not one (`v=DMARC1` must stand first, in this case; §4.7)."""
    text = text[:MAX_RECORD]
    if not _VERSION.match(text):
        return None
    tags: dict[str, str] = {}
    faults: list[str] = []
    for spec in text.split(";")[1:]:
        name, equals, value = spec.partition("=")
        name, value = name.strip(" \t").lower(), value.strip(" \t")
        if not equals:
            if name:
                faults.append("syntax")
        elif name in tags or name == "v":
            faults.append(f"duplicate-tag:{name}")
        else:
            tags[name] = value

    def choice(name: str, allowed: Sequence[str], default: str) -> str:
        value = tags.get(name, default).lower()
        if value in allowed:
            return value
        faults.append(f"invalid:{name}")
        return default

    invalid = [n for n in ("p", "sp", "np") if n in tags and tags[n].lower() not in _POLICIES]
    policies = {n: tags[n].lower() for n in ("p", "sp", "np") if n in tags}
    faults += [f"invalid:{name}" for name in invalid]
    if "p" not in tags:
        faults.append("missing:p")
    rua, ruf = _uris("rua", tags, faults), _uris("ruf", tags, faults)
    if "p" not in tags and not rua:
        # §4.7 reads a missing p as none, §4.10.1 asks for a valid rua besides: receivers differ.
        faults.append("missing:p-and-rua")
    if invalid:
        policies = {}
    obsolete = tuple(name for name in tags if name in _OBSOLETE)
    return DmarcRecord(
        text=text,
        p=policies.get("p", "none"),
        sp=policies.get("sp"),
        np=policies.get("np"),
        adkim=choice("adkim", ("r", "s"), "r"),
        aspf=choice("aspf", ("r", "s"), "r"),
        psd=choice("psd", ("y", "n", "u"), "u"),
        t=choice("t", ("y", "n"), "n") == "y",
        fo=_failure_options(tags, faults),
        rua=rua,
        ruf=ruf,
        applies=not invalid or bool(rua),
        obsolete=obsolete,
        unknown_tags=tuple(n for n in tags if n not in _KNOWN and n not in _OBSOLETE),
        faults=tuple(dict.fromkeys(faults)),
    )


_KNOWN = frozenset({"p", "sp", "np", "adkim", "aspf", "psd", "t", "fo", "rua", "ruf"})


def _failure_options(tags: dict[str, str], faults: list[str]) -> tuple[str, ...]:
    options = tuple(o.strip() for o in tags.get("fo", "0").lower().split(":"))
    valid = (
        all(o in ("0", "1", "d", "s") for o in options)
        and len(set(options)) == len(options)
        and not {"0", "1"} <= set(options)
    )
    if valid:
        return options
    faults.append("invalid:fo")
    return ("0",)


def _uris(tag: str, tags: dict[str, str], faults: list[str]) -> tuple[ReportUri, ...]:
    """The syntactically valid URIs of a rua or ruf tag; the obsolete size limit ("!10m") is dropped."""
    found: list[ReportUri] = []
    if tag not in tags:
        return ()
    for raw in tags[tag].split(","):
        uri = raw.strip(" \t")
        bare = _SIZE.sub("", uri)
        if bare != uri:
            faults.append(f"obsolete-size:{tag}")
        if mail := _MAILTO.match(bare):
            found.append(ReportUri(bare, mail.group(2).lower()))
        elif _SCHEME.match(bare) and not bare.lower().startswith("mailto:"):
            found.append(ReportUri(bare, None))
        else:
            faults.append(f"invalid-uri:{tag}")
    return tuple(found)


# --- the tree walk --------------------------------------------------------------------------------


def walk_names(domain: str) -> tuple[str, ...]:
    """The domains that a tree walk from `domain` visits, longest first, at most eight (§4.10)."""
    labels = normalize(domain).split(".")
    first = 1 if len(labels) < MAX_QUERIES else len(labels) - (MAX_QUERIES - 1)
    return (".".join(labels), *(".".join(labels[i:]) for i in range(first, len(labels))))


def queries(domain: str) -> tuple[tuple[str, str], ...]:
    """Every query that `discover` may need, for callers who prefetch several topics in one round."""
    names = [n for n in walk_names(domain) if _possible(n)]
    return (*((f"_dmarc.{n}", "TXT") for n in names), *(((names[0], "A"),) if names else ()))


def normalize(domain: str) -> str:
    """Lower case, A-labels, without a final dot; what cannot be a domain name is only put in lower case."""
    domain = domain.strip()
    name = canonical_name(domain) or domain.lower()
    return "" if name == "." else name


def _possible(domain: str) -> bool:
    """Whether such a name can stand in the DNS below `_dmarc.`; what cannot exist is never asked for."""
    if not domain or len(domain) > 246 or not domain.isascii():
        return False
    return all(0 < len(label) <= 63 for label in domain.split(".")) and not (
        set(domain) & set(" []@:/\\\"'()<>,;")
    )


def walk(resolver: Resolver, domain: str) -> tuple[Asked, ...]:
    """The tree walk from `domain`: every name it had to ask, in order, ended by `psd=y` or `psd=n` (§4.10).

    All names are prefetched at once, so the walk costs one round trip.
    """
    names = walk_names(domain)
    resolver.prefetch([(f"_dmarc.{name}", "TXT") for name in names if _possible(name)])
    steps: list[Asked] = []
    for name in names:
        step = _ask(resolver, name)
        steps.append(step)
        if step.record is not None and step.record.psd in ("y", "n"):
            break
    return tuple(steps)


def _ask(resolver: Resolver, domain: str) -> Asked:
    if not _possible(domain):
        return Asked(domain, "absent")
    answer = resolver.lookup(f"_dmarc.{domain}", "TXT")
    if isinstance(answer, Failed):
        return Asked(domain, "unknown", reason=joined((f"_dmarc.{domain}", answer.reason), ": "))
    if isinstance(answer, Absent):
        return Asked(domain, "absent")
    records = [r for text in answer.records if (r := parse_record(text)) is not None]
    near = tuple(t for t in answer.records if _LOOKS_LIKE.match(t) and parse_record(t) is None)
    outcome = "record" if len(records) == 1 else "several" if records else "none"
    return Asked(
        domain,
        outcome,
        record=records[0] if len(records) == 1 else None,
        records=tuple(r.text for r in records),
        near_misses=near,
    )


def _organizational(domain: str, steps: tuple[Asked, ...]) -> str | Unknown:
    """§4.10.2. An unanswered name could have held `psd=n` or `psd=y`, so it leaves the matter open."""
    for step in steps:
        if step.outcome == "unknown":
            return Unknown(step.reason)
    found = [step for step in steps if step.record is not None]
    for step in found:
        assert step.record is not None
        if step.record.psd == "n":
            return step.domain
        if step.record.psd == "y" and step.domain != steps[0].domain:
            labels = steps[0].domain.split(".")
            return ".".join(labels[-(step.domain.count(".") + 2) :])
    return found[-1].domain if found else domain


def organizational_domain(resolver: Resolver, domain: str) -> str | Unknown:
    """The Organizational Domain of `domain`: itself where no record stands at or above it (§4.10.2)."""
    return _organizational(normalize(domain), walk(resolver, domain))


def discover(resolver: Resolver, domain: str) -> Discovery:
    """The policy that applies to the Author Domain `domain`, and its Organizational Domain."""
    domain = normalize(domain)
    resolver.prefetch(queries(domain))
    steps = walk(resolver, domain)
    organization = _organizational(domain, steps)
    start = steps[0]
    if start.outcome == "unknown":
        reason = Unknown(start.reason)
        return Discovery(domain, steps, organization, reason, policy=reason, effective=reason)
    if start.record is not None:
        return _discovered(domain, steps, organization, start, "author", None)
    if isinstance(organization, Unknown):
        return Discovery(
            domain, steps, organization, organization, policy=organization, effective=organization
        )
    by_name = {step.domain: step for step in steps if step.record is not None}
    holder, found_as = by_name.get(organization), "organizational"
    if holder is None:
        holder, found_as = next(iter(by_name.values()), None), "psd"
    if holder is None:
        return Discovery(domain, steps, organization, None)
    exists = _exists(resolver, domain) if holder.record and holder.record.np is not None else None
    return _discovered(domain, steps, organization, holder, found_as, exists)


def _exists(resolver: Resolver, domain: str) -> bool | Unknown:
    """Whether the name exists at all: only NXDOMAIN says no (§3.2.13, Appendix A.4)."""
    if not _possible(domain):
        return False
    answer = resolver.lookup(domain, "A")
    if isinstance(answer, Failed):
        return Unknown(joined((domain, answer.reason), ": "))
    # NXDOMAIN behind an alias is about the alias's target; the domain itself exists.
    return isinstance(answer, Found) or not answer.nxdomain or bool(answer.chain)


def _discovered(
    domain: str,
    steps: tuple[Asked, ...],
    organization: str | Unknown,
    holder: Asked,
    found_as: str,
    exists: bool | Unknown | None,
) -> Discovery:
    record = holder.record
    assert record is not None
    tag, policy = _policy(record, own=found_as == "author", exists=exists)
    effective: str | Unknown = policy
    if not record.applies:
        tag, policy, effective = "", "", ""
    elif isinstance(policy, str) and record.t:
        effective = _POLICIES[max(0, _POLICIES.index(policy) - 1)]
    return Discovery(
        domain=domain,
        asked=steps,
        organizational_domain=organization,
        record=record,
        found_at=holder.domain,
        found_as=found_as,
        tag=tag,
        policy=policy,
        effective=effective,
        exists=exists,
    )


def _policy(record: DmarcRecord, *, own: bool, exists: bool | Unknown | None) -> tuple[str, str | Unknown]:
    if own:
        return "p", record.p
    existing = ("sp", record.sp) if record.sp is not None else ("p", record.p)
    if record.np is None or exists is True:
        return existing
    if isinstance(exists, Unknown):
        return existing if existing[1] == record.np else ("", exists)
    return "np", record.np


# --- alignment ------------------------------------------------------------------------------------


def aligned(identifier: str, author_domain: str, mode: str, resolver: Resolver) -> bool | Unknown:
    """Whether an authenticated `identifier` is aligned with the Author Domain, by `mode` "s" (strict) or
    "r" (relaxed): the same domain, or the same Organizational Domain (§4.4, §4.10.2)."""
    identifier, author_domain = normalize(identifier), normalize(author_domain)
    if not identifier or not author_domain:
        return False
    if identifier == author_domain or mode == "s":
        return identifier == author_domain
    return _relaxed(identifier, author_domain, organizational_domain(resolver, author_domain), resolver)


def _relaxed(identifier: str, author: str, organization: str | Unknown, resolver: Resolver) -> bool | Unknown:
    if identifier == author:
        return True
    if identifier.rpartition(".")[2] != author.rpartition(".")[2]:
        return False
    # An Organizational Domain is the domain itself or one above it: outside of it nothing needs to be asked.
    if isinstance(organization, str) and not _within(identifier, organization):
        return False
    other = organizational_domain(resolver, identifier)
    if isinstance(organization, Unknown):
        if isinstance(other, str) and not _within(author, other):
            return False
        return organization
    return other if isinstance(other, Unknown) else other == organization


def _within(domain: str, parent: str) -> bool:
    return domain == parent or domain.endswith("." + parent)


# --- the verdict ----------------------------------------------------------------------------------


def evaluate(
    resolver: Resolver,
    author_domain: str,
    spf: tuple[str, str] | None,
    dkim: Sequence[tuple[str, str]],
    *,
    psl: PublicSuffixDomain | None = None,
) -> DmarcResult:
    """DMARC for mail from `author_domain`.

    `spf` is (result, envelope domain), `dkim` (result, d=) for each signature; results in the words of
    RFC 8601, and "unknown" where a check could not be made. `psl` replaces the packaged suffix list.
    """
    author = normalize(author_domain)
    given = [("spf", *spf)] if spf is not None else []
    given += [("dkim", *one) for one in islice(dkim, MAX_SIGNATURES)]
    given = [(method, result.lower(), normalize(domain)) for method, result, domain in given]
    resolver.prefetch(_prefetchable(author, [domain for _, _, domain in given]))
    found = discover(resolver, author)
    record = found.record
    rules = record if isinstance(record, DmarcRecord) else DmarcRecord("")
    identifiers = tuple(
        _identify(method, result, domain, author, found.organizational_domain, rules, resolver)
        for method, result, domain in given
    )
    result, reason = _verdict(record, identifiers)
    disposition: str | Unknown = "none"
    if result == "fail":
        disposition = found.effective
    elif result == "unknown":
        disposition = "none" if found.effective == "none" else Unknown(reason)
    old = _evaluate_psl(found, identifiers, resolver, psl or _packaged_psl())
    because: list[str] = []
    verdicts = (result, disposition), (old.result, old.disposition)
    if "unknown" not in (result, old.result) and verdicts[0] != verdicts[1]:
        if old.found_at != (found.found_at if isinstance(record, DmarcRecord) else ""):
            because.append("record")
        if old.result != result and old.organizational_domain != found.organizational_domain:
            because.append("organizational-domain")
        if not because:
            because.append("policy")
    return DmarcResult(
        result=result,
        disposition=disposition,
        discovery=found,
        identifiers=identifiers,
        psl_result=old.result,
        psl_disposition=old.disposition,
        psl_organizational_domain=old.organizational_domain,
        differs=bool(because),
        differs_because=tuple(because),
        reason=reason,
    )


def _prefetchable(author: str, domains: Sequence[str]) -> list[tuple[str, str]]:
    """The author's walk, and those of identifiers that share more with it than the top-level domain."""
    root = ".".join(author.split(".")[-2:])
    wanted = dict.fromkeys(queries(author))
    for domain in domains:
        if _within(domain, root):
            wanted.update(dict.fromkeys(q for q in queries(domain) if q[1] == "TXT"))
    return list(wanted)


def _identify(
    method: str,
    result: str,
    domain: str,
    author: str,
    organization: str | Unknown,
    rules: DmarcRecord,
    resolver: Resolver,
) -> Identifier:
    mode = rules.aspf if method == "spf" else rules.adkim
    strict = bool(domain) and domain == author
    relaxed = bool(domain) and _relaxed(domain, author, organization, resolver)
    fits = strict if mode == "s" else relaxed
    passes: bool | Unknown
    if result == "pass":
        passes = fits
    elif result in _UNSURE and fits is not False:
        passes = Unknown(
            say("{method} for {domain}: {result}", method=method.upper(), domain=domain, result=result)
        )
    else:
        passes = False
    return Identifier(method, domain, result, mode, strict, relaxed, fits, passes)


def _verdict(record: DmarcRecord | Unknown | None, identifiers: Sequence[Identifier]) -> tuple[str, str]:
    if isinstance(record, Unknown):
        return "unknown", record.reason
    if record is None or not record.applies:
        return "none", ""
    if any(one.passes is True for one in identifiers):
        return "pass", ""
    for one in identifiers:
        if isinstance(one.passes, Unknown):
            return "unknown", one.passes.reason
    return "fail", ""


class _Old(msgspec.Struct, frozen=True):
    result: str
    disposition: str | Unknown
    organizational_domain: str
    found_at: str = ""


def _packaged_psl() -> PublicSuffixDomain:
    from scorer.domains import organizational_domain_psl

    return organizational_domain_psl


def _evaluate_psl(
    found: Discovery, identifiers: Sequence[Identifier], resolver: Resolver, psl: PublicSuffixDomain
) -> _Old:
    """The same message at a receiver that follows RFC 7489: §6.6.3 discovery, §3.2 Organizational Domain."""
    author = found.domain
    organization = psl(author) or author
    step = found.asked[0]
    if step.outcome in ("none", "absent") and organization != author:
        step = next((s for s in found.asked if s.domain == organization), None) or _ask(
            resolver, organization
        )
    if step.outcome == "unknown":
        return _Old("unknown", Unknown(step.reason), organization)
    record = step.record
    if record is None or not record.applies:
        return _Old("none", "none", organization)
    # p was required: without it, and without an address for reports, RFC 7489 §6.6.3 ends the matter.
    if "missing:p" in record.faults and not record.rua:
        return _Old("none", "none", organization)
    passes: list[bool | Unknown] = []
    for one in identifiers:
        mode = record.aspf if one.method == "spf" else record.adkim
        same = one.domain == author
        fits = same or (mode != "s" and bool(one.domain) and psl(one.domain) == organization)
        unsure = fits and one.result in _UNSURE
        passes.append(Unknown(one.result) if unsure else fits and one.result == "pass")
    if any(p is True for p in passes):
        return _Old("pass", "none", organization, step.domain)
    if any(isinstance(p, Unknown) for p in passes):
        return _Old("unknown", Unknown("an identifier's result"), organization, step.domain)
    policy = record.p if step.domain == author or record.sp is None else record.sp
    return _Old("fail", policy, organization, step.domain)


# --- reports --------------------------------------------------------------------------------------


def report_targets(resolver: Resolver, found: Discovery) -> tuple[ReportTarget, ...]:
    """Where the policy record sends reports, and whether destinations outside the organization agree."""
    record = found.record
    if not isinstance(record, DmarcRecord):
        return ()
    listed = [("rua", u) for u in record.rua] + [("ruf", u) for u in record.ruf]
    listed = listed[:20]
    holder = found.found_at
    home = found.organizational_domain if found.found_as != "psd" else organizational_domain(resolver, holder)
    resolver.prefetch(
        dict.fromkeys(
            (f"{holder}._report._dmarc.{u.domain}", "TXT")
            for _, u in listed
            if u.domain and not _within(u.domain, holder)
        )
    )
    return tuple(_target(resolver, tag, uri, holder, home) for tag, uri in listed)


def _target(resolver: Resolver, tag: str, uri: ReportUri, holder: str, home: str | Unknown) -> ReportTarget:
    if uri.domain is None:
        reason = Unknown("not a mailto: address")
        return ReportTarget(tag, uri.uri, None, reason, reason)
    external: bool | Unknown
    inside = _relaxed(uri.domain, holder, home, resolver)
    external = inside if isinstance(inside, Unknown) else not inside
    if external is False:
        return ReportTarget(tag, uri.uri, uri.domain, external=False, authorized=True)
    query = f"{holder}._report._dmarc.{uri.domain}"
    answer = resolver.lookup(query, "TXT")
    authorized: bool | Unknown
    if isinstance(answer, Failed):
        authorized = Unknown(joined((query, answer.reason), ": "))
    else:
        authorized = isinstance(answer, Found) and any(parse_record(r) for r in answer.records)
    if isinstance(external, Unknown) and authorized is False:
        authorized = external
    return ReportTarget(tag, uri.uri, uri.domain, external, authorized, query)
