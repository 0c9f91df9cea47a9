"""The compiled readers of a message's source come to what Python's own come to."""

from __future__ import annotations

import re
from binascii import a2b_qp, b2a_base64
from collections.abc import Callable
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scorer import mime
from scorer.mimetree import _Reader, _Unclear
from scorer.rules.content.split_words import _COMMENT, _REFERENCES, MIN_PLACES

source = pytest.importorskip("scorer.native.source", reason="nothing is compiled here")

SAMPLES = [path.read_bytes() for path in sorted(Path("data/samples").rglob("*.eml"))]
ENCODED = st.lists(
    st.sampled_from(
        [
            b"=",
            b"==",
            b"=\n",
            b"=\r\n",
            b"=\r",
            b"=3D",
            b"=c3=A6",
            b"=G0",
            b"=0",
            b"a",
            b"\0",
            b"\xff",
            b"\r\n",
            b"\n",
        ]
    )
)
MARKS = st.lists(
    st.sampled_from(
        [
            *"ab;<!-#&x0fZ é™℀😀\ud800\0",
            "ab<!--x-->cd",
            "&#97;&#x62;&#99;",
            "&#97&#98&#99",
            "<!--",
            "-->",
            "ℨ",
            "\u2123",
        ]
    ),
    max_size=60,
)


@given(st.binary(max_size=200) | ENCODED.map(b"".join))
@example(b"")
@example(b"=")
@example(b"=A")
def test_quoted_printable_is_decoded_as_by_the_standard_library(data: bytes) -> None:
    assert source.decode_quoted_printable(data) == a2b_qp(data)


@pytest.mark.parametrize("data", SAMPLES)
def test_samples_are_decoded_alike(data: bytes) -> None:
    assert source.decode_quoted_printable(data) == a2b_qp(data)
    for cut in range(0, len(data), max(1, len(data) // 50)):
        assert source.decode_quoted_printable(data[:cut]) == a2b_qp(data[:cut])


@given(MARKS.map("".join))
def test_where_words_may_not_be_split_they_are_not(text: str) -> None:
    places = len(_COMMENT.findall(text)) + len(_REFERENCES.findall(text))
    if places >= MIN_PLACES:
        assert source.may_split_words(text, MIN_PLACES)
    # What it counts, in Python.
    marks = len(re.findall(r"(?<=[A-Za-z]{2})<!--", text)) + len(re.findall(r"(?<=[;0-9A-Fa-f])&#", text))
    for least in range(1, 9):
        assert source.may_split_words(text, least) == (marks >= least)


BASE64 = st.binary(max_size=40).map(b2a_base64) | st.lists(
    st.sampled_from(
        [
            b"QUJD",
            b"Rm9y",
            b"+/+/",
            b"Q",
            b"QQ",
            b"Q0E",
            b"=",
            b"==",
            b"\n",
            b"\r\n",
            b" ",
            b"\x0b",
            b"\x1c",
            b"-",
            b"\xff",
        ]
    ),
    max_size=8,
).map(b"".join)


@given(BASE64)
@example(b"")
@example(b"====")
@example(b"QQ===")
def test_whole_base64_is_decoded_as_by_the_twin(data: bytes) -> None:
    read, cut = source.decode_base64(data), []
    if read is not None:
        assert (
            read == mime._base64(data, lambda: cut.append(1))
            and not cut
            and not mime._BAD_BASE64.search(data)
        )


@given(st.binary(max_size=200), st.sampled_from([b"\n", b"\r\n", b" "]))
def test_whole_base64_is_read_natively(data: bytes, line_break: bytes) -> None:
    coded = b2a_base64(data, newline=False)
    lines = line_break.join(coded[at : at + 76] for at in range(0, len(coded), 76))
    assert source.decode_base64(lines + line_break) == data


HEADERS = st.lists(
    st.sampled_from(
        [
            "From",
            "To: a",
            ":",
            " ",
            "\t",
            "\n",
            "\r\n",
            "\r",
            "\n\n",
            "\r\n\r\n",
            "--b",
            "-",
            "a\x7f",
            "\udce9",
            "\0",
            "x: y\n z\n",
        ]
    ),
    max_size=14,
)


def fields_of(text: str, start: int, read: Callable[[_Reader, Message, int], int]) -> object:
    entity = Message()
    try:
        return read(_Reader(text), entity, start), entity._headers
    except _Unclear:
        return None


@given(HEADERS.map("".join), st.integers(0, 6))
@example("From: a\nTo:\n b\nBcc:\n\nbody", 0)
def test_headers_are_read_alike(text: str, start: int) -> None:
    start = min(start, len(text))
    assert fields_of(text, start, _Reader._header) == fields_of(text, start, _Reader._header_in_python)


@pytest.mark.parametrize("data", SAMPLES)
def test_headers_of_samples_are_read_natively(data: bytes) -> None:
    text = data.decode("ascii", "surrogateescape")
    assert source.header_fields(text, 0) is not None
    for cut in range(0, min(len(text), 5000), 97):
        assert fields_of(text[cut:], 0, _Reader._header) == fields_of(
            text[cut:], 0, _Reader._header_in_python
        )


@pytest.mark.parametrize("letter", ["e", "\xe9", "\u2026", "\U0001f600"])
def test_marks_are_met_in_every_kind_of_text(letter: str) -> None:
    text = f"{letter}" + "fr<!--x-->ee &#97;&#98;&#99; " * 4 + letter
    assert source.may_split_words(text, 8) and source.may_split_words(text, 12)
    assert not source.may_split_words(text, 13)
    assert not source.may_split_words(letter * 1000 + "\u2123\u2121", 1)
