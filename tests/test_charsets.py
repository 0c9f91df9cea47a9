"""Text comes out of bytes whatever the label says, and headers decode to what was encoded."""

from __future__ import annotations

import time
from email.header import Header

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scorer.charsets import codec, decode, decode_header

LABELS = st.one_of(
    st.sampled_from(
        ["", "utf-8", "us-ascii", "iso-8859-1", "gb2312", "utf-16", "utf-7", "koi8-r", "x-unknown", "base64"]
    ),
    st.text(max_size=60),
)
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200)


@settings(deadline=None)
@given(data=st.binary(max_size=2000), label=LABELS)
def test_decoding_never_fails(data: bytes, label: str) -> None:
    text, defect = decode(data, label)
    assert isinstance(text, str)
    assert defect in ("", "charset-unknown", "charset-wrong", "charset-undeclared")


@settings(deadline=None)
@given(text=st.text(max_size=500))
def test_declared_utf8_comes_back_whole(text: str) -> None:
    data = text.encode("utf-8", "replace")
    assert decode(data, "utf-8") == (data.decode(), "")


@pytest.mark.parametrize(
    ("data", "label", "text", "defect"),
    [
        (b"plain", "", "plain", ""),
        ("blåbær".encode(), "", "blåbær", "charset-undeclared"),
        ("blåbær".encode(), "us-ascii", "blåbær", "charset-wrong"),
        (b"plain", "ansi_x3.4-1968", "plain", ""),
        (b"plain", "x-nothing", "plain", "charset-unknown"),
        (b"10 \x80", "iso-8859-1", "10 €", ""),
        ("价格".encode("gb18030"), "GB2312", "价格", ""),
        ("Осень".encode("koi8-r"), '"KOI8-R"', "Осень", ""),
        (b"caf\xe9 au lait", "utf-8", "caf\ufffd au lait", "charset-wrong"),
        (b"+IKw- 5 +2D3eAA-", "utf-7", "\u20ac 5 \U0001f600", ""),
        (b"a+2AA-b", "utf-7", "a\ufffdb", "charset-wrong"),
        (b"+2AA-" * 9, "unicode-1-1-utf-7", "+2AA-" * 9, "charset-wrong"),
    ],
)
def test_what_is_read_and_what_is_noted(data: bytes, label: str, text: str, defect: str) -> None:
    assert decode(data, label) == (text, defect)


@pytest.mark.parametrize(
    "label",
    ["base64", "hex", "rot13", "zlib", "idna", "punycode", "unicode_escape", "undefined", "a\0b", "é" * 50],
)
def test_codecs_that_are_no_charsets_are_unknown(label: str) -> None:
    assert codec(label) is None


@settings(deadline=None)
@given(text=WORDS)
def test_encoded_headers_decode_to_themselves(text: str) -> None:
    assert decode_header(Header(text, "utf-8").encode())[0] == text.strip()


@settings(deadline=None)
@given(text=st.text(st.characters(codec="iso-8859-1", exclude_categories=("Cc",)), max_size=100))
def test_latin_headers_decode_to_themselves(text: str) -> None:
    assert decode_header(Header(text, "iso-8859-1").encode())[0] == text.strip()


@settings(deadline=None)
@given(raw=st.text(max_size=300))
@example("=?utf-8?b?" + "A" * 9 + "?=")
@example("=?utf-8?q?=C3?= =?utf-8?q?=A5?=")
@example("\udcff\udcfe\x00\r\n ")
def test_decoding_a_header_never_fails_and_leaves_one_line(raw: str) -> None:
    text, defects = decode_header(raw)
    assert "\n" not in text and "\r" not in text and "\x00" not in text
    assert all(defect.startswith("header-") for defect in defects)


@pytest.mark.parametrize(
    ("raw", "text", "defects"),
    [
        ("Our\r\n autumn\r\n\tcatalogue", "Our autumn catalogue", ()),
        ("=?utf-8?q?H=C3=B8st?= =?utf-8?q?katalog?=", "Høstkatalog", ()),
        ("=?utf-8?b?w7g=?=\r\n =?utf-8?b?w6U=?=", "øå", ()),
        ("=?utf-8?q?split_=C3?= =?utf-8?q?=B8?= end", "split ø end", ()),
        ("=?iso-8859-1*no?Q?bl=E5?= bær", "blå bær", ()),
        ("a =?utf-8?q?b?= c", "a b c", ()),
        ("why =? because ?=", "why =? because ?=", ()),
        ("=?utf-8?q?cut=C3", "=?utf-8?q?cut=C3", ("header-encoded-word",)),
        ("=?x-none?q?abc?=", "abc", ("header-charset",)),
        ("V\udcc3\udca5r", "Vår", ("header-8bit",)),
        ("Half =?utf-7?q?+2AA-?= a pair", "Half \ufffd a pair", ("header-charset",)),
    ],
)
def test_headers_are_unfolded_and_decoded(raw: str, text: str, defects: tuple[str, ...]) -> None:
    assert decode_header(raw) == (text, defects)


@pytest.mark.parametrize(
    "raw",
    [
        "=?" * 500_000,
        "=?utf-8?q?" * 100_000,
        "=?a?b?" + "=" * 1_000_000,
        "(" * 1_000_000,
        " " * 1_000_000,
        "\r\n " * 300_000,
        "=?utf-8?q?a?= " * 70_000,
    ],
    ids=["openings", "starts", "padding", "brackets", "blanks", "folds", "words"],
)
def test_a_megabyte_of_hostile_header_is_quick(raw: str) -> None:
    started = time.perf_counter()
    decode_header(raw)
    assert time.perf_counter() - started < 3
