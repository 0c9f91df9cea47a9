"""Rows counted by a word."""

from __future__ import annotations

from scorer.recipients.report import Count

EXAMPLES = 3
"""Lines that are named for each word."""


class Counts:
    """Rows by a word, with the first lines of each."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.lines: dict[str, list[int]] = {}

    def add(self, word: str, line: int) -> None:
        """Count a row, whose first line is `line`, under `word`."""
        count = self.rows.get(word, 0)
        self.rows[word] = count + 1
        if count < EXAMPLES:
            self.lines.setdefault(word, []).append(line)

    def counts(self, total: int) -> tuple[Count, ...]:
        """The counts, the greatest first, with their shares of `total`."""
        found = sorted(self.rows.items(), key=lambda item: (-item[1], item[0]))
        return tuple(
            Count(word, rows, rows / total, tuple(self.lines.get(word, ()))) for word, rows in found if rows
        )


def most_first(pair: tuple[str, int]) -> tuple[int, str]:
    """The key that sorts the greatest count first, then by name."""
    return -pair[1], pair[0]
