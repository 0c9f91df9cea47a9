"""Messages as Outlook saves them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("olefile", reason="the extra `batch` is not installed")

from scorer.campaigns.engine import score_items
from scorer.campaigns.readers.outlook import OutlookError, is_outlook, to_mail
from scorer.campaigns.readers.rtf import html_in, text_in
from scorer.campaigns.sources import read_items
from scorer.mime import parse_message
from tests.campaigns.cfb import outlook
from tests.campaigns.mail import rules_alone

RTF = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}{\colortbl\red0\green0\blue0;}"
    rb"{\*\generator Microsoft;}\uc1\pard\plain\deftab360 \f0\fs24 {\*\htmltag19 <html>}{\*\htmltag64}"
    rb"\htmlrtf {\htmlrtf0 {\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 Caf\'e9 \u8364?5 \{x\}\htmlrtf }\htmlrtf0 "
    rb"""{\*\htmltag92 </b>}\htmlrtf \par}\htmlrtf0 {\*\htmltag84 <a href="https://shop.example/?a=1&b=\'e9">}"""
    rb"""{\*\mhtmltag84 <a href="cid:1">}go{\*\htmltag92 </a>}\u-10179?\u-8704?{\*\htmltag27 </html>}}"""
)


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def message(**more: bytes) -> dict[str, bytes]:
    fields = {
        "0037001F": wide("Spring at the shop"),
        "0C1A001F": wide("The Shop"),
        "5D01001F": wide("news@shop.example"),
        "0E04001F": wide("Anna"),
        "1000001F": wide("Hello, café"),
        "10130102": "<html><body><p>Hello, <b>café</b></p></body></html>".encode(),
    }
    return fields | {name.removeprefix("p"): value for name, value in more.items()}


def test_a_saved_draft_becomes_the_mail_that_it_is() -> None:
    found = parse_message(to_mail(outlook(message())))
    assert found.get("from") == "The Shop <news@shop.example>"
    assert found.subject == "Spring at the shop" and found.get("date").startswith("Tue, 03 Mar 2026")
    assert (found.text or "").strip() == "Hello, café"
    assert "<b>café</b>" in (found.html or "")
    assert not found.transported and not found.defects


def test_of_a_received_message_the_fields_stay_and_the_transport_goes() -> None:
    headers = (
        "Received: from a by b; Tue, 3 Mar 2026 10:00:00 +0100\r\nDKIM-Signature: v=1; a=rsa-sha256;\r\n b=abc\r\n"
        "From: Shop <news@shop.example>\r\nSubject: On the wire\r\nList-Unsubscribe: <https://shop.example/u>\r\n"
        'Content-Type: multipart/mixed;\r\n boundary="x"\r\nMIME-Version: 1.0\r\n'
    )
    found = parse_message(to_mail(outlook(message(p007D001F=wide(headers)))))
    assert found.subject == "On the wire" and found.get("list-unsubscribe") == "<https://shop.example/u>"
    assert not found.transported and not found.get("dkim-signature")
    assert (found.text or "").strip() == "Hello, café"


def test_html_that_is_kept_in_rich_text_is_taken_out() -> None:
    expected = '<html><b>Café €5 {x}</b><a href="https://shop.example/?a=1&b=é">go</a>😀</html>'
    assert html_in(RTF) == expected
    assert html_in(rb"{\rtf1\ansi Plain\par text}") is None
    assert text_in(rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}Plain\par text}") == "Plain\r\ntext"


def test_a_message_with_rich_text_alone() -> None:
    rtf = pytest.importorskip("compressed_rtf").compress(RTF, True)
    fields = message(p10090102=rtf)
    del fields["10130102"]
    assert "Café €5" in (parse_message(to_mail(outlook(fields))).html or "")


def test_narrow_texts_follow_the_code_page_and_attachments_stay() -> None:
    fields = {"0037001E": "Весна".encode("cp1251"), "1000001E": "Привет".encode("cp1251")}
    file = {
        "37010102": b"%PDF-1.4" + b"x" * 9000,
        "3707001F": wide("price list.pdf"),
        "370E001F": wide("application/pdf"),
    }
    found = parse_message(to_mail(outlook(fields, [file], page=1251)))
    assert found.subject == "Весна" and (found.text or "").strip() == "Привет"
    assert [(item.filename, item.content_type) for item in found.attachments] == [
        ("price list.pdf", "application/pdf")
    ]


def test_names_that_are_no_names_lose_no_message() -> None:
    file = {"37010102": b"x", "3707001F": wide("a\r\nX: y.pdf"), "3712001F": wide("é 1\n")}
    (found,) = parse_message(to_mail(outlook(message(), [file]))).attachments
    assert found.filename == "a X: y.pdf" and found.inline


@pytest.mark.parametrize("cut", [8, 600, 1500])
def test_what_is_damaged_or_no_message_is_said_in_one_line(cut: int) -> None:
    whole = outlook(message())
    assert is_outlook(whole)
    with pytest.raises(OutlookError):
        to_mail(whole[:cut])
    with pytest.raises(OutlookError, match="neither subject nor body"):
        to_mail(outlook({}))


def test_in_a_zip_and_as_files_they_are_rows(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one.msg", outlook(message()))
        archive.writestr("two.eml", b"From: a@b.example\nSubject: x\n\ny\n")
    (tmp_path / "three.msg").write_bytes(outlook(message()))
    (tmp_path / "broken.msg").write_bytes(outlook(message())[:700])
    rows = [json.loads(done.row) for done in score_items(read_items([str(tmp_path)]), rules_alone(), jobs=1)]
    assert [row.get("subject", "error") for row in rows] == [
        "Spring at the shop",
        "x",
        "error",
        "Spring at the shop",
    ]
    assert rows[0]["sha256"] == rows[3]["sha256"] and rows[0]["score"] == rows[3]["score"]
    assert "damaged as a message of Outlook" in rows[2]["error"]
