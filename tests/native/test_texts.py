"""What is counted of a text by compiled functions is what Python counts."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scorer.structure import measure
from tests.native.texts import SAMPLES, texts_of

texts = pytest.importorskip("scorer.native.texts", reason="nothing is compiled here")

EDGES = [
    *"aAzZéÉßÿµªº²½İıſKǅŉΣςДҀ中あァ가ᏣḀﬁ０٣'’-_.+=@:/#$€£¥%|<>\"!！()*\\",
    *"\u00ad\u200b\u2060\ufeff\u0301\u0345\u00a0\u2003\u0085\u001c\0\n\t\r",
    *("\ud800", "\U0001f600", "\U0001d400", "\U00010400", " ", " ", "\n", "\n"),
]
WORDS = [
    *(
        "FREE ",
        "Money ",
        "ÜBER ",
        "straße ",
        "STRASSE ",
        "ŉABCD ",
        "ДОБРЫЙ ",
        "ǅABCD ",
        "中文字字字字",
        "ªªªªª ",
    ),
    *(
        "> ",
        ">> ",
        "|",
        "\n   >",
        "\n    >",
        "\n\t|  ",
        "\n> \n",
        ">" + " " * 19,
        ">" + " " * 20 + "x",
        ">" * 30,
    ),
    *(
        "--\n",
        "\n-- \n",
        "\n--   \n",
        "\n--    ",
        "---",
        "\n_________",
        "\n________",
        "\n" + "_" * 41,
        "_" * 42,
    ),
    *("x" * 30, "x1" * 16, "x" * 399 + "1", "1" * 431, "-" * 31 + "1", "a@" + "1" * 31, "=1" * 20, "1é" * 20),
]
MONEY = [
    *("$", "US$", "us$ ", "R$", "r $", "USD ", "usd", "EUR", "euro ", "euros", "Euros  ", "uſd", "DOLLARſ "),
    *(
        "dollar ",
        "dollars",
        "gbp ",
        "kr",
        "Kr",
        " kr ",
        "million",
        "mıllion",
        "MİLLİON",
        "milli",
        " eur",
        "eurx",
    ),
    *("1", "12", "1.000.000", "5 ", "10,000", "٣", "5\u00a0000 ", "1" * 15, "1" * 17, "  ", "   ", ".", ","),
]
PHONES = [
    *(
        "+47 ",
        "+1",
        "+123 (",
        "(555)",
        "(55",
        "5)",
        "555",
        "55",
        "5555",
        "55555",
        "-",
        ".",
        " ",
        "12",
        "1234",
        "a",
        "_",
    ),
]
PLACES = [
    *(
        "12 ",
        "1234 ",
        "12345 ",
        "123456 ",
        "CA ",
        "NY  ",
        "90210",
        "Main ",
        "St ",
        "Streetname ",
        "Ærøgata ",
        "straße ",
    ),
    *(
        "Storgata 5,",
        "Calle. 12b,",
        "a.b.c.d 4,",
        "x" * 30 + " 5,",
        "x" * 31 + " 5,",
        ".",
        "é",
        "_",
        "Öl ",
        "\u00a0",
        ",",
    ),
]


def counted(text: str, head: int, capitals: int) -> measure.Counts:
    kept = measure._HEAD, measure._CAPITALS
    measure._HEAD, measure._CAPITALS = head, capitals
    try:
        return measure._counts(text)
    finally:
        measure._HEAD, measure._CAPITALS = kept


@settings(max_examples=400)
@given(
    texts_of(EDGES, WORDS, EDGES, WORDS),
    st.sampled_from([0, 1, 30, 100, 20_000]),
    st.sampled_from([0, 2, 3000]),
)
@example("", 20_000, 3_000)
@example("ŉABCD ßßßß ÿÿÿÿ ǅǅǅǅ ΣΣΣΣ ςςςς ªºªº 中中中中中 가가가가", 20_000, 3_000)
def test_the_same_counts(text: str, head: int, capitals: int) -> None:
    assert texts.look_over(text, head, capitals) == counted(text, head, capitals)


@pytest.mark.parametrize("size", [3, 4, 5])
def test_every_character_has_or_has_not_two_cases(size: int) -> None:
    """Words of one letter over and over, of all letters there are."""
    for plane in range(0, 0x20000, 0x400):
        text = " ".join(chr(code) * size for code in range(plane, plane + 0x400))
        assert texts.look_over(text, len(text), len(text)) == counted(text, len(text), len(text))


@settings(max_examples=300)
@given(texts_of(MONEY, MONEY, MONEY, EDGES))
@example("$1 000 000 000 000 000 000 000 US$ 5, R$5 r$5 10 kr. 10  Kr 5   kr")
@example("1" * 16 + "$ " + "1" * 17 + "€")
def test_the_same_sums(text: str) -> None:
    found = [match[0] for match in measure._matches(measure._SUM, text, texts.sum_starts(text))]
    assert found == measure._SUM.findall(text)


@settings(max_examples=300)
@given(texts_of(PHONES, PHONES, PHONES, EDGES))
@example("+1 (555) 123-4567, 555.123.4567 a555-123-4567 (55) 1234 5678 +47+47 22 333 444")
def test_the_same_telephone_numbers(text: str) -> None:
    found = measure._matches(measure._PHONE, text, texts.phone_starts(text))
    assert [match.span() for match in found] == [match.span() for match in measure._PHONE.finditer(text)]


@settings(max_examples=300)
@given(texts_of(PLACES, PLACES, PLACES, EDGES))
@example("12 Main St, CA 90210, 1234 Oslo, Storgata 5, a.b.c.d 4, " + "x" * 31 + " 5,")
@example("1234 Ab÷")
@example("1234 A÷÷, 1234 A÷_ 12 A÷b Cd")
def test_the_same_places(text: str) -> None:
    found = measure._matches(measure._PLACE, text, texts.place_starts(text))
    assert [match.span() for match in found] == [match.span() for match in measure._PLACE.finditer(text)]
    assert len(found) == (len(measure._PLACE.findall(text)) if measure._MAY_PLACE.within(text) else 0)


@settings(max_examples=300)
@given(texts_of(WORDS, WORDS, EDGES, EDGES))
@example("--")
@example("a\n__________ \nb")
def test_the_same_signatures(text: str) -> None:
    pure = ("--" in text or "________" in text) and measure._SIGNATURE.search(text) is not None
    assert texts.is_signed(text) is pure


@settings(max_examples=300)
@given(texts_of(WORDS, EDGES, MONEY, PHONES))
def test_the_same_of_a_subject(text: str) -> None:
    assert texts.words_and_longest_number(text) == measure._words_and_number(text)


WROTE = [
    "wrote",
    " wrote:",
    "Ann schrieb",
    "ha scritto",
    ":",
    ": ",
    ":\t  ",
    ":    ",
    "\n",
    "\n",
    " ",
    "x" * 40,
    "x" * 41,
]


@settings(max_examples=300)
@given(texts_of(WROTE, WROTE, WORDS, EDGES), st.sampled_from([0, 5, 20, 60, 20_000]))
@example("Ann wrote:\nBob schrieb am 1. \n wrote x:", 20_000)
@example("Ann wrote:   \n", 11)
def test_the_same_lines_that_say_who_wrote(text: str, head: int) -> None:
    found = any(measure._WROTE.search(text, *span) for span in texts.lines_with_colon(text, head))
    assert found is (measure._WROTE.search(text[:head]) is not None)


@settings(max_examples=200)
@given(texts_of(WORDS, EDGES, [" ", "  ", " " * 20]))
@example("")
@example("   ")
@example(" é ")
def test_the_same_without_spaces(text: str) -> None:
    found = texts.without_spaces(text)
    assert found == text.replace(" ", "")
    assert found.isascii() == text.isascii() and hash(found) == hash(text.replace(" ", ""))


@settings(max_examples=400)
@given(st.one_of(st.text("bcdkquxyzjvw19aeioé", max_size=30), st.text(max_size=40)))
@example("qqq")
@example("xqu1q")
def test_the_same_shape_of_a_name(text: str) -> None:
    assert texts.shape_of_name(text) == measure._shape(text)


def test_the_same_of_every_sample() -> None:
    for text in SAMPLES:
        assert texts.look_over(text, 20_000, 3_000) == counted(text, 20_000, 3_000)
        for starts, expression in (
            (texts.sum_starts, measure._SUM),
            (texts.phone_starts, measure._PHONE),
            (texts.place_starts, measure._PLACE),
        ):
            found = [match.span() for match in measure._matches(expression, text, starts(text))]
            assert found == [match.span() for match in expression.finditer(text)]


def test_every_character_is_taken_for_what_expressions_take_it_for() -> None:
    """Each of those up to Cyrillic, and one of 64 beyond, in each place of each expression."""
    shapes = (
        "{0} 5 {0}5 5{0} u{0}d 5 eu{0}o5 dolla{0}s5 5 k{0} 5{0}ur 5{0}$ $5{0}5 {0}eur 5",
        "12{0}345{0}67 +{0} ({0}2) 345 67 1{0}-345-67 {0}12 345 67{0}",
        "Ab{0}d 12, 12 M{0}in{0}St 1234 A{0}{0} 1234 Ab{0} abcd{0}12, abcd 12{0}, A{0} 12345 AB{0}12345{0} {0}AB 12345",
    )
    for code in (*range(0x530), *range(0x530, 0x30000, 64), 0x20AC, 0x2003, 0x3000, 0xFF15):
        for shape in shapes:
            text = shape.format(chr(code))
            for starts, expression in (
                (texts.sum_starts, measure._SUM),
                (texts.phone_starts, measure._PHONE),
                (texts.place_starts, measure._PLACE),
            ):
                found = [match.span() for match in measure._matches(expression, text, starts(text))]
                assert found == [match.span() for match in expression.finditer(text)], text
