"""Reading mail: anything gives a Message or NotMail, in bounded time, with its oddities listed."""

from __future__ import annotations

import base64
import email.message
import io
import time
import zipfile
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scorer import mime
from scorer.charsets import decode_header
from scorer.message import Message
from scorer.mime import MAX_DEPTH, NotMail, parse_message

HEAD = b"From: Nordlys Books <news@nordlys.example>\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\n"


def ids(message: Message) -> set[str]:
    return {defect.id for defect in message.defects}


def real_looking() -> bytes:
    mail = EmailMessage()
    mail["From"] = "Nordlys Bøker <news@nordlys.example>"
    mail["To"] = "reader@example.org"
    mail["Subject"] = "Vår høstkatalog"
    mail["Received"] = "from a by b; Mon, 2 Nov 2026 10:00:00 +0000"
    mail.set_content("Førti nye titler.\n")
    mail.add_alternative("<p>Førti <b>nye</b> titler.</p>", subtype="html")
    mail.add_attachment(
        b"%PDF-1.7 catalogue", maintype="application", subtype="pdf", filename="Høstkatalog.pdf"
    )
    return mail.as_bytes()


def nested(levels: int, padding: bytes = b"") -> bytes:
    lines = (
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n%s--b%d\r\n' % (level, padding, level)
        for level in range(levels)
    )
    return b"".join([HEAD, *lines, b"Content-Type: text/plain\r\n\r\nForty new titles.\r\n"])


def test_an_ordinary_message_is_read_whole() -> None:
    message = parse_message(real_looking())
    assert message.subject == "Vår høstkatalog"
    assert message.text is not None and message.text.strip() == "Førti nye titler."
    assert message.html is not None and "<b>nye</b>" in message.html
    assert [(a.filename, a.real_type) for a in message.attachments] == [
        ("Høstkatalog.pdf", "application/pdf")
    ]
    assert message.defects == ()
    assert message.transported and not message.composed


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"hello there",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        b"<!DOCTYPE html>\n<html><p>Hi</p></html>",
        b"PK\x03\x04" + b"\x00" * 50,
        b"\n\nno header at all\n",
    ],
    ids=["nothing", "blank", "a sentence", "a picture", "a web page", "an archive", "a body"],
)
def test_what_is_not_mail_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(NotMail, match="not a mail message") as raised:
        parse_message(data)
    assert "\n" not in str(raised.value)


@settings(deadline=None)
@given(data=st.binary(max_size=3000))
def test_any_bytes_give_a_message_or_not_mail(data: bytes) -> None:
    try:
        message = parse_message(data)
    except NotMail:
        return
    assert message.headers
    assert message.size == len(data)


FRAGMENTS = st.sampled_from(
    [
        b"\r\n",
        b"\n",
        b"\r",
        b"\x00",
        b"--",
        b"=?utf-8?q?",
        b"?=",
        b"=",
        b"\xff\xfe",
        b"boundary=",
        b'"',
        b";",
        b"*0*=",
        b"Content-Type: ",
        b"multipart/",
        b"message/rfc822",
        b"base64",
        b"charset=",
        b"utf-16",
        b"x-uuencode",
    ]
)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_mutated_message_is_still_read(data: st.DataObject) -> None:
    source = bytearray(real_looking())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(source)))
        length = data.draw(st.integers(0, 40))
        source[at : at + length] = data.draw(st.one_of(FRAGMENTS, st.binary(max_size=20)))
    try:
        message = parse_message(bytes(source))
    except NotMail:
        return
    assert all(isinstance(header.value, str) for header in message.headers)
    assert message.visible_text is not None


@settings(deadline=None)
@given(end=st.integers(1, len(real_looking())))
def test_a_truncated_message_is_read_as_far_as_it_goes(end: int) -> None:
    data = real_looking()[:end]
    try:
        message = parse_message(data)
    except NotMail:
        assert b":" not in data or b"\n" not in data
        return
    assert message.headers[0].name in "From"


@pytest.mark.parametrize(
    ("label", "body", "text"),
    [
        ("iso-8859-1", "Vårt høstprogram", "Vårt høstprogram"),
        ("koi8-r", "Осень", "Осень"),
        ("gb2312", "秋季目录", "秋季目录"),
        ("shift_jis", "秋のカタログ", "秋のカタログ"),
    ],
)
def test_8bit_bodies_are_read_by_their_own_bytes(label: str, body: str, text: str) -> None:
    data = (
        HEAD
        + b"Content-Type: text/plain; charset=%s\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" % label.encode()
    )
    message = parse_message(data + body.encode(label))
    assert message.text == text
    assert message.defects == ()


def test_a_wrong_label_is_noted_and_the_text_still_read() -> None:
    data = HEAD + b"Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    message = parse_message(data + "Vårt høstprogram".encode())
    assert message.text == "Vårt høstprogram"
    assert ids(message) == {"charset-wrong"}


def test_the_mbox_line_and_a_byte_order_mark_are_taken_off() -> None:
    assert (
        parse_message(b"From someone Mon Nov  2 10:00:00 2026\n" + HEAD + b"\nHi").subject
        == "Our autumn catalogue"
    )
    marked = parse_message(b"\xef\xbb\xbf" + HEAD + b"\nHi")
    assert (marked.get("from"), ids(marked)) == ("Nordlys Books <news@nordlys.example>", {"byte-order-mark"})


def test_a_forwarded_message_is_not_the_authors_text() -> None:
    data = HEAD + (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: Old news\r\n\r\nOld text.\r\n--b--\r\n"
    )
    message = parse_message(data)
    assert message.forwarded
    assert message.text == "See below."


