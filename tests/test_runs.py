"""The quick way and the expression find the same."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from scorer.runs import alnum_of, letters_of, words_and_numbers

ANY = st.text(st.sampled_from("abZ09'_ -\n\t\x1c.,"), max_size=40) | st.text(max_size=40)


@given(ANY)
def test_runs_are_those_of_the_expressions(text: str) -> None:
    assert letters_of(text) == re.findall(r"[^\W\d_]+", text)
    assert alnum_of(text) == re.findall(r"[^\W_]+", text)
    assert words_and_numbers(text) == re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+", text)
