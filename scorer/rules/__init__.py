"""The rules: found by walking the package, run one by one."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scorer.rules.about import Agenda, absent_of
from scorer.rules.rule import SEVERITIES, Check, Finding, Hit, NotChecked, Rule, Unchecked
from scorer.said import joined, say

if TYPE_CHECKING:
    from scorer.facts import Facts

__all__ = [
    "Registered",
    "RuleError",
    "Rules",
    "absent_of",
    "all_rules",
    "discover",
    "register",
    "run_rule",
    "run_rules",
]

MAX_EVIDENCE = 20
MAX_OUTCOMES = 1000
FAILED = "the rule failed"
"""How the reason of a rule begins that raised an exception."""


class RuleError(Exception):
    """A rule module that cannot be registered: two rules with one id, or a file not named after its rule."""


class Registered(NamedTuple):
    """A rule and its check."""

    rule: Rule
    check: Check


def discover(package: str = "scorer.rules") -> dict[str, Registered]:
    """Every rule below `package`, by id.

    Raises:
        RuleError: duplicate id, or a module whose name is not its rule's id.
    """
    found: dict[str, Registered] = {}
    # `pkgutil` would find them too, but loads `inspect` for it, which takes longer than a dozen rules.
    root = Path(importlib.import_module(package).__path__[0])
    for file in sorted(root.glob("*/*.py"), key=str):
        if file.stem != "__init__":
            module = importlib.import_module(f"{package}.{file.parent.name}.{file.stem}")
            register(found, module.RULE, module.check, file.stem)
    return dict(sorted(found.items()))


def register(found: dict[str, Registered], rule: Rule, check: Check, module_name: str) -> None:
    """Put a rule into `found`. Raises RuleError as `discover` does."""
    if rule.id in found:
        raise RuleError(f"two rules have the id {rule.id}")
    if rule.id.replace("-", "_") != module_name:
        raise RuleError(f"the rule {rule.id} stands in {module_name}.py")
    found[rule.id] = Registered(rule, check)


@lru_cache(maxsize=1)
def all_rules() -> dict[str, Registered]:
    """The shipped rules, by id."""
    return discover()


class Rules(tuple[Registered, ...]):
    """Rules that are run over many messages."""

    agenda: Agenda

    def __new__(cls, rules: Iterable[Registered]) -> Rules:
        self = super().__new__(cls, rules)
        self.agenda = Agenda(self)
        return self


def run_rules(
    facts: Facts, rules: Iterable[Registered]
) -> tuple[tuple[Finding, ...], tuple[NotChecked, ...]]:
    """Run `rules` over `facts`. A rule that raises is reported as not checked and harms no other."""
    findings: list[Finding] = []
    unchecked: list[NotChecked] = []
    agenda = rules.agenda if isinstance(rules, Rules) else Agenda(rules)
    steps, values = agenda.steps(facts)
    for rule, check, missing in steps:
        if missing < 0:
            _run(facts, rule, check, findings, unchecked)
        else:
            unchecked.append(NotChecked(rule.id, values[missing].reason))  # type: ignore[attr-defined]
    return tuple(findings), tuple(unchecked)


def run_rule(
    facts: Facts, registered: Registered, findings: list[Finding], unchecked: list[NotChecked]
) -> bool:
    """Run one rule, and add what it finds and what it could not check. Returns whether it ran to its end."""
    return _run(facts, registered.rule, registered.check, findings, unchecked)


def _run(
    facts: Facts, rule: Rule, check: Check, findings: list[Finding], unchecked: list[NotChecked]
) -> bool:
    outcomes: list[Hit | Unchecked] = []
    try:
        for outcome in check(facts):
            outcomes.append(outcome)
            if len(outcomes) >= MAX_OUTCOMES:
                break
    except Exception as error:  # isolation is the point: one rule's fault must not lose the answer
        reason = joined((say(FAILED), f"{type(error).__name__}: {error}"[:280]), ": ")
        unchecked.append(NotChecked(rule.id, reason))
        return False
    if not outcomes:
        return True
    hits: list[Hit] = []
    for outcome in outcomes:
        if isinstance(outcome, Unchecked):
            unchecked.append(NotChecked(rule.id, outcome.reason))
        else:
            hits.append(outcome)
    if hits:
        findings.append(_finding(rule, hits))
    return True


def _finding(rule: Rule, hits: list[Hit]) -> Finding:
    if len(hits) == 1:
        worst = hits[0]
    else:
        worst = max(hits, key=lambda hit: SEVERITIES.index(hit.severity or rule.severity))
    evidence = tuple(dict.fromkeys([item for hit in [worst, *hits] for item in hit.evidence]))
    return Finding(
        rule=rule.id,
        group=rule.group,
        severity=worst.severity or rule.severity,
        message=worst.message,
        params=worst.params,
        evidence=evidence[:MAX_EVIDENCE],
        fix=worst.fix,
        fix_params=worst.fix_params,
        count=len(hits),
    )
