"""The sum holds: contributions sum to the log-odds, points to the score, and findings only ever add."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from scorer.risk import Evidence, Term, Weights, expit, limited, rounded_points, unlimited, weigh
from scorer.rules.rule import Finding, NotChecked

IDS = [f"rule-{number}" for number in range(8)]
weights_of_rules = st.dictionaries(st.sampled_from(IDS), st.floats(0, 8), min_size=8, max_size=8)
log_odds = st.floats(-12, 12)


def finding(id: str, group: str = "content", message: str = "main") -> Finding:
    return Finding(id, group, "warning", message, {}, (), "main", {})


@st.composite
def evidence(draw: st.DrawFn) -> Evidence:
    values = draw(st.lists(st.floats(-3, 3), max_size=6))
    rest = draw(st.floats(-1, 1))
    terms = tuple(Term(str(number), value) for number, value in enumerate(values))
    return Evidence(math.fsum([*values, rest]), terms, rest)


@st.composite
def cases(draw: st.DrawFn):
    weights = Weights(
        draw(st.floats(-6, 3)), draw(weights_of_rules), draw(st.floats(0, 2)), draw(st.floats(0, 2))
    )
    found = [finding(id) for id in draw(st.sets(st.sampled_from(IDS)))]
    return found, weights, draw(st.none() | evidence()), draw(st.none() | evidence())


@given(cases())
def test_contributions_sum(case) -> None:
    found, weights, text, structure = case
    risk = weigh(found, weights, text=text, structure=structure)
    assert risk.log_odds == math.fsum(item.log_odds for item in risk.contributions)
    assert risk.risk == expit(risk.log_odds)
    assert risk.score == 100 * risk.risk
    assert math.isclose(math.fsum(item.points for item in risk.contributions), risk.score, abs_tol=1e-9)
    for item in risk.contributions:
        if item.terms:
            whole = math.fsum([term.log_odds for term in item.terms]) + item.remainder
            assert math.isclose(whole, item.log_odds, abs_tol=1e-9)


@given(cases())
def test_rounded_points_sum_to_the_rounded_score(case) -> None:
    found, weights, text, structure = case
    risk = weigh(found, weights, text=text, structure=structure)
    shown = rounded_points(risk.contributions, risk.score)
    assert sum(shown) == round(risk.score)
    assert all(abs(a - b.points) < 2 for a, b in zip(shown, risk.contributions, strict=True))


@given(cases(), st.data())
def test_removing_a_finding_never_raises_the_log_odds(case, data) -> None:
    found, weights, text, structure = case
    if not found:
        return
    gone = data.draw(st.sampled_from(found))
    fewer = [item for item in found if item is not gone]
    before = weigh(found, weights, text=text, structure=structure)
    after = weigh(fewer, weights, text=text, structure=structure)
    assert after.log_odds <= before.log_odds


@given(cases(), st.sets(st.sampled_from(IDS)))
def test_the_unknown_only_widens_upwards(case, unknown) -> None:
    found, weights, text, structure = case
    unchecked = [NotChecked(id, "DNS is off") for id in unknown]
    risk = weigh(found, weights, text=text, structure=structure, not_checked=unchecked)
    assert risk.low == risk.score <= risk.high + 1e-9


def test_of_exclusive_rules_only_the_heaviest_widens() -> None:
    weights = Weights(0.0, {"a": 1.0, "b": 2.0, "c": 0.5}, exclusive=(("a", "b"),))
    unchecked = [NotChecked(id, "") for id in ("a", "b", "c")]
    assert weigh([], weights, not_checked=unchecked).high == 100 * expit(2.5)


def test_a_message_of_a_rule_may_weigh_otherwise() -> None:
    weights = Weights(0.0, {"a": 1.0, "a/worse": 3.0})
    assert weigh([finding("a")], weights).log_odds == 1.0
    assert weigh([finding("a", message="worse")], weights).log_odds == 3.0
    assert weights.heaviest("a") == 3.0


def test_no_evidence_at_all_is_the_bias() -> None:
    risk = weigh([], Weights(-1.5, {}))
    assert [item.kind for item in risk.contributions] == ["bias"]
    assert math.isclose(risk.contributions[0].points, risk.score)


def test_audience_findings_are_their_own_kind() -> None:
    risk = weigh([finding("a", group="audience")], Weights(0.0, {"a": 1.0}))
    assert [item.kind for item in risk.contributions] == ["bias", "audience"]


@given(st.floats(-1e6, 1e6))
def test_expit_never_overflows(z: float) -> None:
    assert 0.0 <= expit(z) <= 1.0


@given(st.floats(-60, 60), st.floats(-60, 60))
def test_what_trained_evidence_may_say_keeps_the_order_and_its_bounds(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert limited(low, 1.0, 7.0) <= limited(high, 1.0, 7.0)
    assert abs(limited(one, 1.0, 7.0)) <= abs(one) * (1 + 1e-12)
    assert -4.2 < limited(one, 1.0, 7.0) <= 7.0


@given(st.floats(-40, 25))
def test_the_evidence_can_be_had_back(evidence: float) -> None:
    assert math.isclose(
        unlimited(limited(evidence, 1.0, 7.0), 1.0, 7.0), evidence, rel_tol=1e-3, abs_tol=1e-9
    )
