"""Texts to compare compiled functions with their twins on."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from scorer.mime import parse_message

ROOT = Path(__file__).parents[2]


def _samples() -> list[str]:
    found: list[str] = []
    for path in sorted([*(ROOT / "data" / "samples").glob("**/*.eml"), *(ROOT / "tests").glob("**/*.eml")]):
        message = parse_message(path.read_bytes())
        found += [message.visible_text, message.subject, message.html or "", message.get("from")]
    return found


SAMPLES = _samples()
"""Texts of the sample mailings: what is seen, subject, page, sender."""


def texts_of(*lists: list[str]) -> st.SearchStrategy[str]:
    """Texts put together of given pieces, and any texts."""
    pieces = st.one_of(*map(st.sampled_from, lists), st.text(max_size=4))
    return st.one_of(
        st.lists(pieces, max_size=40).map("".join),
        st.lists(pieces, max_size=20).map(" ".join),
        st.text(st.characters(), max_size=200),
    )
