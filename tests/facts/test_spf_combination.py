"""Combining SPF records into the one that a domain may publish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.facts.spf import combine_spf, parse_record


@pytest.mark.parametrize(
    ("records", "includes", "combined"),
    [
        (
            ["v=spf1 include:_spf.google.com ~all", "v=spf1 include:servers.mcsv.net ip4:192.0.2.1 -all"],
            [],
            "v=spf1 include:_spf.google.com include:servers.mcsv.net ip4:192.0.2.1 ~all",
        ),
        (["v=spf1 a -all", "v=spf1 A mx -all"], ["esp.example"], "v=spf1 a mx include:esp.example -all"),
        (["v=spf1 include:esp.example -all"], ["ESP.example"], "v=spf1 include:esp.example -all"),
        ([], ["esp.example"], "v=spf1 include:esp.example ~all"),
        (["v=spf1 -all"], ["esp.example"], "v=spf1 include:esp.example -all"),
        (["v=spf1 +all", "v=spf1 -all"], [], "v=spf1 ~all"),
        (["v=spf1 ?all"], [], "v=spf1 ~all"),
        (
            ["v=spf1 ?include:a.example -all", "v=spf1 include:a.example -all"],
            [],
            "v=spf1 include:a.example -all",
        ),
        (["v=spf1 redirect=a.example"], ["b.example"], "v=spf1 include:b.example redirect=a.example"),
        (["v=spf1 redirect=a.example"], ["a.example"], "v=spf1 redirect=a.example"),
        (["v=spf1 redirect=a.example", "v=spf1 mx -all"], [], "v=spf1 include:a.example mx -all"),
        (
            ["v=spf1 redirect=a.example", "v=spf1 redirect=b.example"],
            [],
            "v=spf1 include:a.example include:b.example ~all",
        ),
        (["v=spf1 ipv4:1.2.3.4 ip4:192.0.2.1 -all"], [], "v=spf1 ip4:192.0.2.1 -all"),
        (["v=spf1; include:a.example; ~all"], [], "v=spf1 include:a.example ~all"),
        ([' "v=spf1 a ~all"'], [], "v=spf1 a ~all"),
        (["v=spf1 -all ip4:192.0.2.1"], [], "v=spf1 -all"),
        (
            ["v=spf1 a exp=x.example -all", "v=spf1 mx exp=y.example -all"],
            [],
            "v=spf1 a mx exp=x.example -all",
        ),
        (["v=spf1 -ip4:192.0.2.9 ip4:192.0.2.0/24 -all"], [], "v=spf1 -ip4:192.0.2.9 ip4:192.0.2.0/24 -all"),
        (["v=spf1 a -all"], ["not a domain", ""], "v=spf1 a -all"),
    ],
)
def test_combinations(records: list[str], includes: list[str], combined: str) -> None:
    assert combine_spf(records, includes) == combined


TERMS = st.lists(
    st.sampled_from(
        ["a", "mx", "-mx", "?a", "include:a.example", "ip4:192.0.2.1", "redirect=r.example", "x=y"]
    )
    | st.sampled_from(["-all", "~all", "+all", "broken:", "exp=e.example"]),
    max_size=6,
)


@given(st.lists(TERMS.map(lambda terms: " ".join(["v=spf1", *terms])), max_size=4))
def test_the_combined_record_is_always_sound_and_combining_it_again_changes_nothing(
    records: list[str],
) -> None:
    combined = combine_spf(records)
    parsed = parse_record(combined)
    assert parsed.faults == ()
    assert (parsed.all is None) == (parsed.redirect is not None)
    assert parsed.all is None or parsed.all.qualifier in "-~"
    assert combine_spf([combined]) == combined
    assert combine_spf([combined, combined]) == combined
