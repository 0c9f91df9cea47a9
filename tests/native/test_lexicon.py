"""Phrases and names that are looked for by compiled tables are those that Python finds."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings

from scorer.domains import brands
from scorer.structure import borrowed, lexicons
from tests.native.texts import SAMPLES, texts_of
from tests.native.twins import pure

lexicon = pytest.importorskip("scorer.native.lexicon", reason="nothing is compiled here")

PHRASES = list(lexicons._phrases()[0])
STEMS = list(lexicons._phrases()[1])
NAMES = list(borrowed.NAMES)
BRANDS = [" ".join(name.words) for names in brands._index().by_first_word.values() for name in names]
JOINTS = [
    " ",
    " ",
    "  ",
    "\n",
    ", ",
    "'",
    "’",
    "-",
    ".",
    "&",
    "_",
    "",
    "1",
    "é",
    "\u0301",
    "\u2003",
    "\0",
    "\ud800",
]


@settings(max_examples=300)
@given(texts_of(PHRASES, STEMS, NAMES, JOINTS))
@example("")
@example("your your your account account has been limited")
@example("within 24 hours'within 48 hours")
@example("don't won't 'tis you've won")
def test_the_same_phrases(text: str) -> None:
    for folded in (text, lexicons.plain(text)):
        found = lexicons.phrases_in(folded)
        with pure(lexicons):
            assert found == lexicons.phrases_in(folded)


@settings(max_examples=300)
@given(texts_of(NAMES, NAMES, JOINTS, JOINTS))
@example("caisse d'epargne&caisse d'epargne. dick's sporting")
@example("social security\u00a0administration home  depot-home depot")
def test_the_same_borrowed_names(text: str) -> None:
    for folded in (text, lexicons.plain(text)):
        found = borrowed.named(folded)
        with pure(borrowed):
            assert list(found.items()) == list(borrowed.named(folded).items())


@settings(max_examples=300)
@given(
    texts_of(BRANDS, BRANDS, JOINTS, ["PаyPal", "gооgle", "ﬁnn", "STRASSE", "Straße", "Ørsted", "İng", "ㅤ"])
)
@example("Apple")
@example("apple pay")
@example("Visa.")
@example("P\u0430yPal and PayPal, Amazon Prime by Amazon")
def test_the_same_brands(text: str) -> None:
    found = brands.brand_mentioned(text)
    with pure(brands):
        assert found == brands.brand_mentioned(text)


@pytest.mark.parametrize("brand", brands.brands(), ids=lambda brand: brand.name)
def test_every_brand_alone(brand: brands.Brand) -> None:
    for text in (brand.name, f"News from {brand.name}!", *brand.other_names):
        found = brands.brand_mentioned(text)
        with pure(brands):
            assert found == brands.brand_mentioned(text)


def test_every_phrase_is_found() -> None:
    for start in range(0, len(PHRASES), 40):
        text = " | ".join(PHRASES[start : start + 40])
        found = lexicons.phrases_in(text)
        with pure(lexicons):
            assert found == lexicons.phrases_in(text)
        assert sum(found.values()) >= min(40, len(PHRASES) - start)


def test_the_same_of_every_sample() -> None:
    for text in SAMPLES:
        folded = lexicons.window(text)
        found = lexicons.phrases_in(folded), borrowed.named(folded), brands.brand_mentioned(text)
        with pure(lexicons), pure(borrowed), pure(brands):
            assert found == (
                lexicons.phrases_in(folded),
                borrowed.named(folded),
                brands.brand_mentioned(text),
            )


def test_each_phrase_once_in_the_order_of_their_first_places() -> None:
    table = lexicon.Lexicon([["b"], ["a", "b"], ["long", "a", "b"], ["c", "c"]], 1)
    assert table.met("c a b long a b c c c") == [(1, 1), (2, 0), (3, 2), (6, 3)]
    assert table.met("") == table.met("ab longa") == []


def test_some_phrases_count_only_alone() -> None:
    table = lexicon.Lexicon([["a"], ["b", "c"], ["d"]], 1, [0, 1])
    assert [table.met(text) for text in ("a", "-a-", "a a", "b c", "b c d", "a d")] == [
        [(0, 0)],
        [(0, 0)],
        [],
        [(0, 1)],
        [(2, 2)],
        [(1, 2)],
    ]


def test_a_phrase_that_there_is_not_cannot_stand_alone() -> None:
    for number in (-1, 2, 1 << 40):
        with pytest.raises(ValueError):
            lexicon.Lexicon([["a"], ["b"]], 1, [number])


def test_the_scripts_that_bend_are_those_of_the_table() -> None:
    for low, high in lexicons._STEMS_IN:
        for near in (ord(low) - 1, ord(low), ord(high), ord(high) + 1):
            inside = any(low <= chr(near) <= high for low, high in lexicons._STEMS_IN)
            assert (
                lexicon.holds_stems(f"a{chr(near)}")
                is lexicon.holds_stems(f"\U0001f600{chr(near)}")
                is inside
            )
