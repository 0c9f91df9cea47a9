"""Unicode Security Mechanisms (UTS #39, https://www.unicode.org/reports/tr39/, version 18): which scripts a
label or word mixes, and which other text it looks like.

A script by itself is never suspicious here: Cyrillic, Greek or Han names are ordinary names."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from typing import Literal

from scorer.domains.tables import entries

RestrictionLevel = Literal[
    "ascii-only",
    "single-script",
    "highly-restrictive",
    "moderately-restrictive",
    "minimally-restrictive",
    "unrestricted",
]

# Longer text is judged by its beginning, so that the work for hostile input is bounded.
_MAX_TEXT = 10_000
_ANY = frozenset(("Zyyy", "Zinh"))
# UTS #39 §5.1: a script that is used together with others counts as their writing system too.
_AUGMENTED = {
    "Hani": ("Hanb", "Jpan", "Kore"),
    "Hira": ("Jpan",),
    "Kana": ("Jpan",),
    "Hang": ("Kore",),
    "Bopo": ("Hanb",),
}
# UTS #39 §5.2, highly restrictive: Latin together with one of these.
_WITH_LATIN = ("Jpan", "Hanb", "Kore")
# Recommended scripts of UAX #31, table 5, less Latin, and less Cyrillic and Greek, which UTS #39 §5.2
# excludes at this level.
# fmt: off
_RECOMMENDED = frozenset((
    "Arab", "Armn", "Beng", "Bopo", "Deva", "Ethi", "Geor", "Gujr", "Guru", "Hang", "Hani", "Hebr",
    "Hira", "Jpan", "Kana", "Knda", "Khmr", "Kore", "Hanb", "Laoo", "Mlym", "Mymr", "Orya", "Sinh",
    "Taml", "Telu", "Thaa", "Thai", "Tibt",
))
# fmt: on


@cache
def _script_ranges() -> tuple[list[int], list[int], list[frozenset[str]]]:
    """First code points, last code points and the augmented script sets of the ranges between them."""
    firsts: list[int] = []
    lasts: list[int] = []
    sets: list[frozenset[str]] = []
    known: dict[str, frozenset[str]] = {}
    for line in entries("scripts.txt"):
        first, last, names = line.split(" ", 2)
        scripts = known.get(names)
        if scripts is None:
            plain = names.split()
            scripts = frozenset(plain).union(*(_AUGMENTED.get(name, ()) for name in plain))
            known[names] = scripts
        firsts.append(int(first, 16))
        lasts.append(int(last, 16))
        sets.append(scripts)
    return firsts, lasts, sets


def _scripts_of(character: str) -> frozenset[str]:
    """The augmented script extensions of one character (UTS #39 §5.1); empty where it has no script."""
    firsts, lasts, sets = _script_ranges()
    code = ord(character)
    at = bisect_right(firsts, code) - 1
    return sets[at] if code <= lasts[at] else frozenset()


def _script_sets(text: str) -> list[frozenset[str]]:
    """The distinct script sets in `text`, without the common and inherited characters."""
    found = (_scripts_of(character) for character in dict.fromkeys(text[:_MAX_TEXT]))
    return [scripts for scripts in dict.fromkeys(found) if not scripts & _ANY]


def _covered(sets: list[frozenset[str]], *scripts: str) -> bool:
    return all(not one.isdisjoint(scripts) for one in sets)


def _single_script(sets: list[frozenset[str]]) -> bool:
    return not sets or bool(frozenset.intersection(*sets))


def _highly_restrictive(sets: list[frozenset[str]]) -> bool:
    return _single_script(sets) or any(_covered(sets, "Latn", other) for other in _WITH_LATIN)


@lru_cache(maxsize=1024)
def restriction_level(label: str) -> RestrictionLevel:
    """The restriction level of a domain label in Unicode form (UTS #39 §5.2).

    The identifier profile between the last two levels is what IDNA 2008 lets into a label (RFC 5892: PVALID
    and the contextual characters), because labels of domain names are what is judged here."""
    if label.isascii():
        return "ascii-only"
    sets = _script_sets(unicodedata.normalize("NFC", label[:_MAX_TEXT]))
    if not _in_profile(label):
        return "unrestricted"
    if _single_script(sets):
        return "single-script"
    if _highly_restrictive(sets):
        return "highly-restrictive"
    others = {name for one in sets for name in one} & _RECOMMENDED
    if any(_covered(sets, "Latn", other) for other in others):
        return "moderately-restrictive"
    return "minimally-restrictive"


def _in_profile(label: str) -> bool:
    from idna import idnadata, intranges

    classes = idnadata.codepoint_classes
    allowed = [classes[name] for name in ("PVALID", "CONTEXTJ", "CONTEXTO")]
    return all(
        any(intranges.intranges_contain(ord(character), ranges) for ranges in allowed)
        for character in dict.fromkeys(label[:_MAX_TEXT].lower())
    )


@lru_cache(maxsize=1024)
def mixed_scripts(word: str) -> frozenset[str]:
    """The scripts (ISO 15924 codes) that one word or domain label mixes; empty where it does not mix any, or
    only as Japanese, Chinese and Korean texts do (UTS #39 "highly restrictive": each of them together with
    Latin)."""
    if word.isascii():
        return frozenset()
    sets = _script_sets(unicodedata.normalize("NFC", word[:_MAX_TEXT]))
    if _highly_restrictive(sets):
        return frozenset()
    # A character of several scripts (a Devanagari danda) says nothing about which one was meant.
    plain = [one - {"Jpan", "Kore", "Hanb"} for one in sets]
    single = frozenset(name for one in plain if len(one) == 1 for name in one)
    return single if len(single) > 1 else frozenset().union(*plain)


def imitates_latin(word: str) -> bool:
    """Whether a word mixes Latin letters with letters of another script that are shown like Latin ones
    ("pаypal" with a Cyrillic а). "kΩ" and "Δt" mix scripts and imitate nothing."""
    if "Latn" not in mixed_scripts(word):
        return False
    prototypes = _prototypes()
    for character in dict.fromkeys(word[:_MAX_TEXT]):
        if _scripts_of(character).isdisjoint(("Latn", *_ANY)):
            shown = prototypes.get(ord(character)) or character
            if shown.isascii() or "Latn" in _scripts_of(shown[0]):
                return True
    return False


def _ignorable() -> tuple[int, ...]:
    """Default_Ignorable_Code_Point of DerivedCoreProperties.txt: not shown, so no part of a skeleton."""
    return (
        *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        *range(0xFFF0, 0xFFF9),
        *range(0x1BCA0, 0x1BCA4),
        *range(0x1D173, 0x1D17B),
        *range(0xE0000, 0xE1000),
    )


@cache
def _prototypes(section: Literal["ascii", "all"] = "all") -> dict[int, str | None]:
    """From a code point to what it is shown like; None for what is not shown at all."""
    lines = entries("confusables.txt")
    found: dict[int, str | None] = {}
    if section == "ascii":
        lines = lines[: lines.index("[other]")]
    else:
        found = dict.fromkeys(_ignorable())
    for line in lines:
        target, separator, sources = line.partition(";")
        if not separator:
            continue
        prototype = "".join([chr(int(one, 16)) for one in target.split()])
        for source in sources.split():
            found[int(source, 16)] = prototype
    return found


@lru_cache(maxsize=4096)
def skeleton(text: str) -> str:
    """What `text` looks like (UTS #39 §4, internalSkeleton): two texts with equal skeletons are confusable.
    The result is for comparing only, it is no text to show: "m" becomes "rn", "0" becomes "O"."""
    text = text[:_MAX_TEXT]
    if text.isascii():
        return text.translate(_prototypes("ascii"))
    text = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFD", text.translate(_prototypes()))
