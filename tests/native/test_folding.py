"""Texts without case and accents are those that Python makes."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given, settings

from scorer.structure import lexicons
from tests.native.texts import SAMPLES, texts_of

folding = pytest.importorskip("scorer.native.folding", reason="nothing is compiled here")

EDGES = [
    *"aAzZéÉßẞµªº²½ĿıİſKǅŉΣςДйҀ中あガア가ﬁﬃﷺ㏂™…’'ÅŐﬆ０٣＠",
    *"\u00ad\u0301\u0345\u034f\u036f\u0370\u05b4\u0591\u064b\u093c\u3099\uff9e\u1161\u11a8\ufeff\u00a0\0\n",
    *(
        "\ud800",
        "\U0001f600",
        "\U0001d400",
        "\U0001d15e",
        "\ufa6c",
        "\U00010400",
        " ",
        "Straße ",
        "CAFÉ",
        "cafe\u0301",
    ),
]


def pure(text: str) -> str:
    native, lexicons._native_folding = lexicons._native_folding, None
    try:
        return lexicons.plain(text)
    finally:
        lexicons._native_folding = native


@settings(max_examples=400)
@given(texts_of(EDGES, EDGES))
@example("")
@example("\u0301")
@example("\u05b4\u0591\u0301\u05b4")
def test_the_same_texts(text: str) -> None:
    found = folding.plain(text)
    assert found in (None, pure(text))
    assert found is None or (hash(found), found.isascii()) == (hash(pure(text)), pure(text).isascii())


def test_every_character() -> None:
    for start in range(0, sys.maxunicode + 1, 16):
        text = "".join(f"a{chr(code)}{chr(code)}B " for code in range(start, start + 16))
        if (found := folding.plain(text)) is not None:
            assert found == pure(text), hex(start)
        elif start < 0x30000:
            for code in range(start, start + 16):
                assert folding.plain(f"a{chr(code)}B") in (None, pure(f"a{chr(code)}B")), hex(code)


def test_ordinary_text_needs_no_python() -> None:
    text = "“Übergrößen” … żółć, Ørsted’s ПРИВЕТ 中文 가격 © Acme™ 50 € ½ cafe\u0301 \u200b\u034f\ufe0f\U0001f389"
    assert folding.plain(text) == pure(text)


def test_the_same_of_every_sample() -> None:
    for text in SAMPLES:
        assert folding.plain(text) in (None, pure(text))
