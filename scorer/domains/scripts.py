"""What scripts are called: names for the codes of ISO 15924 that mail is likely to mix."""

from __future__ import annotations

from collections.abc import Iterable

from scorer.said import joined, say

SCRIPTS = {
    "Arab": "Arabic",
    "Armn": "Armenian",
    "Bopo": "Bopomofo",
    "Cher": "Cherokee",
    "Copt": "Coptic",
    "Cyrl": "Cyrillic",
    "Deva": "Devanagari",
    "Geor": "Georgian",
    "Grek": "Greek",
    "Hang": "Hangul",
    "Hani": "Han",
    "Hebr": "Hebrew",
    "Hira": "Hiragana",
    "Kana": "Katakana",
    "Latn": "Latin",
    "Lisu": "Lisu",
    "Thai": "Thai",
}


def named(codes: Iterable[str]) -> str:
    """The scripts by name, in the order of their codes; a rarer one keeps its code."""
    return joined([say(SCRIPTS[code]) if code in SCRIPTS else code for code in sorted(codes)], " + ")
