"""The compiled model of words comes to what the model in Python comes to: terms, shares and places, to the last digit."""

from __future__ import annotations

import sys
import unicodedata
from array import array
from itertools import islice, product
from pathlib import Path
from string import ascii_lowercase
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scorer.text import terms, tokens
from scorer.text.model import MAX_SPANS, SHOWN, TextModel, TextSettings, TextTerm, load_text_model

words = pytest.importorskip("scorer.native.words", reason="nothing is compiled here")

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
SETTINGS = TextSettings(cap=5.0, half_words=15.0, trust=((0.0, 0.1), (0.2, 0.4), (0.6, 0.9)))
SHIPPED = load_text_model()

EDGES = st.sampled_from(
    [
        *"aAzZéßİıſKǅŉΣςД中あ한ªº²½⑴ﬁﷺ０٣'’-_.+=@:/#$€£¥%<>\"!\\",
        *"\u00ad\u200b\u200c\u200d\u2060\ufeff\u0301\u0345\u1161\u00a0\u2003\u0085\u001c\0\n\t\r",
        "\ud800",
        "\U0001f600",
        "\U0001d400",
        " ",
        " ",
        "http://",
        "hTTpſ://",
        "HTTPS://a",
        "www.",
        "WWW.",
        "wWw.x",
        "://",
        "a@b",
        "@@",
        "$5",
        "$ 5",
        "$\u00a05",
        "€\u00a05",
        "5%",
        "٣%",
        "don't ",
        "don’t ",
        "rock'n'roll",
        "free ",
        "free offer ",
        "the ",
        "account ",
        "accounting ",
        "aaaaaaaa ",
        "s:",
        "a" * 24 + " ",
        "é" * 25 + " ",
        "1a",
    ]
)
LETTERS = st.characters(min_codepoint=0x20, max_codepoint=0x560)
TEXTS = st.one_of(
    st.text(max_size=200), st.text(LETTERS, max_size=200), st.lists(EDGES, max_size=60).map("".join)
)


def message(subject: str, text: str) -> Any:
    return SimpleNamespace(subject=subject, visible_text=text)


def compare(model: TextModel, subject: str, text: str) -> bool:
    """Whether compiled code read the text itself, which then came to the same."""
    assert model._compiled is not None
    read = tokens.read_of_subject(subject)
    found = model._compiled.evidence(read, text, model._heard, TextTerm)
    expected = model._evidence(message(subject, text))
    assert repr(model.evidence(message(subject, text))) == repr(expected)
    if found is not None:
        trust, log_odds, listed, remainder = found
        assert repr((log_odds, listed, remainder, trust)) == repr(
            (expected.log_odds, expected.terms, expected.remainder, expected.trust)
        )
    return found is not None


def knowing(subject: str, text: str, share: int = 1) -> TextModel:
    """A model that knows every `share`th term of the texts, with weights of many sizes, of which some are the same."""
    marked, plain = terms.terms_of(tokens.of_subject(subject).words, tokens.words_of(text))
    letters = terms.letters_of([term for term in plain if " " not in term])
    known = sorted(term for term in marked | plain | letters if "\n" not in term)[::share]
    weights = [((number * 7919) % 31 - 15) * 10.0 ** -((number * 31) % 17) for number in range(len(known))]
    return TextModel(known, weights, SETTINGS)


@given(TEXTS, TEXTS)
@example("Free offer", "free offer, free offer")
@example("", "")
@example(
    "Re: free",
    "va\u200bcation don’t ﬁnd İstanbul 5\u00a0% €\u00a020 $\u00a05 www.a.example/x?y=don't a@b.example",
)
@example("a", "x" * 70_000)
def test_the_shipped_model(subject: str, text: str) -> None:
    compare(SHIPPED, subject, text)


@given(TEXTS, TEXTS, st.integers(1, 4))
@example("free offer", "a b a b a b a b a b a b a b a b a b a b a b a b a b", 1)
@example("aaaa", "aaaaaaa aaaa aaaaaaa", 3)
def test_a_model_that_knows_the_words(subject: str, text: str, share: int) -> None:
    model = knowing(subject, text, share)
    if model._compiled is not None:  # Some words, as Python folds them, are no lines.
        compare(model, subject, text)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.eml")), ids=lambda path: path.stem)
