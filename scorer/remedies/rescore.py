"""Scoring a mailing again after an edit: what the edit cannot have changed is not computed again.

Every stage is a pure function. While one runs, what it reads of its arguments is noted; where all of that is
as it was in an earlier run, so is the result. So a rerun is exact, and needs no list of what depends on what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MethodType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import msgspec

from scorer.dns import Resolver
from scorer.facts import Facts, gather
from scorer.facts.authentication import Authentication
from scorer.facts.content import Content
from scorer.facts.identity import Identity
from scorer.facts.links import Links
from scorer.facts.unsubscribe import Unsubscribe
from scorer.message import Message
from scorer.page import Page
from scorer.risk import Risk, weigh
from scorer.rules import Registered, absent_of, run_rule
from scorer.rules.rule import Finding, NotChecked
from scorer.sending import Sending, unspecified

if TYPE_CHECKING:
    from scorer.engine import Scored, Scorer

Params = ParamSpec("Params")
Result = TypeVar("Result")

_READ_BY_FIELD: frozenset[type] = frozenset(
    (Facts, Message, Page, Links, Content, Identity, Unsubscribe, Authentication)
)
"""Types of which a run has one value each, and whose fields are noted one by one."""
_TOPICS = tuple(name for name in Facts.__struct_fields__ if name not in ("message", "sending"))

_NOTHING: tuple[tuple[()], tuple[()]] = ((), ())
"""What most rules find."""

Place = tuple[type, str, tuple[Any, ...] | None]
"""What can be read: a field of the run's value of that type, or a method's answer to these arguments."""


class _Read(msgspec.Struct, eq=False):
    """What was found at a place. One object for each place and value, so that a run compares it once."""

    place: Place
    value: Any


class _Noting:
    """Stands for a value in one run, and notes what is read of it. Each type has a class of its own (`_noting`)."""

    __slots__ = ("__dict__", "_notes", "_run", "_seen", "_value")

    def __init__(self, value: Any, run: _Run) -> None:
        self._value, self._run, self._notes = value, run, run.notes
        self._seen: dict[str, tuple[_Read, Any]] = {}


class _Field:
    """A field, property or method of a stand-in. (`__getattr__` would do, but Python 3.11 takes eight times as long
    to come to it.)"""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, stand_in: _Noting, kind: type) -> Any:
        noted = stand_in._seen.get(self._name)
        if noted is None:
            return self._first(stand_in)
        read, value = noted
        stand_in._notes[read] = None
        return value

    def _first(self, stand_in: _Noting) -> Any:
        """Read it for the first time. What need not be noted becomes an attribute, and is found without this."""
        name, run, held = self._name, stand_in._run, stand_in._value
        value = getattr(held, name)
        kind = type(value)
        if kind is MethodType:
            method = stand_in.__dict__[name] = _Method(stand_in, name)
            return method
        by_field = kind in _READ_BY_FIELD
        seen = run.noting(value) if by_field else value
        if by_field and type(held) is Facts:
            # A topic of that type never is of another.
            stand_in.__dict__[name] = seen
            return seen
        read = run.read((type(held), name, None), kind if by_field else value)
        stand_in._seen[name] = read, seen
        stand_in._notes[read] = None
        return seen


def _noting(kind: type) -> type[_Noting]:
    """The class of what stands for a value of that type."""
    fields = {name: _Field(name) for name in dir(kind) if not name.startswith("__")}
    return type(f"_Noting{kind.__name__}", (_Noting,), {"__slots__": (), **fields})


_STAND_INS = {kind: _noting(kind) for kind in _READ_BY_FIELD}


class _Method:
    """Stands for a value's method, and notes what it answers."""

    __slots__ = ("_answers", "_name", "_of")

    def __init__(self, of: _Noting, name: str) -> None:
        self._of, self._name = of, name
        self._answers: dict[tuple[Any, ...], tuple[_Read, Any]] = {}

    def __call__(self, *args: Any) -> Any:
        known = self._answers.get(args)
        run = self._of._run
        if known is None:
            value = getattr(self._of._value, self._name)(*args)
            known = self._answers[args] = (run.read((type(self._of._value), self._name, args), value), value)
        run.notes[known[0]] = None
        return known[1]


class _Entry(msgspec.Struct, eq=False):
    """A result, and what it depends on: arguments that are compared whole, and what was read of the others."""

    plain: tuple[Any, ...]
    reads: tuple[_Read, ...]
    result: Any


class Rescorer:
    """Scores variants of one mailing. `run` is the whole answer for the first; `risk` that of a variant."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer
        self._entries: dict[Any, tuple[_Entry, ...]] = {}
        self._reads: dict[tuple[Place, int], _Read] = {}
        self._first: Message | None = None

    def run(
        self, message: Message, sending: Sending | None = None, resolver: Resolver | None = None
    ) -> Scored:
        """As `Scorer.run`; what was read is remembered."""
        from scorer.engine import Scored

        facts, findings, not_checked, risk = self._stages(message, sending, resolver)
        self._first = message
        providers, verdict = self.scorer.judged(facts, findings, risk)
        return Scored(facts, findings, not_checked, risk, providers, verdict)

    def risk(
        self, message: Message, sending: Sending | None = None, resolver: Resolver | None = None
    ) -> Risk:
        """The risk of a variant of the mailing."""
        if self._first is not None:
            _share(message, self._first)
        return self._stages(message, sending, resolver)[3]

    def _stages(
        self, message: Message, sending: Sending | None, resolver: Resolver | None
    ) -> tuple[Facts, tuple[Finding, ...], tuple[NotChecked, ...], Risk]:
        scorer = self.scorer
        call = _Run(self._entries, self._reads)
        facts = gather(
            message,
            sending or unspecified(),
            resolver or scorer.resolver(),
            scorer.blocklists,
            scorer.history,
            call,
        )
        findings, not_checked = call.rules(facts, scorer.rules)
        risk = weigh(
            findings,
            scorer.config.weights,
            text=call(scorer.models.text_evidence, message),
            structure=call(scorer.models.structure_evidence, message, facts.links),
            not_checked=not_checked,
        )
        call.close()
        return facts, findings, not_checked, risk


class _Holds(dict[_Read, bool]):
    """Whether a run's values would be read the same; each is compared when it is first asked for."""

    def __init__(self, values: dict[type, Any]) -> None:
        self._values = values

    def __missing__(self, read: _Read) -> bool:
        kind, name, args = read.place
        if kind not in self._values:
            return False
        now = getattr(self._values[kind], name)
        if args is not None:
            now = now(*args)
        if isinstance(read.value, type):
            held = type(now) is read.value
            if held:
                self._values[type(now)] = now
        else:
            held = _same(read.value, now)
        self[read] = held
        return held


