"""Rates judged by what is certain; changes and jumps; not enough evidence is an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.history.measures import tally
from scorer.history.rates import Rate, chance_higher, change_points, judge, rate_of, volume_jumps
from scorer.history.receivers import provider_of
from scorer.history.values import Total
from scorer.unknown import Unknown


def rate(k: int, n: int) -> Rate:
    found = rate_of(k, n)
    assert isinstance(found, Rate)
    return found


@pytest.mark.parametrize(
    ("k", "n", "judgement"),
    [
        (1, 50, "not enough evidence"),
        (0, 50, "not enough evidence"),
        (10, 50_000, "below"),
        (250, 50_000, "above"),
        (3, 1_000, "not enough evidence"),
    ],
)
def test_the_threshold_of_three_in_a_thousand(k: int, n: int, judgement: str) -> None:
    assert judge(rate(k, n), 0.003) == judgement


def test_unknown_rates() -> None:
    assert isinstance(rate_of(0, 0), Unknown)
    assert isinstance(rate_of(3, 2), Unknown)
    assert judge(Unknown("x"), 0.1) == "not enough evidence"


@given(st.integers(0, 1_000), st.integers(1, 100_000))
def test_the_interval_holds_what_was_counted(k: int, n: int) -> None:
    if k <= n:
        found = rate(k, n)
        assert 0 <= found.lower <= k / n <= found.upper <= 1


def test_the_chance_of_a_rise() -> None:
    assert chance_higher(rate(50, 10_000), rate(10, 10_000)) > 0.99
    assert chance_higher(rate(10, 10_000), rate(50, 10_000)) < 0.01
    assert chance_higher(rate(20, 10_000), rate(20, 10_000)) == pytest.approx(0.5, abs=0.01)


def test_a_change_is_found_where_it_is() -> None:
    series = [(2, 10_000)] * 20 + [(40, 10_000)] * 10
    (change,) = change_points(series)
    assert change.index == 20
    assert change.before.rate == pytest.approx(0.0002) and change.after.rate == pytest.approx(0.004)


def test_two_changes() -> None:
    series = [(2, 10_000)] * 15 + [(60, 10_000)] * 15 + [(3, 10_000)] * 15
    assert [change.index for change in change_points(series)] == [15, 30]


@pytest.mark.parametrize(
    "series",
    [
        [],
        [(1, 10)],
        [(0, 0)] * 10,
        [(2, 10_000), (3, 10_000), (1, 10_000)] * 10,
        [(0, 50)] * 5 + [(1, 50)] * 5,
    ],
)
def test_no_change_without_evidence(series: list[tuple[int, int]]) -> None:
    assert change_points(series) == ()


def test_volume_jumps() -> None:
    (jump,) = volume_jumps([1_000, 1_500, 0, 2_500, 9_000, 9_500])
    assert (jump.index, jump.n, jump.usual) == (4, 9_000, 2_500)
    assert volume_jumps([0, 0, 50_000]) == ()  # a beginning is no jump
    assert volume_jumps([10, 100]) == ()  # too little to matter


def total(kind: str, n: int, provider: str = "yahoo", cause: str = "", campaign: str = "wax") -> Total:
    return Total(kind, cause, campaign, "shop.example", provider, n)


def test_gmail_is_not_among_those_who_can_complain() -> None:
    counted = tally([total("sent", 9_000, "gmail"), total("sent", 1_000), total("complaint", 3)])
    assert counted.rate("complaint") == rate_of(3, 1_000)
    assert counted.attempted == 10_000


def test_sent_or_delivered_and_bounced() -> None:
    by_sent = tally([total("sent", 100), total("bounce", 5, cause="bad-address")])
    by_delivered = tally([total("delivered", 95), total("bounce", 5, cause="bad-address")])
    both = tally([total("sent", 100), total("delivered", 95), total("bounce", 5, cause="bad-address")])
    assert by_sent.attempted == by_delivered.attempted == both.attempted == 100
    assert by_sent.arrived == by_delivered.arrived == both.arrived == 95
    assert (
        by_sent.rate("bad-address")
        == by_delivered.rate("bad-address")
        == both.rate("bad-address")
        == rate_of(5, 100)
    )


def test_policy_is_no_bad_address() -> None:
    counted = tally(
        [total("sent", 1_000), total("bounce", 50, cause="policy"), total("bounce", 30, cause="mailbox-full")]
    )
    assert counted.rate("bad-address") == rate_of(0, 1_000)
    assert counted.rate("policy") == rate_of(50, 1_000)


def test_no_complaints_without_a_feed_of_complaints_is_unknown() -> None:
    assert isinstance(tally([total("sent", 1_000)]).rate("complaint"), Unknown)
    assert tally([total("sent", 1_000), total("complaint", 0)]).rate("complaint") == rate_of(0, 1_000)


def test_bounces_of_an_unknown_mailing_are_not_messages() -> None:
    counted = tally([total("bounce", 7, cause="bad-address", campaign="")])
    assert isinstance(counted.rate("bad-address"), Unknown)


@pytest.mark.parametrize(
    ("address", "provider"),
    [("a@GMAIL.com", "gmail"), ("a@hotmail.co.uk", "microsoft"), ("yahoo.fr", "yahoo"), ("a@anna-meier.de", "other"), ("", ""), ("a@yahoo.example.com", "other"), ("yahoo.com.evil.example", "other"), ("yahoo.com.br", "yahoo")],
)  # fmt: skip
def test_providers(address: str, provider: str) -> None:
    assert provider_of(address) == provider
