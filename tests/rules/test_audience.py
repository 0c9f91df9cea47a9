"""Rules of the audience: rates count by what is certain, unknown facts accuse nobody."""

from __future__ import annotations

import pytest

from scorer.rules import all_rules
from scorer.rules.rates import certain_rate, percent
from scorer.unknown import Unknown
from tests.rules.helpers import fires, judge

DRAFT: dict[str, object] = {"from": "News <news@example.com>", "subject": "November", "text": "Come by."}


def audience(rule: str, **facts: object) -> str:
    return fires(rule, DRAFT, {"audience": facts})


@pytest.mark.parametrize(
    ("rate", "n", "over", "high"),
    [
        (0.02, 50, "", ""),  # one of fifty
        (0.05, 20, "", ""),
        (0.004, 1000, "", "main"),  # surely above 0.1 %, not surely above 0.3 %
        (0.004, 20000, "main", ""),
        (0.0008, 100000, "", ""),
        (0.0, 100000, "", ""),
        (0.003, 1000000, "", "main"),
    ],
)
def test_complaints(rate: float, n: int, over: str, high: str) -> None:
    assert audience("complaint-rate-over-limit", complaint_rate=rate, complaint_n=n) == over
    assert audience("complaint-rate-high", complaint_rate=rate, complaint_n=n) == high


def test_a_rate_without_its_size_is_not_judged() -> None:
    assert audience("complaint-rate-over-limit", complaint_rate=0.2) == "?"
    assert isinstance(certain_rate(0.1, 0), Unknown)


@pytest.mark.parametrize(("rate", "message"), [(0.04, ""), (0.06, "main"), (0.12, "pause")])
def test_bounces(rate: float, message: str) -> None:
    assert audience("bounce-rate-high", bounce_rate=rate, bounce_n=20000) == message


@pytest.mark.parametrize(
    ("opt_in", "rules"),
    [
        ("purchased", {"purchased-list"}),
        ("imported", {"imported-list"}),
        ("single", set()),
        ("confirmed", set()),
    ],
)
def test_consent(opt_in: str, rules: set[str]) -> None:
    fired = {rule for rule in ("purchased-list", "imported-list") if audience(rule, opt_in=opt_in)}
    assert fired == rules


def test_a_first_send_needs_both_facts() -> None:
    assert audience("large-first-send", first_send=True) == "?"
    assert audience("large-first-send", recipients=90000) == "?"
    assert audience("large-first-send", first_send=False) == ""
    assert audience("large-first-send", first_send=True, recipients=5000) == "main"


def test_bulk_without_a_category() -> None:
    assert fires("bulk-volume-without-category", DRAFT, {"volume_per_day": 5000}) == "main"
    assert fires("bulk-volume-without-category", DRAFT, {"volume_per_day": 4999}) == ""
    assert fires("bulk-volume-without-category", DRAFT) == ""


def test_nothing_is_found_where_nothing_is_known() -> None:
    for id, registered in all_rules().items():
        if registered.rule.group == "audience":
            assert judge(id, DRAFT)[0] == (), id


def test_percentages_are_short() -> None:
    assert percent(0.00123456) == 0.123
    assert percent(0.7) == 70.0
