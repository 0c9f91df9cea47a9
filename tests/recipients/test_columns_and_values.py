"""Headers, dates and the words of columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.recipients.columns import guess_columns
from scorer.recipients.dates import EPOCH, DateReader, order_of
from scorer.recipients.values import consent_of, is_yes, source_kind, status_of


def day(year: int, month: int, number: int) -> int:
    from datetime import date

    return date(year, month, number).toordinal() - EPOCH


def test_columns_are_known_by_their_headers_in_several_languages() -> None:
    found = guess_columns(
        [
            ["Fornavn", "E-post", "Opprettet", "Last Open", "last_click", "Kilde"],
            ["A", "a@b.no", "", "", "", ""],
        ],
        {},
    )
    assert found.email == 1
    assert found.at["created"] == (2,)
    assert found.at["engaged"] == (3, 4)
    assert found.at["source"] == (5,)


def test_without_a_header_the_column_with_addresses_is_the_email() -> None:
    found = guess_columns([["Anna", "a@b.no"], ["Ola", "o@b.no"]], {})
    assert (found.email, found.header) == (1, ())


def test_a_header_that_promises_addresses_loses_against_a_column_that_has_them() -> None:
    found = guess_columns(
        [["Address", "Contact"], ["Main Street 1", "a@b.no"], ["Side Street 2", "c@b.no"]], {}
    )
    assert found.email == 1


def test_a_named_column_wins_by_header_or_number() -> None:
    rows = [["email", "other"], ["a@b.no", "c@d.no"]]
    assert guess_columns(rows, {"email": "other"}).email == 1
    assert guess_columns(rows, {"email": "2"}).email == 1


@pytest.mark.parametrize("named", [{"email": "missing"}, {"email": "9"}, {"nonsense": "1"}, {"email": ""}])
def test_a_named_column_that_is_not_there_is_an_error(named: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="--column"):
        guess_columns([["email"], ["a@b.no"]], named)


@given(st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=6))
def test_no_sample_breaks_the_guess(sample: list[list[str]]) -> None:
    assert guess_columns(sample, {}).email >= 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-04", (day(2025, 3, 4), -1)),
        ("2025-03-04 13:05:59", (day(2025, 3, 4), 13 * 60 + 5)),
        ("2025-03-04T13:05:59.123+02:00", (day(2025, 3, 4), 13 * 60 + 5)),
        ("2025/3/4", (day(2025, 3, 4), -1)),
        ("4.3.2025", (day(2025, 3, 4), -1)),
        ("04.03.25 09:30", (day(2025, 3, 4), 9 * 60 + 30)),
        ("31/12/2024", (day(2024, 12, 31), -1)),
        ("1741093559", (day(2025, 3, 4), 13 * 60 + 5)),
        ("1741093559000", (day(2025, 3, 4), 13 * 60 + 5)),
        ("", None),
        ("yesterday", None),
        ("1970-01-01", None),
        ("0000-00-00 00:00:00", None),
        ("2025-02-30", None),
        ("04/03/2025", None),
    ],
)
def test_dates(text: str, expected: tuple[int, int] | None) -> None:
    reader = DateReader(None)
    assert reader.read(text) == expected
    assert reader.read(text) == expected


def test_the_order_of_day_and_month_is_told_from_the_list_or_not_at_all() -> None:
    assert order_of(["05/06/2025", "25/06/2025"]) == "dmy"
    assert order_of(["05/06/2025", "06/25/2025"]) == "mdy"
    assert order_of(["05/06/2025"]) is None
    assert order_of(["25/06/2025", "06/25/2025"]) is None
    assert DateReader("mdy").read("05/06/2025 1:05 PM") == (day(2025, 5, 6), 13 * 60 + 5)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader_of_dates(text: str) -> None:
    found = DateReader("dmy").read(text)
    assert found is None or -1 <= found[1] < 1440


def test_words() -> None:
    assert [status_of(w) for w in ("Subscribed", "Un-subscribed", "cleaned", "pending", "zzz")] == [
        "",
        "opted-out",
        "bounced",
        "unconfirmed",
        "",
    ]
    assert [is_yes(w) for w in ("yes", "2025-01-01", "0", "", "Nei", "0000-00-00")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert [
        consent_of(w) for w in ("Double opt-in", "ja", "import", "purchased", "no", "", "2024-01-01")
    ] == [
        "confirmed",
        "single",
        "imported",
        "purchased",
        "none",
        "unstated",
        "single",
    ]
    assert source_kind("CSV upload 2021") == "imported"
    assert source_kind("web form") == "unstated"
