"""Properties that are worked out once for each value."""

from __future__ import annotations

import copy
import pickle
import threading

import msgspec
import pytest

from scorer.kept import kept


class Pair(msgspec.Struct, frozen=True, dict=True):
    one: int
    other: int

    @kept
    def total(self) -> int:
        """Both together."""
        asked.append(self)
        if self.one < 0:
            raise ValueError("negative")
        return self.one + self.other


asked: list[Pair] = []


@pytest.fixture(autouse=True)
def _nothing_asked() -> None:
    asked.clear()


def test_is_worked_out_once() -> None:
    pair = Pair(1, 2)
    assert (pair.total, pair.total, len(asked)) == (3, 3, 1)
    assert Pair.total.__doc__ == "Both together."


def test_a_changed_copy_works_it_out_anew() -> None:
    pair = Pair(1, 2)
    assert pair.total == 3
    assert msgspec.structs.replace(pair, other=5).total == 6
    for same in (copy.copy(pair), copy.deepcopy(pair), pickle.loads(pickle.dumps(pair))):
        assert same.total == 3
        assert same == pair and hash(same) == hash(pair)


def test_what_fails_is_not_kept() -> None:
    pair = Pair(-1, 2)
    for _ in range(2):
        with pytest.raises(ValueError, match="negative"):
            pair.total
    assert len(asked) == 2


def test_threads_that_ask_at_once_come_to_the_same() -> None:
    pairs = [Pair(i, i) for i in range(200)]
    found: list[list[int]] = []
    threads = [
        threading.Thread(target=lambda: found.append([pair.total for pair in pairs])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[2 * i for i in range(200)]] * 4
