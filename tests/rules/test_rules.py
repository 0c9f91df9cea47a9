"""Every rule fires on its failing example and not on its passing one, and says where and why."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from scorer.examples import facts_of
from scorer.facts import Facts, gather
from scorer.mime import parse_message
from scorer.rules import Registered, RuleError, Rules, absent_of, all_rules, register, run_rules
from scorer.rules.about import PRESENT
from scorer.rules.rule import SEVERITIES, About, Hit, Rule, Unchecked
from scorer.unknown import Unknown

RULES = all_rules()


def findings(registered: Registered, example: str) -> tuple:
    found, unchecked = run_rules(facts_of(getattr(registered.rule, example)), [registered])
    broken = [item for item in unchecked if "the rule failed" in item.reason]
    assert not broken, broken
    return found


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("id", RULES)
def test_fires_on_its_failing_example(id: str) -> None:
    (found,) = findings(RULES[id], "fails")
    rule = RULES[id].rule
    assert found.rule == id
    assert fields(rule.messages[found.message]) <= set(found.params)
    assert fields(rule.fixes[found.fix].text) <= set(found.fix_params) | set(found.params)
    for evidence in found.evidence:
        assert evidence.quote or evidence.name


@pytest.mark.parametrize("id", RULES)
def test_is_silent_on_its_passing_example(id: str) -> None:
    assert findings(RULES[id], "passes") == ()


@pytest.mark.parametrize("id", RULES)
def test_is_documented(id: str) -> None:
    rule = RULES[id].rule
    assert rule.severity in SEVERITIES
    assert rule.title and not rule.title.endswith(".")
    assert len(rule.why) > 40 and rule.limits and rule.fixes and rule.messages
    assert set(rule.needs) <= set(Facts.__struct_fields__)
    assert rule.sources
    for source in rule.sources:
        assert source.url.startswith("https://"), source
        assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", source.date), source
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id)


@pytest.mark.parametrize("id", RULES)
def test_evidence_spans_point_into_the_message(id: str) -> None:
    facts = facts_of(RULES[id].rule.fails)
    (found,) = findings(RULES[id], "fails")
    message = facts.message
    whole = {"visible": message.visible_text, "html": message.html, "text": message.text}
    for evidence in found.evidence:
        if evidence.start < 0:
            continue
        source = whole.get(evidence.kind)
        if source is None and evidence.kind == "header":
            source = message.get(evidence.name)
        assert source is not None, evidence
        assert 0 <= evidence.start < evidence.end <= len(source), evidence
        if evidence.quote:
            assert source[evidence.start : evidence.end].startswith(evidence.quote[:20]), evidence


def test_at_least_sixty() -> None:
    assert len(RULES) >= 60


def _many_facts() -> Iterator[Facts]:
    """Of all rules' examples, and of the sample mailings."""
    for rule, _ in all_rules().values():
        yield facts_of(rule.fails)
        yield facts_of(rule.passes)
    for path in sorted(Path("data/samples").rglob("*.eml")):
        yield gather(parse_message(path.read_bytes()))


def test_a_rule_has_nothing_to_say_where_there_is_nothing_that_it_is_about() -> None:
    silent: set[str] = set()
    for facts in _many_facts():
        absent = absent_of(facts)
        for rule, check in all_rules().values():
            if rule.about in absent:
                assert list(check(facts)) == [], rule.id
                silent.add(rule.about)
    assert silent == set(get_args(About)) - {"message"} == set(PRESENT)


def test_without_a_fact_that_it_must_know_a_rule_says_only_why_it_is_unknown() -> None:
    missing: set[str] = set()
    for facts in _many_facts():
        for rule, check in all_rules().values():
            values = [attrgetter(name)(facts) for name in rule.known]
            unknown = next((value for value in values if isinstance(value, Unknown)), None)
            if unknown is not None and rule.about not in absent_of(facts):
                assert list(check(facts)) == [Unchecked(unknown.reason)], rule.id
                missing.add(rule.id)
    assert missing == {rule.id for rule, _ in all_rules().values() if rule.known}


def test_rules_that_are_not_asked_would_change_nothing() -> None:
    asked = [
        Registered(msgspec.structs.replace(rule, about="message", known=()), check)
        for rule, check in RULES.values()
    ]
    for facts in _many_facts():
        assert run_rules(facts, Rules(RULES.values())) == run_rules(facts, asked)


def test_a_rule_that_declares_nothing_is_always_asked() -> None:
    asked = []

    def check(facts: Facts):
        asked.append(facts)
        yield from ()

    rule = msgspec.structs.replace(RULES["no-text-part"].rule, id="new", about="message", known=())
    assert {field.name: field.default for field in msgspec.structs.fields(Rule)}["about"] == "message"
    many = list(_many_facts())[:20]
    rules = Rules([Registered(rule, check), *RULES.values()])
    for facts in many:
        run_rules(facts, rules)
    assert asked == many


@pytest.mark.parametrize("id", RULES)
def test_a_rule_alone_says_what_it_says_among_all(id: str) -> None:
    facts = facts_of(RULES[id].rule.fails)
    found, unchecked = run_rules(facts, RULES.values())
    expected = [item for item in found if item.rule == id], [item for item in unchecked if item.rule == id]
    assert tuple(map(list, run_rules(facts, [RULES[id]]))) == expected


def test_rules_are_asked_where_what_they_are_about_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(facts: Facts) -> bool:
        raise KeyError("x")

    facts = facts_of(RULES["no-text-part"].rule.fails)
    expected = run_rules(facts, RULES.values())
    monkeypatch.setitem(PRESENT, "links", broken)
    assert absent_of(facts) == frozenset()
    assert run_rules(facts, RULES.values()) == expected


def test_a_fact_that_raises_harms_only_the_rules_that_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(facts: Facts) -> bool:
        raise KeyError("x")

    expected, _ = run_rules(facts_of(RULES["no-text-part"].rule.fails), RULES.values())
    monkeypatch.setattr("scorer.facts.is_subscribed", broken)
    found, unchecked = run_rules(facts_of(RULES["no-text-part"].rule.fails), RULES.values())
    assert "no-text-part" in {item.rule for item in found} & {item.rule for item in expected}
    assert {item.rule for item in unchecked if "the rule failed" in item.reason} >= {"no-postal-address"}


def test_no_rule_holds_a_weight() -> None:
    for path in Path("scorer/rules").rglob("*.py"):
        assert not re.search(r"\b(weight|log_odds)\s*=", path.read_text()), path


def test_duplicate_ids_are_refused() -> None:
    registered = RULES["no-text-part"]
    with pytest.raises(RuleError, match="two rules have the id no-text-part"):
        register({"no-text-part": registered}, registered.rule, registered.check, "no_text_part")


def test_a_file_is_named_after_its_rule() -> None:
    registered = RULES["no-text-part"]
    with pytest.raises(RuleError, match="stands in other"):
        register({}, registered.rule, registered.check, "other")


def test_a_rule_that_raises_is_isolated_and_reported() -> None:
    registered = RULES["no-text-part"]

    def broken(facts: Facts):
        yield Hit()
        raise KeyError("x")

    facts = facts_of(registered.rule.fails)
    found, unchecked = run_rules(facts, [Registered(registered.rule, broken)])
    assert found == ()
    assert [item.rule for item in unchecked] == ["no-text-part"]
    assert "KeyError" in unchecked[0].reason
