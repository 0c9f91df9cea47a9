"""The tree of a message's parts is the one that the standard library makes."""

from __future__ import annotations

import email
from email.message import Message
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.mimetree import MAX_LEVELS, quick_tree, read_tree

WELL_FORMED = (
    b"Subject: a\r\n folded\r\n\r\nbody\r\n",
    b"Subject: a\n\nbody\rwith a bare return\n",
    b"Subject: a\n\n",
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\none\r\n--b\r\nA: b\r\n\r\n\r\n--b--\r\n',
    b"Content-Type: multipart/mixed; boundary=b\n\nbefore\n\n--b \t\n\n--bb\n--\n --b\n--b--\nafter\n\n",
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n"
    b"--c\n\none\n--c\nContent-Type: text/html\n\ntwo\n\n--c--\n\n\n--b\nX: \xe6\n\n\xe6\n--b--",
    b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: a\n\none\n--b\nContent-Type: text/plain\n\n\n--b\n\n"
    b"Content-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\n\n--c--\n\n--b--\n",
    b"Content-Type: message/rfc822\n\nContent-Type: message/global\n\n\nbody\n",
)
WITHOUT_BOUNDARIES = (
    b"Content-Type: multipart/mixed\n\n--b\n\n--b--\n",
    b"Content-Type: multipart/mixed; boundary=b\n\ntext\n",
    b"Content-Type: multipart/mixed; boundary=b\n\n--b--\nafter\n",
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nnot closed\n",
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nnot closed\r",
    b"Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n--b\n\n--b--\n",
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n\n--b\n\n--b--\n",
    b'Content-Type: multipart/mixed; boundary=b--\n\n--b--\nContent-Type: multipart/mixed; boundary="b"\n\n'
    b"--b\n\n\n--b--\n\n--b----\n",
)
LINES = (
    *("", "", "text", "--", "--b", "--b--", "--b \t", "--b-- ", "--bb", "--bb--", "--c", "--c--", "\xe6"),
    *(
        "Subject: a",
        " folded",
        "\tfolded",
        " ",
        "From x",
        "no colon",
        "A B: c",
        ": no name",
        "Name:",
        "Content-Type: text/plain",
    ),
    *("Content-Type: multipart/mixed; boundary=b", "Content-Type: multipart/related; boundary=bb"),
    *('Content-Type: multipart/alternative;\r\n\tboundary="c"', "Content-Type: multipart/mixed"),
    *("Content-Type: message/rfc822", "Content-Type: multipart/digest; boundary=c"),
    *("Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: 8bit"),
)
BREAKS = st.sampled_from(("\r\n", "\r\n", "\r\n", "\n", "\r"))


def lines_of(*lines: str) -> st.SearchStrategy[list[str]]:
    return st.just(list(lines))


def joined(*pieces: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    return st.tuples(*pieces).map(lambda found: [line for piece in found for line in piece])


anything = st.lists(st.sampled_from(LINES), max_size=3)
leaf = joined(st.sampled_from(([], ["Content-Type: text/plain"], ["A: b", " c"])), lines_of(""), anything)


def multipart(part: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    """A multipart, here and there with something that does not belong there."""

    def of(boundary: str) -> st.SearchStrategy[list[str]]:
        several = st.lists(joined(lines_of("--" + boundary), part), max_size=3)
        subtype = st.sampled_from(("mixed", "mixed", "digest"))
        return joined(
            subtype.map(lambda one: [f"Content-Type: multipart/{one}; boundary={boundary}", ""]),
            st.one_of(lines_of(), anything),
            several.map(lambda parts: [line for one in parts for line in one]),
            st.sampled_from(([f"--{boundary}--"], [f"--{boundary}--"], [])),
            st.one_of(lines_of(), anything),
        )

    return st.sampled_from(("b", "c", "bb")).flatmap(of)


def within(part: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    return st.one_of(
        multipart(part), multipart(part), joined(lines_of("Content-Type: message/rfc822", ""), part)
    )


entities = st.recursive(leaf, within, max_leaves=5)


def shape(node: Message) -> tuple[Any, ...]:
    payload = node._payload  # type: ignore[attr-defined]
    return (
        node._headers,  # type: ignore[attr-defined]
        node.get_unixfrom(),
        node.preamble,
        node.epilogue,
        [type(defect) for defect in node.defects],
        node.get_default_type(),
        [shape(child) for child in payload] if isinstance(payload, list) else payload,
    )


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    lines = ["Subject: s", *draw(st.one_of(entities, st.lists(st.sampled_from(LINES), max_size=14)))]
    usual = draw(BREAKS)
    mixed = draw(st.booleans())
    text = "".join(line + (draw(BREAKS) if mixed else usual) for line in lines)
    return (text.rstrip("\r\n") if draw(st.booleans()) else text).encode("latin-1")


@settings(max_examples=400)
@given(messages())
def test_the_tree_is_that_of_the_standard_library(raw: bytes) -> None:
    assert shape(read_tree(raw)) == shape(email.message_from_bytes(raw))


def nested(levels: int, closed: bool, subtype: str = "mixed") -> bytes:
    """Multiparts inside one another, those of a digest in messages."""
    between = "\n" if subtype == "digest" else ""
    opened = (
        f"Content-Type: multipart/{subtype}; boundary=b{level}\n\n--b{level}\n{between}"
        for level in range(levels)
    )
    ends = (f"--b{level}--\n" for level in reversed(range(levels)))
    return "".join([*opened, "Subject: a\n\ntext\n", *(ends if closed else ())]).encode()


@pytest.mark.parametrize(
    "raw",
    [
        *WELL_FORMED,
        *WITHOUT_BOUNDARIES,
        *(
            nested(levels, closed, subtype)
            for levels in (9, 180)
            for closed in (True, False)
            for subtype in ("mixed", "digest")
        ),
    ],
)
def test_what_has_a_flawless_header_does_not_take_the_standard_library(raw: bytes) -> None:
    tree = quick_tree(raw)
    assert tree is not None
    assert shape(tree) == shape(email.message_from_bytes(raw))


@pytest.mark.parametrize(
    "raw",
    (
        b"no header\n\n",
        b"Subject: a\n",
        b"Subject: a\rTo: b\n\n",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\n\ntwice\n--b--\n",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\r--b\n\ny\n--b--\n",
        b"Content-Type: multipart/mixed; boundary=b:c\n\n--b:c\nA: b\n--b:c\n\n--b:c--\n",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n",
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nA: b\n\nC: d\n\n--b--\n",
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 501 + b"--b--\n",
        nested(MAX_LEVELS + 1, True),
    ),
)
def test_what_is_not_clear_is_left_to_the_standard_library(raw: bytes) -> None:
    assert quick_tree(raw) is None
