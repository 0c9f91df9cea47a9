from __future__ import annotations

import email
import email.policy

import msgspec
import pytest

from scorer.message import Message
from scorer.mime import parse_message
from scorer.remedies.mailing import Mailing, mailing_of
from scorer.remedies.wire import CannotRewrite, rewrite

HEAD = (
    b"Received: from a.example\r\n\tby b.example; Mon, 2 Nov 2026 10:00:00 +0000\r\n"
    b"From: =?utf-8?q?B=C3=B8ker?= <news@nordlys.example>\r\n"
    b"Subject: =?utf-8?b?SMO4c3Q=?= and\r\n a folded rest\r\nX-Long: " + b"word " * 40 + b"\r\n"
)
BOTH = (
    HEAD + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="m"\r\n\r\npreamble\r\n--m\r\n'
    b'Content-Type: multipart/alternative; boundary="a"\r\n\r\n--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
    b"Text.\r\n--a\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"<p>bl=E5</p>\r\n--a--\r\n--m\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
    b'Content-Disposition: attachment; filename="a.pdf"\r\n\r\nJVBERi0xLjQ=\r\n--m--\r\n'
)


def changed(raw: bytes, **changes: object) -> tuple[Message, Message, bytes]:
    message = parse_message(raw)
    old = mailing_of(message)
    data = rewrite(message, old, msgspec.structs.replace(old, **changes))
    return message, parse_message(data), data


def test_nothing_changed_is_the_same_message() -> None:
    assert changed(BOTH)[2] == BOTH


def test_a_changed_header_leaves_the_other_bytes_alone() -> None:
    message = parse_message(BOTH)
    old = mailing_of(message)
    data = rewrite(message, old, old.with_header("Subject", "Vår"))
    start, end = BOTH.index(b"=?utf-8?b?SMO4"), BOTH.index(b"\r\nX-Long")
    assert data.startswith(BOTH[:start]) and data.endswith(BOTH[end:])
    assert data[start : len(data) - len(BOTH) + end].isascii()
    assert parse_message(data).subject == "Vår"


def test_a_changed_body_keeps_headers_and_files() -> None:
    before, after, data = changed(BOTH, html="<p>grønt</p>\r\n")
    assert after.html == "<p>grønt</p>\r\n"
    assert after.text == before.text
    assert [h.raw for h in after.headers] == [h.raw for h in before.headers]
    assert after.attachments == before.attachments
    assert after.defects == ()
    assert data.startswith(HEAD)


def test_a_text_part_joins_the_html() -> None:
    raw = (
        HEAD
        + b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<p>bl\xc3\xa5</p>\r\n"
    )
    before, after, _ = changed(raw, text="blå\n")
    assert [part.content_type for part in after.parts] == ["text/plain", "text/html"]
    assert (after.text or "").strip() == "blå"
    assert after.html == before.html
    assert after.get("content-type").startswith("multipart/alternative")
    assert after.defects == ()


def test_line_ends_stay_as_they_were() -> None:
    raw = BOTH.replace(b"\r\n", b"\n")
    assert b"\r" not in changed(raw, html="<p>x</p>\n")[2]
    data = changed(BOTH, html="<p>x</p>\r\n")[2]
    assert data.count(b"\r\n") == data.count(b"\n")


def test_files_are_dropped_by_path() -> None:
    _, after, _ = changed(BOTH, dropped=("1.2",))
    assert after.attachments == ()
    assert after.html == "<p>blå</p>" or (after.html or "").strip() == "<p>blå</p>"


def test_long_lines_and_letters_are_encoded() -> None:
    html = "<p>" + "ø" * 3000 + "</p>"
    _, after, data = changed(BOTH, html=html)
    assert (after.html or "").strip() == html
    assert max(map(len, data.split(b"\r\n"))) <= 998


def test_a_value_cannot_add_a_header() -> None:
    message = parse_message(BOTH)
    old = mailing_of(message)
    data = rewrite(message, old, old.with_header("Subject", "x\r\nBcc: all@example.org"))
    assert not parse_message(data).all("bcc")


def test_a_body_without_an_empty_line_before_it_is_kept() -> None:
    raw = b"From: a@b.example\r\nSubject: old\r\nThis is text already.\r\nMore text.\r\n"
    message = parse_message(raw)
    old = mailing_of(message)
    after = parse_message(rewrite(message, old, old.with_header("Subject", "new")))
    assert after.subject == "new"
    assert "This is text already." in (after.text or "") and "More text." in (after.text or "")


def test_several_html_parts_are_not_edited() -> None:
    raw = (
        b'From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="m"\r\n\r\n'
        b"--m\r\nContent-Type: text/html\r\n\r\n<p>a</p>\r\n--m\r\nContent-Type: text/html\r\n\r\n<p>b</p>\r\n--m--\r\n"
    )
    assert mailing_of(parse_message(raw)).html is None


def test_a_message_read_in_part_is_refused() -> None:
    message = parse_message(b"From: a@b.example\r\nX: " + b"y" * 300_000 + b"\r\n\r\nbody")
    old = mailing_of(message)
    with pytest.raises(CannotRewrite):
        rewrite(message, old, old.with_header("Subject", "x"))


def test_a_mailbox_line_and_a_byte_order_mark_go() -> None:
    raw = b"\xef\xbb\xbf" + BOTH
    assert changed(raw)[2] == BOTH


def test_python_reads_what_is_written() -> None:
    _, _, data = changed(BOTH, html="<p>ø</p>", text="ø")
    read = email.message_from_bytes(data, policy=email.policy.default)
    assert read.get_body(("plain",)).get_content().strip() == "ø"
    assert read["subject"] == "Høst and a folded rest"


def test_one_header_of_a_name_is_set_in_the_first_ones_place() -> None:
    mailing = Mailing((("A", "1"), ("b", "2"), ("a", "3")), None, None)
    assert mailing.with_header("a", "x").headers == (("A", "x"), ("b", "2"))
    assert mailing.with_header("a", None).headers == (("b", "2"),)
    assert mailing.with_header("c", "y").headers[-1] == ("c", "y")
