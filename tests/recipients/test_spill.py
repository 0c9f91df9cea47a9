"""What goes through files is what would have stayed in memory."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.recipients import spill
from scorer.recipients.spill import BUCKETS, Bits, Keys, Marks, Tally


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spill, "MAX_HELD", 3)
    monkeypatch.setattr(spill, "MAX_RUNS", 3)


@given(st.lists(st.sampled_from(["a", "b", "c.no", "d e", "é", "f"]), max_size=60))
def test_a_tally_counts_as_a_counter_does(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        tally = Tally(Path(directory), "t", limit=2)
        for text in texts:
            tally.add(text)
        assert list(tally) == sorted(Counter(texts).items())
        assert list(tally) == sorted(Counter(texts).items())


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=40))
def test_keys_come_back_in_order(keys: list[int]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = Keys(Path(directory), "k")
        for number, key in enumerate(keys):
            store.add(key, number)
        found = [pair for index in range(BUCKETS) for pair in store.bucket(index)]
        assert sorted(found, key=lambda pair: pair[1]) == [(key, number) for number, key in enumerate(keys)]
        for index in range(BUCKETS):
            numbers = [number for _, number in store.bucket(index)]
            assert numbers == sorted(numbers)


@given(st.dictionaries(st.integers(1, 60), st.integers(1, 1000), max_size=20))
def test_marks_stand_at_their_lines(marks: dict[int, int]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        held = Marks(Path(directory), "m", "I")
        for line in sorted(marks):
            held.put(line, marks[line])
        expected = [marks.get(line, 0) for line in range(1, max(marks, default=0) + 1)]
        assert list(held) == expected
        assert list(held) == expected
        held.close()


@given(st.sets(st.integers(0, 100_000), max_size=30))
def test_bits(numbers: set[int]) -> None:
    bits = Bits()
    for number in numbers:
        bits.add(number)
    assert all(number in bits for number in numbers)
    assert not any(number + 1 in bits for number in numbers if number + 1 not in numbers)
