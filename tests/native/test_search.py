"""What compiled looks pass over is nothing: links, merge tags and addresses are those that Python finds."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scorer import screen, sending
from scorer.facts import links, optout
from scorer.rules import postal
from scorer.sending import MERGE_OPENINGS, MERGE_SYNTAXES, merge_tags
from tests.native.texts import SAMPLES, texts_of
from tests.native.twins import pure

search = pytest.importorskip("scorer.native.search", reason="nothing is compiled here")

ADDRESSES = [
    *(
        "http://",
        "https://",
        "HTTPS://",
        "http:",
        "//",
        "/",
        ":",
        "?",
        "#",
        "a",
        "example.com",
        "EXAMPLE.com.",
    ),
    *(
        "1.2.3.4",
        "0x7f.1",
        "localhost",
        "com",
        ".",
        "..",
        "-",
        "_",
        "80",
        "65536",
        "00080",
        "%7B",
        "%7b%7Bx",
        "%",
        "%%",
    ),
    *(
        "{{x}}",
        "{",
        "a=1&b",
        "é",
        " ",
        "\t",
        "\n",
        "@",
        "user",
        "\\",
        "[",
        "]",
        "*|X|*",
        "%NAME%",
        "%recipient%",
    ),
    *("\x7f", "\0", "\ud800"),
]
MARKUP = [
    *(
        "{",
        "{{",
        "{%",
        "%",
        "*|",
        "|*",
        "[[",
        "]]",
        "$",
        "${",
        "}",
        "}}",
        "%}",
        "name",
        "%recipient%",
        "%tag.x%",
    ),
    *(
        "%%a%%",
        "-",
        "漢",
        "😀",
        "x" * 300,
        "&",
        "#",
        "&#66;",
        "&#x41;",
        "&#111",
        "<!--",
        "a",
        "ab<!-- x -->cd",
        "-->",
    ),
]
PLACES = [
    *(
        "CA",
        "ca",
        "NY",
        ",",
        " ",
        " ",
        " ",
        "94105",
        "9410",
        "941055",
        "-1234",
        "street",
        "Street",
        "STREETS",
        "suite",
    ),
    *(
        "_",
        "address",
        "é",
        "\u0307",
        "\u017f",
        "\u0130",
        "’",
        "©",
        "x",
        "1",
        ".",
        "\n",
        "Main",
        "St",
        "0150 Oslo",
        "漢",
    ),
]


def assert_same(module: ModuleType, found: Callable[[], object]) -> None:
    native = found()
    with pure(module):
        assert native == found()


def target(href: str) -> links.LinkTarget:
    return links._target(0, href, "text", True, 0, "", True)


@settings(max_examples=500)
@given(st.lists(st.sampled_from(ADDRESSES), max_size=8).map("".join))
@example("")
@example("http://")
@example("https://a")
@example("http://a:1?")
@example("http://a./#\x85")
def test_the_same_target(href: str) -> None:
    for whole in (href, "http://" + href, "https://example.com" + href):
        assert_same(links, lambda whole=whole: target(whole))  # type: ignore[misc]
        plain = search.ordinary(whole)
        if plain is not None:
            assert links._parts(whole) == (*plain[1:5], False)


def test_ordinary_addresses_are_read_at_once() -> None:
    found = search.ordinary("HTTPS://WWW.Example.com:8080/a%20b/?x=1&y=/2#top")
    assert found == ("https", "www.example.com", 8080, "/a%20b/", "x=1&y=/2", False)
    assert search.ordinary("mailto:someone@example.com") is None


@settings(max_examples=300)
@given(texts_of(MARKUP))
@example("{")
def test_the_same_merge_tags(text: str) -> None:
    assert_same(sending, lambda: merge_tags(text, [syntax.id for syntax in MERGE_SYNTAXES]))


@pytest.mark.parametrize("beyond", ["", "é", "漢", "😀"])
@pytest.mark.parametrize("syntax", MERGE_SYNTAXES, ids=lambda syntax: syntax.id)
def test_every_opening_is_seen_wherever_it_stands(syntax: sending.MergeSyntax, beyond: str) -> None:
    bit = sending._OPENING_BITS.get(syntax.id)
    assert (bit is None) == (len(MERGE_OPENINGS[syntax.id]) == 1 and syntax.id != "percent-recipient")
    for before in (0, 1, 15, 16, 255, 256, 1000):
        text = beyond + "x" * before + " " + syntax.example
        assert bit is None or search.tag_openings(text) & bit
        assert len(merge_tags(text, [syntax.id])) == 1


@settings(max_examples=400)
@given(texts_of(PLACES))
@example("CA 94105")
@example("\u0307street\u0307x 1")
def test_the_same_answer_about_addresses(text: str) -> None:
    assert_same(postal, lambda: postal.may_hold_address(text))


WORDS = [
    *optout._WORDS.split("|"),
    "UNSUBSCRIBE",
    "Abmelden",
    "İptal et",
    "OPT-OUT",
    "unsub",
    "*|UNSUB|*",
    "baja",
    ".",
]
FILLING = [
    *" .!?\n\t",
    "click here",
    "x" * 40,
    "é",
    "\u0130",
    "😀",
    "\ud800",
    "\0",
    "https://e.example/",
    "[unsubscribe]",
]


@settings(max_examples=400)
@given(
    st.lists(st.tuples(texts_of(WORDS, FILLING), texts_of(WORDS, FILLING), st.integers(0, 300)), max_size=6)
)
@example([("here", "https://e.example/a", 70)])
def test_the_same_ways_off_a_list(parts: list[tuple[str, str, int]]) -> None:
    visible = "".join(text for text, _, _ in parts) * 3
    found = [
        links.LinkTarget(i, href, "https", "", "", None, "", "", text, "", True, position)
        for i, (text, href, position) in enumerate(parts)
    ]
    assert_same(optout, lambda: optout.ways_out(found, visible))
    assert optout.ways_out(found, visible) == [x for x in found if optout.is_unsubscribe_link(x, visible)]


def test_words_that_are_no_literals_are_looked_for_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """As they would be if one were too short for the table."""
    link = links.LinkTarget(0, "https://e.example/", "https", "", "", None, "", "", "Abmelden", "", True, 0)
    monkeypatch.setattr(optout, "literals", lambda alternatives: None)
    optout._phrases.cache_clear()
    try:
        assert optout.ways_out([link], "") == [link]
    finally:
        optout._phrases.cache_clear()


def test_phrases_are_bytes() -> None:
    with pytest.raises(TypeError):
        search.Literals(["phrase"])


@settings(max_examples=300)
@given(texts_of(WORDS, FILLING))
def test_literal_phrases_are_found_where_an_expression_finds_them(text: str) -> None:
    for alternatives in (optout._WORDS, optout._IN_ADDRESSES):
        found = screen.Phrases(alternatives).within(text)
        with pure(screen):
            assert found == screen.Phrases(alternatives).within(text)


def test_what_is_no_literal_is_left_to_an_expression() -> None:
    assert screen.literals(r"a\.b\|c|*x") is None
    assert screen.literals(r"abcd|ab\d") is None
    assert screen.literals(r"abcd|xyz") is None
    assert screen.literals(r"a\.b\|c|退订") == [b"a.b|c", "退订".encode()]


def test_the_same_of_samples() -> None:
    for text in SAMPLES:
        assert_same(postal, lambda text=text: postal.may_hold_address(text))  # type: ignore[misc]
        assert_same(sending, lambda text=text: merge_tags(text, MERGE_OPENINGS))  # type: ignore[misc]
