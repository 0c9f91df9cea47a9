from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.render.visible import cell_width, clipped, fit, visible, visible_lines, wrap

ANY = st.text(st.characters(codec=None), max_size=200)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "<U+001B>[31mred"),
        ("abc\u202etxt.exe", "abc<U+202E>txt.exe"),
        ("a\u200bb", "a<U+200B>b"),
        ("soft\u00adhyphen", "soft<U+00AD>hyphen"),
        ("x" + "\u200c" * 57 + "y", "x<U+200C>×57y"),
        ("lone \ud800", "lone <U+D800>"),
        ("a\tb\r\n c", "a b c"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("pay\u200dpal", "pay<U+200D>pal"),
        ("Ünï 日本", "Ünï 日本"),
    ],
)
def test_what_cannot_be_seen_is_spelt_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(ANY)
def test_nothing_that_acts_on_a_terminal_or_on_direction_is_left(text: str) -> None:
    for shown in (visible(text), visible_lines(text).replace("\n", "").replace("\t", "")):
        assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in shown)
        assert not set(shown) & set(
            "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
        )
        shown.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("abc", 3),
        ("日本", 4),
        ("e\u0301", 1),
        ("🚲", 2),
        ("👩\u200d💻", 2),
        ("❤\ufe0f", 2),
        ("👍🏽", 2),
        ("한글", 4),
        ("ｱ", 1),
    ],
)
def test_width_is_counted_in_cells(text: str, cells: int) -> None:
    assert cell_width(text) == cells


@given(ANY, st.integers(20, 100))
def test_lines_are_no_wider_than_asked_and_lose_nothing(text: str, width: int) -> None:
    shown = visible(text)
    lines = wrap(shown, width)
    assert all(cell_width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")


def test_words_stay_whole_where_they_can() -> None:
    assert wrap("one two three", 9) == ["one two", "three"]
    assert wrap("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert wrap("日本語の文章は空白なしで続く", 10) == ["日本語の文", "章は空白な", "しで続く"]
    assert wrap("", 10) == [""]


def test_cutting_and_filling() -> None:
    assert clipped("abcdef", 4) == "abc…"
    assert fit("日本語", 5) == "日本…"
    assert fit("ab", 5) == "ab   "
    assert visible("a" * 10_000, 50) == "a" * 49 + "…"


def test_the_padding_of_preheaders_is_counted_not_repeated() -> None:
    assert visible("News" + "\u034f \u00a0\u200c" * 40 + " end") == "News<U+034F> \u00a0<U+200C>×40 end"
