"""What a domain's SPF record says, what is wrong with it, and who spends its lookups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from scorer.dns import Answer, Failed, Found, Resolver, canonical_name
from scorer.dns.names import literal_name
from scorer.facts.spf.evaluation import MAX_LOOKUPS, MAX_MX_NAMES, MAX_VOID_LOOKUPS, Step
from scorer.facts.spf.macros import Context, expand, letters, target_name
from scorer.facts.spf.syntax import Mechanism, ParsedRecord, near_miss, parse_record, spf_texts
from scorer.said import joined
from scorer.unknown import Unknown

# More than any receiver follows. A tree of includes that goes on for ever must end somewhere.
MAX_NODES = 100
MAX_DEPTH = 12
_CUT = "the record leads to more records than are worth following"

FaultId = Literal[
    "none",
    "multiple-records",
    "near-miss",
    "syntax",
    "include-fails",
    "redirect-fails",
    "loop",
    "too-many-lookups",
    "void-lookups",
    "mx-too-many-names",
    "plus-all",
    "ptr-used",
    "missing-all",
    "unreachable-terms",
]
NodeStatus = Literal["", "fails", "loop", "unknown", "depends-on-message", "not-followed"]


class SpfFault(msgspec.Struct, frozen=True):
    """Something wrong with a record.

    - none: the domain has no SPF record
    - multiple-records: it has several, a permanent error (RFC 7208 §4.5); `reason` is their number
    - near-miss: the TXT record `term` is meant for SPF and is none; `reason` as in `syntax.near_miss`
    - syntax: `term` at `position` is wrong; `reason` as in `syntax.SyntaxFault`
    - include-fails, redirect-fails: the domain that `term` names has no valid record, which makes this
      one a permanent error too (§5.2, §6.1); `reason` is none, multiple-records or syntax
    - loop: `term` leads back to a record that it came from
    - too-many-lookups: more than ten terms need a lookup (§4.6.4); `reason` is their number
    - void-lookups: more than two terms find nothing (§4.6.4); `reason` is their number
    - mx-too-many-names: `term` has more than ten mail exchangers (§4.6.4)
    - plus-all: `term` lets every address pass
    - ptr-used: `term` is `ptr`, which should not be published (§5.5)
    - missing-all: the record ends in neither `all` nor `redirect`, so that it rules nothing out
    - unreachable-terms: `term` is the first after `all`, or a `redirect` beside it: both are ignored

    `domain` is the one whose record it is: not always the one that was asked for."""

    id: FaultId
    domain: str
    term: str = ""
    position: int = 0
    reason: str = ""


class LookupNode(msgspec.Struct, frozen=True):
    """A term that costs a DNS lookup, with the terms inside the record that it leads to.

    `domain` is the name that is asked about, `cost` the term's own lookup (0 only for the record itself),
    `total` that and all below. `status`: fails (permanent error), loop, unknown (the DNS did not answer),
    depends-on-message (a macro that only a message can fill), not-followed (too deep or too many)."""

    term: str
    domain: str
    cost: int
    total: int
    children: tuple[LookupNode, ...] = ()
    status: NodeStatus = ""


class SpfRecord(msgspec.Struct, frozen=True):
    """The SPF record of a domain as anybody can see it, without a message.

    `texts` are all its SPF records (there should be one), `text` the first. `lookups` counts what the
    record spends when no term matches before its end: the worst case, which is what a limit is about; a
    lower bound if `unknown` is not empty. `void` lists the terms that find nothing. `includes` are the
    domains of all includes and redirects, nested ones too, in order. `all_qualifier` is that of the `all`
    that applies (through redirects), None if there is none. `service_included`: whether the include of the
    sending service is among `includes`; None if it was not asked about. `unknown` says what could not be
    looked up and why."""

    domain: str
    texts: tuple[str, ...] = ()
    faults: tuple[SpfFault, ...] = ()
    tree: LookupNode | None = None
    lookups: int = 0
    void: tuple[Step, ...] = ()
    includes: tuple[str, ...] = ()
    all_qualifier: str | None = None
    service_included: bool | Unknown | None = None
    unknown: tuple[str, ...] = ()

    @property
    def text(self) -> str | None:
        """The record; of several the first."""
        return self.texts[0] if self.texts else None

    @property
    def lookups_left(self) -> int:
        """How many of the ten lookups are left; 0 if it is over the limit."""
        return max(0, MAX_LOOKUPS - self.lookups)

    @property
    def fault_ids(self) -> frozenset[str]:
        """The ids of the faults."""
        return frozenset(fault.id for fault in self.faults)


def inspect_spf(resolver: Resolver, domain: str, *, service_include: str | None = None) -> SpfRecord:
    """Inspect the SPF record of `domain`; `service_include` is the domain that the sending service asks to
    include.

    Where DNS does not answer, `unknown` says so, and nothing is called a fault for it. Never raises."""
    name = canonical_name(domain) or domain.lower()
    inspection = _Inspection(resolver, name)
    answer = inspection.txt(name)
    if isinstance(answer, Failed):
        inspection.unknown.append(joined((f"{name} TXT", answer.reason), ": "))
        return SpfRecord(
            name,
            service_included=inspection.holds(service_include),
            unknown=tuple(inspection.unknown),
        )
    all_texts = answer.records if isinstance(answer, Found) else ()
    texts = spf_texts(all_texts)
    for text in all_texts:
        nearly = near_miss(text)
        if nearly is not None:
            inspection.fault("near-miss", name, term=text[:200], reason=nearly)
    if not texts:
        inspection.fault("none", name)
        return SpfRecord(
            name,
            faults=tuple(inspection.faults),
            service_included=inspection.holds(service_include),
        )
    if len(texts) > 1:
        inspection.fault("multiple-records", name, reason=str(len(texts)))
    tree = inspection.tree(parse_record(texts[0]), name)
    inspection.check_limits(name, tree.total)
    return SpfRecord(
        name,
        texts=texts,
        faults=tuple(dict.fromkeys(inspection.faults)),
        tree=tree,
        lookups=tree.total,
        void=tuple(inspection.void),
        includes=tuple(inspection.includes),
        all_qualifier=inspection.all_qualifier,
        service_included=inspection.holds(service_include),
        unknown=tuple(dict.fromkeys(inspection.unknown)),
    )


class _Inspection:
    """One walk over a record and all that it includes."""

    def __init__(self, resolver: Resolver, domain: str) -> None:
        self._resolver = resolver
        # Only %{d} and %{o} are ever expanded here, and they need none of the rest.
        self._context = Context("", domain, "", "", "", "")
        self._nodes = 0
        self.faults: list[SpfFault] = []
        self.void: list[Step] = []
        self.includes: dict[str, None] = {}
        self.unknown: list[str] = []
        self.all_qualifier: str | None = None

    def fault(self, id: FaultId, domain: str, *, term: str = "", position: int = 0, reason: str = "") -> None:
        self.faults.append(SpfFault(id, domain, term, position, reason))

    def txt(self, name: str) -> Answer:
        return self._resolver.lookup(literal_name(name), "TXT")

    def tree(self, record: ParsedRecord, domain: str) -> LookupNode:
        self._fetch_levels(record, domain)
        children = self._children(record, domain, (domain,), decides=True, positive=True)
        return LookupNode("v=spf1", domain, 0, sum(child.total for child in children), children)

    def check_limits(self, domain: str, lookups: int) -> None:
        if lookups > MAX_LOOKUPS:
            self.fault("too-many-lookups", domain, reason=str(lookups))
        if len(self.void) > MAX_VOID_LOOKUPS:
            self.fault("void-lookups", domain, reason=str(len(self.void)))

    def holds(self, include: str | None) -> bool | Unknown | None:
        if include is None:
            return None
        if (canonical_name(include) or include.lower()) in self.includes:
            return True
        return Unknown(self.unknown[0]) if self.unknown else False

    def _children(
        self,
        record: ParsedRecord,
        domain: str,
        path: tuple[str, ...],
        *,
        decides: bool,
        positive: bool,
    ) -> tuple[LookupNode, ...]:
        """The nodes of `record`'s terms, noting its faults. `decides`: its `all` is the one that applies in
        the end (it is the domain's own, or reached by redirects alone); `positive`: a pass of it is a pass
        of the whole."""
        for fault in record.faults:
            self.fault("syntax", domain, term=fault.term, position=fault.position, reason=fault.reason)
        self._note_terms(record, domain, decides=decides, positive=positive)
        nodes: list[LookupNode] = []
        for mechanism in record.reachable:
            if self._nodes > MAX_NODES:
                self.unknown.append(_CUT)
                return tuple(nodes)
            node = self._mechanism(mechanism, domain, path, positive=positive)
            if node is not None:
                nodes.append(node)
        if record.redirect is not None:
            term = f"redirect={record.redirect}"
            nodes.append(
                self._nested("redirect-fails", term, record.redirect, domain, path, decides, positive)
            )
        return tuple(nodes)

    def _note_terms(self, record: ParsedRecord, domain: str, *, decides: bool, positive: bool) -> None:
        last = record.all
        if decides:
            self.all_qualifier = last.qualifier if last is not None else None
            if last is None and record.redirect is None:
                self.fault("missing-all", domain)
        ignored = [m.text for m in record.mechanisms[len(record.reachable) + 1 :]]
        if last is not None:
            ignored += [m.text for m in record.modifiers if m.name == "redirect"]
        if ignored:
            self.fault("unreachable-terms", domain, term=ignored[0])
        for mechanism in (*record.reachable, *([last] if last is not None else [])):
            if mechanism.name == "ptr":
                self.fault("ptr-used", domain, term=mechanism.text)
            if positive and mechanism.qualifier == "+" and _matches_everybody(mechanism):
                self.fault("plus-all", domain, term=mechanism.text)

    def _mechanism(
        self, mechanism: Mechanism, domain: str, path: tuple[str, ...], *, positive: bool
    ) -> LookupNode | None:
        """The node of `mechanism`; None if it needs no lookup."""
        if mechanism.name in ("all", "ip4", "ip6"):
            return None
        if mechanism.name == "include":
            inside = positive and mechanism.qualifier == "+"
            return self._nested(
                "include-fails", mechanism.text, mechanism.domain, domain, path, False, inside
            )
        self._nodes += 1
        target = self._target(mechanism.domain, domain)
        if target is None or mechanism.name == "ptr":
            return LookupNode(mechanism.text, target or mechanism.domain, 1, 1, status="depends-on-message")
        status = self._look(mechanism, target, domain)
        return LookupNode(mechanism.text, target, 1, 1, status=status)

    def _nested(
        self,
        failure: Literal["include-fails", "redirect-fails"],
        term: str,
        spec: str,
        domain: str,
        path: tuple[str, ...],
        decides: bool,
        positive: bool,
    ) -> LookupNode:
        """The node of an include or a redirect."""
        self._nodes += 1
        target = self._target(spec, domain)
        if target is None:
            return LookupNode(term, spec, 1, 1, status="depends-on-message")
        self.includes[target] = None
        if target in path:
            self.fault("loop", domain, term=term)
            return LookupNode(term, target, 1, 1, status="loop")
        if self._nodes > MAX_NODES or len(path) > MAX_DEPTH:
            self.unknown.append(_CUT)
            return LookupNode(term, target, 1, 1, status="not-followed")
        answer = self.txt(target)
        if isinstance(answer, Failed):
            self.unknown.append(joined((f"{target} TXT", answer.reason), ": "))
            return LookupNode(term, target, 1, 1, status="unknown")
        texts = spf_texts(answer.records) if isinstance(answer, Found) else ()
        if len(texts) != 1:
            reason = "multiple-records" if texts else "none"
            self.fault(failure, domain, term=term, reason=reason)
            return LookupNode(term, target, 1, 1, status="fails")
        record = parse_record(texts[0])
        if record.faults:
            self.fault(failure, domain, term=term, reason="syntax")
        children = self._children(record, target, (*path, target), decides=decides, positive=positive)
        total = 1 + sum(child.total for child in children)
        return LookupNode(term, target, 1, total, children, "fails" if record.faults else "")

    def _look(self, mechanism: Mechanism, target: str, domain: str) -> NodeStatus:
        """Whether a, mx or exists find anything."""
        types = {"a": ("A", "AAAA"), "mx": ("MX",), "exists": ("A",)}[mechanism.name]
        absent = True
        for rdtype in types:
            answer = self._resolver.lookup(literal_name(target), rdtype)
            if isinstance(answer, Failed):
                self.unknown.append(joined((f"{target} {rdtype}", answer.reason), ": "))
                return "unknown"
            if isinstance(answer, Found):
                absent = False
                if rdtype == "MX" and len(answer.records) > MAX_MX_NAMES:
                    self.fault("mx-too-many-names", domain, term=mechanism.text)
                    return "fails"
        if absent:
            self.void.append(Step(domain, mechanism.text))
        return ""

    def _target(self, spec: str, domain: str) -> str | None:
        """The name that `spec` stands for in the record of `domain`; None if only a message can tell."""
        if spec == "":
            return domain
        if not letters(spec) <= {"d", "o"}:
            return None
        name = target_name(expand(spec, self._context, domain, lambda: "unknown"))
        return canonical_name(literal_name(name)) or name.lower()

    def _fetch_levels(self, record: ParsedRecord, domain: str) -> None:
        """Fetch all that the walk will ask for, level by level: what one level holds depends only on the
        last."""
        level = [(record, domain)]
        seen = {domain}
        for _ in range(MAX_DEPTH):
            queries = [query for held, name in level for query in self._queries(held, name)]
            if not queries:
                return
            self._resolver.prefetch(queries[:MAX_NODES])
            nested = dict.fromkeys(name for name, rdtype in queries[:MAX_NODES] if rdtype == "TXT")
            level = []
            for name in nested:
                if name in seen or len(seen) > MAX_NODES:
                    continue
                seen.add(name)
                answer = self.txt(name)
                texts = spf_texts(answer.records) if isinstance(answer, Found) else ()
                if len(texts) == 1:
                    level.append((parse_record(texts[0]), name))

    def _queries(self, record: ParsedRecord, domain: str) -> Iterable[tuple[str, str]]:
        types = {"include": ("TXT",), "a": ("A", "AAAA"), "mx": ("MX",), "exists": ("A",)}
        for mechanism in record.reachable:
            target = self._target(mechanism.domain, domain)
            if target is not None:
                for rdtype in types.get(mechanism.name, ()):
                    yield target, rdtype
        if record.redirect is not None and (target := self._target(record.redirect, domain)):
            yield target, "TXT"


def _matches_everybody(mechanism: Mechanism) -> bool:
    if mechanism.name in ("ip4", "ip6"):
        return mechanism.network.endswith("/0")
    return mechanism.name == "all" or (mechanism.name in ("a", "mx") and mechanism.prefix4 == 0)
