from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scorer.render import words
from scorer.render.highlight import segments
from scorer.risk import Contribution, Term
from scorer.rules.rule import Evidence
from tests.render import samples

LOG_ODDS = st.floats(-5, 5, allow_nan=False)


@given(st.lists(LOG_ODDS, max_size=25), st.integers(0, 12))
def test_rows_run_from_nothing_to_the_score(values: list[float], most: int) -> None:
    from scorer.risk import expit

    summands = [Contribution("bias", "bias", -1.73, 0.0)]
    summands += [Contribution(f"rule-{i}", "rule", value, 0.0) for i, value in enumerate(values)]
    z, shares, _ = samples.with_shares(summands, [])
    assessment = replace(samples.quiet(), score=100 * expit(z), contributions=shares)
    rows = words.Words().rows(assessment, most)
    assert rows[0].title == words.BIAS
    assert rows[0].before == 0
    assert all(b.before == a.before + a.points for a, b in pairwise(rows))
    assert rows[-1].before + rows[-1].points == round(assessment.score)
    assert not most or len(rows) <= max(most, 1) + 1


@given(st.lists(LOG_ODDS, min_size=1, max_size=12), LOG_ODDS, st.floats(0.1, 25))
def test_terms_and_remainder_sum_to_their_share(values: list[float], remainder: float, slope: float) -> None:
    terms = tuple(Term(f"w{i}", value) for i, value in enumerate(values))
    total = sum(values) + remainder
    if abs(total) < 1e-3:
        return
    contribution = Contribution("text", "text", total, slope * total, terms, remainder)
    rows = words.term_rows(contribution, "others")
    assert sum(row.tenths for row in rows) == round(10 * contribution.points)


@pytest.mark.parametrize(
    ("evidence", "where"),
    [
        (Evidence("header", "From", "x"), "header From"),
        (Evidence("part", "1.2"), "MIME part 1.2"),
        (Evidence("link", "0", "https://bit.ly/3xFjord"), "link 1 (“www.fjordbikes.example/spring”) to"),
        (Evidence("link", "99", "https://x.example"), "link 100"),
        (Evidence("link", "", "https://x.example"), "link"),
        (Evidence("attachment", "1.3", "price.exe"), "attachment"),
        (Evidence("dns", "_dmarc.example.com"), "DNS _dmarc.example.com"),
        (Evidence("sending", "ips"), "sending profile, ips"),
        (Evidence("visible", "", "Order", 58, 63), "visible text, line 2"),
        (Evidence("html", "", "x", 10**9, 10**9), "HTML source, characters 1000000000 to 1000000000"),
        (Evidence("text", "", "Order", 26, 31), "plain text, line 3"),
    ],
)
def test_places_in_words(evidence: Evidence, where: str) -> None:
    assert words.Words().place(evidence, samples.draft_message()).where == where


def test_places_are_said_without_the_message_too() -> None:
    assert (
        words.Words().place(Evidence("visible", "", "x", 4, 5), None).where
        == "visible text, characters 4 to 5"
    )


def test_of_overlapping_words_the_heavier_is_marked() -> None:
    rows = [
        words.TermRow("free", 10, Term("free", 0.1, "", (("body", 0, 4),))),
        words.TermRow("free helmet", 40, Term("free helmet", 0.4, "", (("body", 0, 11),))),
        words.TermRow(
            "shop", -10, Term("shop", -0.1, "", (("body", 12, 16), ("body", 9, 99), ("subject", 0, 1)))
        ),
    ]
    found = segments("free helmet shop now", "body", rows)
    assert [(part.text, part.kind) for part in found] == [
        ("free helmet", "up"), (" ", ""), ("shop", "down"), (" now", ""),
    ]  # fmt: skip


def test_a_wide_range_of_unknown_and_one_check() -> None:
    assessment = replace(
        samples.risky(), score_range=(10.0, 60.2), not_checked=samples.risky().not_checked[:1]
    )
    assert (
        words.Words().range_text(assessment)
        == "Between 10 and 60, depending on 1 check that could not be made."
    )
