"""Rules about attachments, beyond their own examples: near misses, one finding for one fact, and bounds."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.draft import Draft, DraftAttachment
from scorer.facts import Facts, gather
from scorer.mime import parse_message
from scorer.rules import all_rules, run_rules
from scorer.rules.rule import Finding
from scorer.sending import from_mapping

RULES = [registered for registered in all_rules().values() if registered.rule.group == "attachments"]
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00"


def zip_of(**files: bytes) -> bytes:
    return packed(list(files.items()))


def packed(files: list[tuple[str, bytes]], encrypted: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files:
            # A fixed date: the bytes stand in test ids, which must be the same in every worker.
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    data = bytearray(target.getvalue())
    place = data.find(b"PK\x01\x02") if encrypted else -1
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


def facts(*files: tuple[str, bytes], kind: str = "application/octet-stream", sending: Any = None) -> Facts:
    attachments = tuple(DraftAttachment(name, base64.b64encode(data).decode(), kind) for name, data in files)
    draft = Draft(
        from_="Shop <news@fjellsport.example>", subject="News", html="<p>Hello</p>", attachments=attachments
    )
    return gather(draft.to_message(), from_mapping(sending) if sending else None)


def fired(source: Facts) -> dict[str, Finding]:
    found, unchecked = run_rules(source, RULES)
    broken = [item for item in unchecked if "the rule failed" in item.reason]
    assert not broken, broken
    return {finding.rule: finding for finding in found}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("prices.pdf", PDF),
        ("prices.v2.final.pdf", PDF),
        ("holiday.zip", packed([("a.jpg", b"\xff\xd8\xff"), ("list.txt", b"x")])),
        ("report.docx", packed([("[Content_Types].xml", b"<t/>"), ("word/document.xml", b"<w/>")])),
        ("secret.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("photo.jpg", b"\x89PNG\r\n\x1a\n"),
        ("notes.txt", b"#!note to self"),
        ("notes.txt", b"MZ is how a program begins"),
        ("addresses.csv", b"BM;Oslo;12"),
        ("backup.tar.gz", b"\x1f\x8b\x08\0"),
        ("קטלוג.pdf", PDF),
        ("meeting.ics", b"BEGIN:VCALENDAR"),
        ("movie.mp4", b"\0\0\0\x18ftypmp42"),
    ],
)
def test_ordinary_files_pass(name: str, data: bytes) -> None:
    assert fired(facts((name, data))) == {}


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("setup.exe", PROGRAM, {"blocked-attachment-type"}),
        ("SETUP.EXE ", PROGRAM, {"blocked-attachment-type"}),
        ("invoice.pdf.exe", PROGRAM, {"blocked-attachment-type", "double-extension"}),
        ("link.url", b"[InternetShortcut]", {"dangerous-attachment-type"}),
        ("catalogue.pdf", PROGRAM, {"program-under-another-name"}),
        ("catalogue", PROGRAM, {"program-under-another-name"}),
        ("catalogue.pdf", packed([("a.txt", b"x")]), {"attachment-contradicts-its-name"}),
        ("catalogue.txt", PDF, {"attachment-contradicts-its-name"}),
        ("a.zip", packed([("run.js", b"x")]), {"blocked-file-in-archive"}),
        ("a.zip", packed([("open.url", b"x")]), {"dangerous-attachment-type"}),
        ("a.zip", packed([("bill.pdf.exe", b"x")]), {"blocked-file-in-archive", "double-extension"}),
        ("a.zip", packed([("b.rar", b"x")]), {"archive-in-archive"}),
        ("a.zip", packed([("b.pdf", b"x")], encrypted=True), {"encrypted-archive"}),
        ("a.zip", packed([("b.pdf", b"x")])[:-30], {"damaged-archive"}),
        ("a.pdf", PDF.replace(b"/Root", b"/Encrypt 2 0 R/Root"), {"encrypted-document"}),
        ("budget.xlsm", packed([("xl/vbaProject.bin", b"x")]), {"macro-document"}),
        ("budget.xlsx", packed([("xl/vbaProject.bin", b"x")]), {"macro-document"}),
        ("budget.xlsm", packed([("xl/workbook.xml", b"x")]), {"macro-document"}),
        ("page.html", b"<html>", {"html-attachment"}),
        ("logo.svg", b"<svg/>", {"html-attachment"}),
        ("invoice", b"<html><body>", {"html-attachment"}),
        ("bill\u202efdp.txt", b"x", {"deceptive-file-name"}),
        ("bill.pdf" + " " * 20 + ".txt", b"x", {"deceptive-file-name"}),
        ("winmail.dat", b"x", {"winmail-dat"}),
        ("prices.pdf", b"", {"empty-attachment"}),
    ],
)
def test_one_fact_is_one_finding(name: str, data: bytes, expected: set[str]) -> None:
    assert set(fired(facts((name, data)))) == expected


def test_a_workbook_in_binary_form_may_be_without_macros() -> None:
    assert fired(facts(("data.xlsb", packed([("xl/workbook.bin", b"x")])))) == {}
    assert "macro-document" in fired(facts(("data.xlsb", packed([("xl/vbaProject.bin", b"x")]))))


def test_members_of_office_files_are_not_files_that_anybody_opens() -> None:
    office = packed([("[Content_Types].xml", b"<t/>"), ("word/embeddings/script.js", b"x"), ("a.zip", b"x")])
    assert fired(facts(("letter.docx", office))) == {}


def test_a_picture_shown_in_the_text_is_no_attached_page() -> None:
    raw = (
        b"From: a@fjellsport.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
        b'--b\r\nContent-Type: text/html\r\n\r\n<p><img src="cid:x"></p>\r\n'
        b"--b\r\nContent-Type: image/png\r\nContent-ID: <x>\r\nContent-Disposition: inline; filename=x.png\r\n\r\n"
        b"<html>\r\n--b--\r\n"
    )
    assert "html-attachment" not in fired(gather(parse_message(raw)))


def test_attachments_matter_where_the_mailing_goes_to_many() -> None:
    file = ("prices.pdf", PDF)
    rule = "attachment-in-mailing"
    assert rule in fired(facts(file, sending={"category": "marketing"}))
    assert rule in fired(facts(file, sending={"category": "transactional", "audience": {"recipients": 5000}}))
    assert rule not in fired(facts(file, sending={"category": "transactional"}))
    assert rule not in fired(facts(file, sending={"audience": {"recipients": 12}}))
    assert rule not in fired(facts(sending={"category": "marketing"}))
    unchecked = run_rules(facts(file), RULES)[1]
    assert [item.rule for item in unchecked] == [rule]
    assert run_rules(facts(), RULES)[1] == ()


def test_sizes_are_of_the_encoded_message() -> None:
    def of(megabytes: float) -> dict[str, Finding]:
        return fired(facts(("film.bin", b"\0" * int(megabytes * 1024 * 1024))))

    assert "message-too-large" not in of(7)
    large, refused = of(8)["message-too-large"], of(15)["message-too-large"]
    assert (large.severity, large.message) == ("warning", "large")
    assert (refused.severity, refused.message) == ("blocker", "main")
    assert refused.evidence[0].quote == "film.bin"


def test_a_remedy_knows_which_file() -> None:
    source = facts(("prices.pdf", PDF), ("setup.exe", PROGRAM))
    finding = fired(source)["blocked-attachment-type"]
    assert finding.fix_params == {"path": "1.3", "filename": "setup.exe"}
    assert [(item.kind, item.name, item.quote) for item in finding.evidence] == [
        ("attachment", "1.3", "setup.exe")
    ]


def test_the_reason_why_an_archive_is_too_much_is_told_apart() -> None:
    many = packed([(f"{number}.txt", b"") for number in range(1001)])
    assert fired(facts(("a.zip", many)))["archive-bomb"].severity == "warning"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.binary(max_size=200) | st.sampled_from([PROGRAM, PDF, zip_of(a=b"x")]))
def test_no_rule_fails_on_any_file(name: str, data: bytes) -> None:
    for finding in fired(facts((name, data))).values():
        for evidence in finding.evidence:
            assert len(evidence.quote) <= 120
