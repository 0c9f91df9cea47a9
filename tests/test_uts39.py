"""Scripts, restriction levels and skeletons (UTS #39)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.domains import imitates_latin, mixed_scripts, restriction_level, skeleton
from scorer.domains.scripts import named


# Levels by the definitions of UTS #39 §5.2.
@pytest.mark.parametrize(
    ("label", "level"),
    [
        ("example-1", "ascii-only"),
        ("bücher", "single-script"),
        ("blåbærsyltetøy", "single-script"),
        ("пример", "single-script"),
        ("παράδειγμα", "single-script"),
        ("例子", "single-script"),
        ("例え-カタカナ-ひらがな", "single-script"),
        ("한국漢字", "single-script"),
        ("مثال", "single-script"),
        ("שלום1", "single-script"),
        ("東京abcカタ", "highly-restrictive"),
        ("한국abc漢", "highly-restrictive"),
        ("ㄅabc漢", "highly-restrictive"),
        ("abcกขค", "moderately-restrictive"),
        ("abcहिन्दी", "moderately-restrictive"),
        ("pаypal", "minimally-restrictive"),
        ("λabc", "minimally-restrictive"),
        ("appleไทยहि", "minimally-restrictive"),
        ("i❤ü", "unrestricted"),
    ],
)
def test_restriction_level(label: str, level: str) -> None:
    assert restriction_level(label) == level


@pytest.mark.parametrize(
    "word", ["", "paypal", "blåbær", "Привет", "Ελλάδα", "東京タワーTシャツ", "카카오talk", "١٢٣", "½"]
)
def test_ordinary_words_mix_nothing(word: str) -> None:
    assert mixed_scripts(word) == frozenset()
    assert not imitates_latin(word)


def test_mixed_words_name_their_scripts() -> None:
    assert mixed_scripts("pаypal") == {"Latn", "Cyrl"}
    assert mixed_scripts("Gοοgle") == {"Latn", "Grek"}
    assert mixed_scripts("приветΩ") == {"Cyrl", "Grek"}


def test_units_and_formulas_imitate_nothing() -> None:
    assert not imitates_latin("kΩ")
    assert not imitates_latin("Δt")
    assert imitates_latin("pаypal")
    assert imitates_latin("Gοοgle")


def test_skeletons_of_confusable_texts_are_equal() -> None:
    assert skeleton("аррӏе") == skeleton("apple")
    assert skeleton("раураl") == skeleton("paypal")
    assert skeleton("rnicrosoft") == skeleton("microsoft")
    assert skeleton("paypa1") == skeleton("paypal") == skeleton("paypaI")
    assert skeleton("pay\u200bpal\u00ad") == skeleton("paypal")
    assert skeleton("ｐａｙｐａｌ") == skeleton("paypal")
    assert skeleton("paypal") != skeleton("paybal")


@settings(deadline=None)
@given(st.text(max_size=60))
def test_skeleton_is_canonical(text: str) -> None:
    # UTS #39 §4: canonically equivalent texts are confusable; the result is in NFD.
    shown = skeleton(text)
    assert shown == unicodedata.normalize("NFD", shown)
    assert shown == skeleton(unicodedata.normalize("NFC", text))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_nothing_raises(text: str) -> None:
    assert restriction_level(text)
    assert isinstance(mixed_scripts(text), frozenset)
    imitates_latin(text)


def test_long_input_is_bounded() -> None:
    assert len(skeleton("а" * 1_000_000)) <= 10_000
    assert mixed_scripts("аb" * 500_000) == {"Latn", "Cyrl"}


def test_scripts_have_names() -> None:
    assert named(mixed_scripts("pаypal")) == "Cyrillic + Latin"
    assert named(["Zyyy", "Grek"]) == "Greek + Zyyy"