def test_the_sample_mailings(path: Path) -> None:
    from scorer.mime import parse_message

    mail = parse_message(path.read_bytes())
    assert compare(SHIPPED, mail.subject, mail.visible_text)
    assert compare(knowing(mail.subject, mail.visible_text, 2), mail.subject, mail.visible_text)


def test_mail_that_is_not_ascii_is_no_rare_case() -> None:
    for text in (
        "Tere, saadame teile meie sügisese uudiskirja koos järgmiste nädalate sündmuste ja uute raamatutega.",
        "Скидка 50% на всё — только до пятницы! Don’t miss: 20\u00a0€ на первый заказ.",
        "会員の皆様へ 本日限りのセール 会員の皆様へ",
        "Ｆｒｅｅ ｏｆｆｅｒ free\u200boffer ﬁnd Straße",
    ):
        assert compare(SHIPPED, text, text * 3)
        assert compare(knowing(text, text), text, text * 3)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "a " * 100_000,
        "@" * 100_000,
        "www." * 20_000,
        "http://" * 20_000,
        "a.b@" * 20_000,
        "5%" * 50_000,
        "$1a" * 50_000,
        "'a" * 50_000,
        "é'" * 50_000,
        "é\u200b\u200b\u200b\u200b" * 20_000,
        "a" * 59_999 + "é",
        "b " * 30_000 + "é",
        "\0" * 100_000,
        "\ud800a" * 50_000,
        "\U0001f600www.a " * 10_000,
        " ".join(
            chr(97 + a) + chr(97 + b) + chr(97 + c) + "xyz"
            for a in range(26)
            for b in range(26)
            for c in range(15)
        ),
        " ".join(chr(0x4E00 + number) for number in range(20_000)),
        " ".join("가" + chr(0xAC00 + number) + "b" for number in range(11_000)),
    ],
    ids=range(19),
)
def test_hostile_texts(text: str) -> None:
    compare(SHIPPED, text, text)
    compare(SHIPPED, "", text[-60_001:])
    compare(knowing(text[:500], text[:5000]), text, text)


@pytest.mark.parametrize("text", ["$\u00a05 off the price", "ﷺ and the offer", "the offer that ⑴ has"])
def test_what_is_folded_to_something_else_than_a_word_is_left_to_python(text: str) -> None:
    strange = any(set(" #:\n") & set(word) for word in tokens.words_of(text))
    assert compare(SHIPPED, text, text) != strange


@pytest.mark.skipif(sys.byteorder != "little", reason="the hash is another on such a machine")
def test_a_text_whose_words_meet_in_one_place_of_the_table_is_left_to_python() -> None:
    meeting = (word for word in map("".join, product(ascii_lowercase, repeat=5)) if hashed(word) & 1023 == 7)
    hostile = " ".join(islice(meeting, 160))
    assert len(hostile) < 1024
    assert not compare(SHIPPED, "", hostile)
    assert compare(SHIPPED, "", hostile[:600])


def hashed(word: str) -> int:
    """The hash of a word of at most eight letters, as the compiled module has it."""
    every = (1 << 64) - 1
    hash = (len(word) * 0xD1B54A32D192ED03 & every) ^ int.from_bytes(word.encode(), "little")
    hash = (hash ^ hash >> 32) * 0x9E3779B97F4A7C15 & every
    return hash ^ hash >> 29


def test_letters_that_are_folded_one_by_one_stay_so_beside_each_other() -> None:
    """Up to Cyrillic: each before and behind each other, but for those that are folded to more or other letters."""
    letters = [
        c for c in map(chr, range(0x80, 0x530)) if c.isalpha() and unicodedata.is_normalized("NFKC", c)
    ]
    alone = {c: tokens.fold(c) for c in (*letters, *ascii_lowercase, "'", "’")}
    for one in alone:
        text = "".join(one + other for other in alone)
        assert tokens.fold(text) == "".join(alone[c] for c in text)


def test_every_character_is_taken_for_what_expressions_take_it_for() -> None:
    """Each in turn: within words, before "%", behind "$", around an "@", at the ends of a web address and within.

    Of the many ideographs and syllables, which are alike, one in sixteen.
    """
    many = (range(0x3400, 0xD7A0), range(0xE000, 0xF900), range(0x17000, 0x18D00), range(0x20000, 0x30000))
    for begin in range(0, 0x30000, 32):
        if begin % 512 and any(begin in alike for alike in many):
            continue
        same_places("".join(map(chr, range(begin, begin + 32))))


