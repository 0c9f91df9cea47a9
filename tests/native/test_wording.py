"""Words that are counted and compared by compiled functions are those that Python counts and compares."""

from __future__ import annotations

import sys
import unicodedata
from itertools import islice, product
from string import ascii_lowercase

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scorer.facts import content
from tests.native.texts import SAMPLES, texts_of

wording = pytest.importorskip("scorer.native.wording", reason="nothing is compiled here")

EDGES = [
    *"aAzZéÉßµªº²½¼İıſKǅŉΣςϹДҀ中あァ가กｗﬁ™№㏂℡Ωﷺ０٣'’-_.+=@:/#<>()",
    *"\u00ad\u034f\u200b\u200d\u2060\ufeff\u0301\u0345\u1161\u11a8\uff9e\u09be\u3099\ufe0f\u00a0\u2003\u0085\u001c\0\n\t",
    *("\ud800", "\U0001f600", "\U0001d400", "\U00010400", "\U0001f1e6", " ", " ", "\n"),
]
WORDS = [
    *("word ", "Word ", "WORD ", "words", " two", "a ", "Ünïcödé ", "straße ", "ﬁnn ", "finn ", "Acme™ ", "acmetm "),
    *("x" * 39 + " ", "x" * 40, "x" * 41 + " ", "x" * 80, "x" * 81, "y" * 39 + "ﬁ", "y" * 39 + "fi "),
    *("http://", "https://a.example/word ", "HTTPS://", "httpſ://a ", "www.", "WWW.word", "wwww.word ", "xwww.word ", "_www.a "),
    *("<http://word>", "http:// ", "www.<", "hword ", "w.word ", "1http://word two", "éhttp://word ", "://", "www\u3000. "),
]  # fmt: skip


def pure_count(text: str) -> tuple[int, int]:
    return content._Words(content._folded(text)).counts()


def pure_shared(text: str, other: str) -> tuple[int, int]:
    found = content._compared(text)
    return len(found), len(found & content._compared(other))


@settings(max_examples=400)
@given(texts_of(EDGES, WORDS, WORDS))
@example("")
@example("a" * 41)
@example("e\u0301te\u0301 İstanbul ΑΣ")
def test_the_same_counts(text: str) -> None:
    assert wording.count_words(text) in (None, pure_count(text))


@settings(max_examples=400)
@given(texts_of(EDGES, WORDS, WORDS), texts_of(EDGES, WORDS, WORDS))
@example("see https://a.example/word, and more words", "See www.b.example AND more wordſ")
@example("http://" + "x" * 4001 + " y", "xx yy http://" + "z" * 4003)
@example("w" * 40 + "ord", "www.x" + "ab " * 3)
@example("αϹ", "ας")  # The last sigma of a word has a form of its own, whatever was the capital.
def test_the_same_shared_words(text: str, other: str) -> None:
    assert wording.shared_words(text, other) in (None, pure_shared(text, other))
    assert wording.shared_words(text, text) in (None, pure_shared(text, text))


@settings(max_examples=300)
@given(texts_of(EDGES, WORDS, WORDS), st.lists(texts_of(EDGES, WORDS, WORDS), max_size=3))
@example("one two", ["Two three three", "", "http://one"])
@example("中文", ["中文 中"])
def test_the_same_words_that_stand_nowhere(seen: str, others: list[str]) -> None:
    found = wording.words_not_in(seen, others)
    native, content._native = content._native, None
    try:
        assert found in (None, content._words_not_in(seen, others))
    finally:
        content._native = native


def test_every_character() -> None:
    """Alone, at the end of a word, within one and doubled; whatever Python's tables of Unicode say of it."""
    for code in range(sys.maxunicode + 1):
        text = f"ab{chr(code)}cd ab{chr(code)} {chr(code)}{chr(code)}"
        if code < 0x20000 or unicodedata.category(chr(code)) not in ("Cn", "Co"):
            found = wording.count_words(text)
            if found is not None:
                assert found == pure_count(text), hex(code)
                for other in ("abcd", content._folded(text)):
                    found = wording.shared_words(text, other)
                    assert found is None or found == pure_shared(text, other), hex(code)


def test_ordinary_letters_need_no_python() -> None:
    text = "“Hyvää päivää” – året’s “Übergrößen” … żółć, Привет 🎉️ © Acme™ 50 € \u00a0\u200b\u034f\ufeffê ½ ²"
    assert wording.count_words(text) == pure_count(text)
    assert wording.shared_words(text, text.upper()) == pure_shared(text, text.upper())


def test_scripts_without_spaces_are_left_to_python_where_words_are_compared() -> None:
    assert wording.count_words("中文 字字字") == pure_count("中文 字字字")
    assert wording.shared_words("中文 字字字", "中文") is None
    assert content._shared_words("中文 字字字", "中文") == (3, 2)


def test_the_same_of_every_sample() -> None:
    for text, other in zip(SAMPLES, [*SAMPLES[1:], ""], strict=True):
        assert wording.count_words(text) in (None, pure_count(text))
        assert wording.shared_words(text, other) in (None, pure_shared(text, other))


def test_many_words_take_time_in_proportion() -> None:
    text = " ".join(f"{number:b}".replace("0", "o").replace("1", "l") for number in range(20_000))
    assert wording.shared_words(text, text) == pure_shared(text, text)


def test_a_text_whose_words_meet_in_one_place_of_the_table_is_left_to_python() -> None:
    meeting = (word for word in map("".join, product(ascii_lowercase, repeat=4)) if place(word) == 7)
    hostile = " ".join(islice(meeting, 160))
    assert len(hostile) < 1000
    assert wording.shared_words(hostile, "") is None
    assert wording.words_not_in(hostile, ["abc"]) is None
    assert content._shared_words(hostile, hostile) == pure_shared(hostile, hostile) == (160, 160)
    assert content._words_not_in("ab", [hostile]) == [(160, 160)]
    assert wording.shared_words(hostile[:600], hostile) == pure_shared(hostile[:600], hostile)


def place(word: str) -> int:
    """Where a word is looked for first in the table of a text of 500 to 1,000 characters."""
    hash = 0
    for letter in word:
        hash = ((hash ^ ord(letter)) * 16777619 + 97) % (1 << 32)
    return (hash ^ hash >> 15) % 1024


def test_what_is_no_text_is_refused() -> None:
    for wrong in (None, b"ab", 1):
        with pytest.raises(TypeError):
            wording.words_not_in("ab", [wrong])
