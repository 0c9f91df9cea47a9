"""Parts are written out as the standard library writes them."""

from __future__ import annotations

import email
import email.policy
from email import quoprimime
from email.generator import BytesGenerator
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scorer.remedies.quoting import quoted_printable, write_body

pieces = st.lists(
    st.one_of(
        st.binary(max_size=8),
        st.sampled_from(
            (
                b"=",
                b" ",
                b"\t",
                b"\r\n",
                b"\n",
                b"\r",
                b"\x85\x0b\x1c",
                b"a" * 70,
                b"x" * 75,
                b"\xc3\xa6" * 25,
            )
        ),
    ),
    max_size=12,
).map(b"".join)

fields = st.lists(
    st.sampled_from(
        (
            b"Content-Type: text/plain; charset=utf-8",
            b'Content-Type: text/html;\r\n\tcharset="utf-8"; format=flowed ',
            b"Content-Description: " + 30 * b"many words  ",
            b"Content-Description: \xc3\xa6",
            b"Content-ID:",
            b"Content-Language:\tnb\x0b\t",
            b"X-Empty: \r\n  \r\n x",
        )
    ),
    max_size=4,
).map(lambda chosen: b"".join(field + b"\r\n" for field in chosen))


@given(pieces)
@example(b"")
@example(b"a" * 74 + b" ")
@example(b"a" * 75 + b" ")
@example(b"a" * 76 + b" \n")
@example(b"a" * 73 + b"=b")
def test_quoted_printable_is_what_the_library_writes(data: bytes) -> None:
    assert quoted_printable(data) == quoprimime.body_encode(data.decode("latin-1"))


@pytest.mark.parametrize("newline", ("\n", "\r\n"))
@given(fields=fields, body=pieces)
def test_a_body_is_written_as_the_library_writes_it(newline: str, fields: bytes, body: bytes) -> None:
    raw = (
        b'Subject: x\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        + fields
        + b"\r\n"
        + body
        + b"\r\n--b--\r\n"
    )
    policy = email.policy.compat32.clone(linesep=newline, max_line_length=None)
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=policy).flatten(
        email.message_from_bytes(raw), linesep=newline
    )
    written = out.getvalue().partition(2 * newline.encode())[2]
    assert write_body(email.message_from_bytes(raw), newline) == written