def test_the_fields_of_a_delivery_report_are_not_text() -> None:
    data = HEAD + (
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nFailed.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a\r\n\r\nAction: failed\r\n\r\n--b--\r\n"
    )
    assert parse_message(data).text == "Failed."


@pytest.mark.parametrize(("first", "second", "noted"), [("html", "plain", True), ("plain", "html", False)])
def test_the_order_of_alternatives(first: str, second: str, noted: bool) -> None:
    body = "".join(
        f"--b\r\nContent-Type: text/{kind}\r\n\r\nForty new titles.\r\n" for kind in (first, second)
    )
    data = HEAD + f"Content-Type: multipart/alternative; boundary=b\r\n\r\n{body}--b--\r\n".encode()
    assert ("alternatives-reversed" in ids(parse_message(data))) is noted


@pytest.mark.parametrize("levels", [MAX_DEPTH + 5, 500, 5000])
def test_parts_nested_too_deeply_are_noted(levels: int) -> None:
    message = parse_message(nested(levels))
    assert "nested-too-deep" in ids(message)
    assert message.subject == "Our autumn catalogue"


def test_messages_inside_messages_are_bounded() -> None:
    assert "nested-too-deep" in ids(
        parse_message(HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 3000 + b"Hi")
    )


def test_an_archive_bomb_is_listed_and_not_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.bin", b"\x00" * (40 << 20))
    content = base64.encodebytes(packed.getvalue())
    data = (
        HEAD
        + b'Content-Type: application/zip; name="a.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + content
    )
    started = time.perf_counter()
    (attachment,) = parse_message(data).attachments
    assert time.perf_counter() - started < 1
    assert [member.size for member in attachment.members] == [40 << 20] * 3


HOSTILE = {
    "a header of 100 MB": lambda: b"Subject: " + b"a" * (100 << 20),
    "ten million fields": lambda: b"a: b\n" * (10 << 20),
    "line breaks only": lambda: b"Subject: x\r\n\r\n" + b"\n" * (20 << 20),
    "carriage returns only": lambda: b"Subject: x\r\n\r\n" + b"\r" * (20 << 20),
    "levels and lines": lambda: nested(190) + b"a\r\n" * 1_000_000,
    "levels and padding": lambda: nested(500, b"x" * 9000 + b"\r\n"),
    "parts": lambda: HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000,
    "openings of encoded-words": lambda: b"Subject: " + b"=?" * (1 << 19) + b"\n\nx",
    "brackets": lambda: b"From: " + b"(" * (1 << 20) + b"\n\nx",
    "blanks": lambda: b"Subject: " + b" " * (1 << 20) + b"\n\nx",
    "folds": lambda: b"Subject: x\n" + b" x\n" * 80_000 + b"\nx",
    "parameters": lambda: HEAD + b"Content-Type: text/plain" + b"; a*0*=x" * 20_000 + b"\r\n\r\nx",
    "quotes": lambda: HEAD + b"Content-Type: text/plain" + b';"' * 80_000 + b"\r\n\r\nx",
    "8-bit subjects": lambda: (
        b"".join(b"Subject: " + bytes(range(128, 256)) + b"\n" for _ in range(900)) + b"\nx"
    ),
    "base64 without end": lambda: HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QUFB" * (2 << 20),
    "uuencode without end": lambda: (
        HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\n" + b"Mxxx\n" * 500_000
    ),
    "punycode": lambda: HEAD + b"Content-Type: text/plain; charset=punycode\r\n\r\nx-" + b"9ab" * 500_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_takes_seconds_at_most(name: str) -> None:
    data = HOSTILE[name]()
    started = time.perf_counter()
    message = parse_message(data)
    assert time.perf_counter() - started < 15
    assert len(message.headers) <= 1000


@settings(deadline=None)
@given(subject=st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200))
@example("=?utf-8?q?x?=")
def test_what_the_standard_library_writes_is_read_back(subject: str) -> None:
    from email.header import Header

    data = f"Subject: {Header(subject, 'utf-8').encode()}\r\n\r\nx".encode()
    assert parse_message(data).subject == subject.strip()


_PIECES = st.sampled_from(
    [
        *(
            "text/plain",
            "TEXT/Html",
            ";",
            "; ",
            ";\n\t",
            " ; ",
            "=",
            '"',
            "'",
            "*",
            "*0",
            "*0*",
            "%20",
            " ",
            "\\",
        ),
        *(
            "charset",
            "Charset",
            "charset=",
            "utf-8",
            '"us-ascii"',
            "iso-8859-1''x",
            "format=flowed",
            "name=a.txt",
        ),
        *(
            'name="a b"',
            "filename*=utf-8''%c3%a6",
            "boundary=x",
            "encoding=utf-8",
            "charset=utf-8",
            "\udce9",
        ),
    ]
)


@given(st.lists(_PIECES, max_size=9), st.lists(_PIECES, max_size=5))
def test_parameters_are_what_the_standard_library_takes_them_for(
    content_type: list[str], disposition: list[str]
) -> None:
    node = email.message.Message()
    node.set_raw("Content-Type", "".join(content_type))
    if disposition:
        node.set_raw("Content-Disposition", "".join(disposition))
        node.set_raw("content-type", "text/html")
    fields = mime._content_fields(node)
    try:
        charset = node.get_param("charset", "")
    except Exception:
        charset = ""
    charset = charset[2] if isinstance(charset, tuple) else charset
    assert mime._charset(node, fields) == str(charset or "").strip().strip("\"'").lower()[:60]
    try:
        name = node.get_filename("")
    except Exception:
        name = ""
    assert mime._filename(node, fields) == (
        decode_header(str(name))[0].replace("\n", " ")[:300] if name else ""
    )
    assert fields == {name.lower(): str(node.get(name)) for name in node.keys()}  # noqa: SIM118