def same_places(characters: str) -> None:
    shapes = "x{0}x {0}% ${0} q{0}b@c{0}d ", "www.u{0}v w{0}w.y h{0}tp://z http{0}://z h://s {0}'k ' "
    for shape in shapes:
        text = "é " + "".join(map(shape.format, characters))
        read = tokens.Tokens(text)
        edges = read.places()
        expected: dict[str, list[tuple[str, int, int]]] = {}
        for number, word in enumerate(read.words):
            if word and not set(" #:\n") & set(word):
                expected.setdefault(word, []).append(("body", edges[2 * number], edges[2 * number + 1]))
        weights = array("d", [1.0] * len(expected))
        vocabulary = words.Vocabulary("\n".join(expected).encode(), weights, 1000, 1000)
        found = vocabulary.evidence("", text, lambda *_: (1.0, 1.0), TextTerm)
        if found is not None:
            assert {term.term: list(term.spans) for term in found[2]} == expected
        elif len(characters) == 1:
            assert any(set(" #:\n") & set(word) for word in read.words) or text.count("$")
        else:
            for character in characters:
                same_places(character)
            return


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        (b"a\nb", [1.0]),
        (b"a", [1.0, 2.0]),
        (b"a\n", [1.0, 2.0]),
        (b"\na", [1.0, 2.0]),
        (b"a\n\nb", [1.0, 2.0, 3.0]),
        (b"", [1.0]),
        (b"a", []),
        (b"a", [float("nan")]),
        (b"a", [float("inf")]),
        (b"a", [1e200]),
    ],
)
def test_a_vocabulary_that_cannot_be_held_is_refused(text: bytes, weights: list[float]) -> None:
    with pytest.raises(ValueError):
        words.Vocabulary(text, array("d", weights), SHOWN, MAX_SPANS)


@pytest.mark.parametrize("text", [b"", b"a", b"a\n", b"a\nbc\n\nd"])
def test_lines_are_counted(text: bytes) -> None:
    assert words.Vocabulary.lines(text) == text.count(b"\n") + 1


def test_such_a_vocabulary_is_left_to_python() -> None:
    model = TextModel(["", "free"], [1.0, 2.0], SETTINGS)
    assert model._compiled is None
    assert model.evidence(message("", "free offer for you")).terms


def test_an_error_on_the_way_is_the_callers() -> None:
    def fail(*_: object) -> Any:
        raise KeyError("on the way")

    vocabulary = words.Vocabulary(b"free", array("d", [1.0]), SHOWN, MAX_SPANS)
    with pytest.raises(KeyError):
        vocabulary.evidence("", "free", fail, TextTerm)
    with pytest.raises(KeyError):
        vocabulary.evidence("", "free", lambda *_: (1.0, 1.0), fail)
    with pytest.raises(TypeError):
        vocabulary.evidence(None, "free", fail, TextTerm)


def test_several_texts_at_once() -> None:
    """A text is read while another is: each has its own memory."""
    model = SHIPPED
    assert model._compiled is not None
    inner: list[str] = []

    def heard(raw: float, familiarity: float, count: int) -> tuple[float, float]:
        inner.append(repr(model.evidence(message("Free", "free offer for you " * 10))))
        return model._heard(raw, familiarity, count)

    text = "the club of friends has an offer, unsubscribe here"
    trust, log_odds, listed, remainder = model._compiled.evidence("", text, heard, TextTerm)
    expected = model._evidence(message("", text))
    assert (log_odds, listed, remainder, trust) == (
        expected.log_odds,
        expected.terms,
        expected.remainder,
        expected.trust,
    )
    assert inner[0] == repr(model._evidence(message("Free", "free offer for you " * 10)))


@given(
    st.lists(
        st.floats(-1e90, 1e90) | st.sampled_from([1e16, -1e16, 1.0, 2.0**-53, 1e-300, -0.0]), max_size=60
    )
)
@example([1e16, 1.0, 2.0**-52, -1e16])
def test_sums_are_exact(weights: list[float]) -> None:
    """The whole and the remainder are what `math.fsum` says."""
    known = [f"{chr(97 + number // 26)}{chr(97 + number % 26)}x" for number in range(len(weights))]
    compare(TextModel(known, weights, SETTINGS), "", " ".join(known))