class _Run:
    """Calls the functions of one run, or takes their results from an earlier one."""

    def __init__(self, entries: dict[Any, tuple[_Entry, ...]], reads: dict[tuple[Place, int], _Read]) -> None:
        self.notes: dict[_Read, None] = {}
        self._entries, self._reads = entries, reads
        self._values: dict[type, Any] = {}
        self._stand_ins: dict[type, _Noting] = {}
        self._holds = _Holds(self._values)

    def __call__(
        self, function: Callable[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result:
        values = self._values
        plain: list[Any] = []
        for arg in args:
            kind = type(arg)
            if kind not in _READ_BY_FIELD:
                plain.append(arg)
            elif values.get(kind) is not arg:
                values[kind] = arg
        known = self._entries.get(function, ())
        for entry in known:
            if all(map(self._holds.__getitem__, entry.reads)) and all(map(_same, entry.plain, plain)):
                result: Result = entry.result
                return result
        noting = [self.noting(arg) if type(arg) in _READ_BY_FIELD else arg for arg in args]
        self.notes.clear()
        try:
            result = function(*noting)  # type: ignore[call-arg,arg-type]
        except Exception:
            # It looked closer at a value than at its fields: it is called as usual, every time.
            return function(*args, **kwargs)
        if known:
            result = _aligned(result, known[0].result)
        self._entries[function] = (*known, _Entry(tuple(plain), tuple(self.notes), result))
        return result

    def rules(
        self, facts: Facts, rules: Iterable[Registered]
    ) -> tuple[tuple[Finding, ...], tuple[NotChecked, ...]]:
        """As `run_rules`; each rule is a function of its own."""
        self._values[Facts] = facts
        self._values.update((type(topic), topic) for topic in (getattr(facts, name) for name in _TOPICS))
        stand_in: Any = self.noting(facts)
        holds = self._holds.__getitem__
        absent = absent_of(facts)
        findings: list[Finding] = []
        not_checked: list[NotChecked] = []
        for registered in rules:
            if registered.rule.about in absent:
                continue
            known = self._entries.get(registered.rule.id, ())
            for entry in known:
                if all(map(holds, entry.reads)):
                    found, unchecked = entry.result
                    findings += found
                    not_checked += unchecked
                    break
            else:
                before = len(findings), len(not_checked)
                self.notes.clear()
                if run_rule(stand_in, registered, findings, not_checked):
                    result = findings[before[0] :], not_checked[before[1] :]
                    entry = _Entry((), tuple(self.notes), result if any(result) else _NOTHING)
                    self._entries[registered.rule.id] = (*known, entry)
                else:
                    # As with other stages: it may have looked closer at a value than at its fields.
                    del findings[before[0] :], not_checked[before[1] :]
                    run_rule(facts, registered, findings, not_checked)
        return tuple(findings), tuple(not_checked)

    def noting(self, value: Any) -> _Noting:
        """What stands for this run's value of its type."""
        held = self._stand_ins.get(type(value))
        if held is None or held._value is not value:
            held = self._stand_ins[type(value)] = _STAND_INS[type(value)](value, self)
        return held

    def close(self) -> None:
        """Let go of the stand-ins. They hold each other, and would keep the mailing in memory until the collector
        comes by."""
        for stand_in in self._stand_ins.values():
            stand_in._seen.clear()
            stand_in.__dict__.clear()
        self._stand_ins.clear()

    def read(self, place: Place, value: Any) -> _Read:
        """The note that this was found there."""
        key = (place, id(value))
        read = self._reads.get(key)
        if read is None:
            read = self._reads[key] = _Read(place, value)
        return read


def _share(message: Message, first: Message) -> None:
    """Give the variant what was worked out for the first, as far as it would come to the same."""
    if message.page is not first.page:
        message.__dict__["page"] = _aligned(message.page, first.page)
    if message.visible_text == first.visible_text:
        message.__dict__["gates"] = first.gates


def _same(one: Any, other: Any) -> bool:
    return one is other or (type(one) is type(other) and bool(one == other))


def _aligned(new: Any, old: Any) -> Any:
    """`new`, holding the very objects of `old` where they are equal, so that comparing them again costs nothing."""
    if type(new) is not type(old):
        return new
    if isinstance(new, tuple) and len(new) == len(old):
        return tuple(map(_aligned, new, old)) if type(new) is tuple else new
    if _same(new, old):
        return old
    if type(new) in _READ_BY_FIELD:
        return msgspec.structs.replace(
            new,
            **{
                name: getattr(old, name)
                for name in new.__struct_fields__
                if _same(getattr(new, name), getattr(old, name))
            },
        )
    return new
