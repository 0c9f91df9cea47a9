"""Aggregate reports of both RFCs, in every wrapping; broken and hostile ones are refused by name."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.history.readers import dmarc as reader
from scorer.history.readers.dmarc import read_dmarc
from scorer.history.readers.items import Item, unpack
from scorer.history.readers.read import read_item
from scorer.history.values import NotUsable
from tests.history.feeds import aggregate, gzipped, mailed, row, zipped

TODAY = date(2026, 11, 24)
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def reports(name: str, data: bytes):
    return [
        report
        for item in unpack(name, data)
        for _, batch in read_item(item, TODAY)
        for report in batch.reports
    ]


@pytest.mark.parametrize(
    "namespace", ["", "http://dmarc.org/dmarc-xml/0.1", "urn:ietf:params:xml:ns:dmarc-2.0"]
)
def test_both_forms(namespace: str) -> None:
    report = read_dmarc(aggregate(row(count=7), row(dkim="fail", spf="pass", count=3), namespace=namespace))
    assert (report.org, report.domain, report.policy) == ("receiver.example", "shop.example", "none")
    assert [(r.count, r.dkim_aligned, r.spf_aligned) for r in report.rows] == [
        (7, True, False),
        (3, False, True),
    ]
    assert report.rows[0].dkim_domain == "shop.example"


def test_an_unaligned_pass_is_no_pass() -> None:
    results = "<dkim><domain>esp.example</domain><result>pass</result></dkim><spf><domain>esp.example</domain><result>pass</result></spf>"
    (found,) = read_dmarc(aggregate(row(dkim="fail", results=results))).rows
    assert not found.dkim_aligned and found.dkim_domain == found.spf_domain == "esp.example"


@pytest.mark.parametrize(
    "wrapped",
    [
        aggregate(),
        b"\xef\xbb\xbf" + aggregate(),
        gzipped(aggregate()),
        zipped(report_xml=aggregate()),
        mailed(gzipped(aggregate()), "receiver.example!shop.example!1!2.xml.gz"),
        mailed(zipped(report_xml=aggregate()), "report.zip", "zip"),
        mailed(aggregate(), "report.xml", "xml"),
        zipped(mail_eml=mailed(gzipped(aggregate()), "report.xml.gz")),
    ],
)
def test_every_wrapping(wrapped: bytes) -> None:
    (report,) = reports("feed", wrapped)
    assert report.rows[0].count == 10


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (aggregate()[:-20], "not well-formed"),
        (aggregate(head=BOMB), "refused"),
        (aggregate(head=EXTERNAL), "refused"),
        (b"<html><body>hello</body></html>", "not a DMARC"),
        (aggregate().replace(b"<begin>", b"<begin>x").replace(b"<end>", b"<end>x"), "date range"),
        (aggregate(row(header_from=""), domain=""), "no domain"),
        (b"", "empty"),
    ],
)
def test_broken_ones_are_named(data: bytes, reason: str) -> None:
    with pytest.raises(NotUsable, match=reason):
        list(read_item(Item("x", data), TODAY))


def test_a_row_without_a_count_is_told() -> None:
    ((_, batch),) = read_item(Item("x", aggregate(row(), row(count="many"))), TODAY)
    assert len(batch.reports[0].rows) == 1
    assert batch.problems == ("1 rows without a count",)


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from scorer.history.readers import items

    monkeypatch.setattr(items, "MAX_ITEM", 10_000)
    bomb = gzipped(b"<feedback>" + b" " * 1_000_000)
    (found,) = unpack("bomb", bomb)
    assert "too much" in found.problem
    (found,) = unpack("bomb", zipped(a_xml=b" " * 1_000_000))
    assert "too much" in found.problem and found.name == "bomb!a.xml"
    monkeypatch.setattr(reader, "MAX_ROWS", 2)
    with pytest.raises(NotUsable, match="more than 2 rows"):
        read_dmarc(aggregate(row(), row(), row()))


def test_wrapping_is_not_endless() -> None:
    data = aggregate()
    for _ in range(6):
        data = gzipped(data)
    (found,) = unpack("x", data)
    assert found.problem == "packed too often"


def test_a_broken_member_does_not_hide_the_others() -> None:
    found = list(unpack("x.zip", zipped(a_xml=aggregate(), b_xml=b"<feedback")))
    assert [item.name for item in found] == ["x.zip!a.xml", "x.zip!b.xml"]


@given(st.binary(max_size=500))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for candidate in (data, b"PK\x03\x04" + data, b"\x1f\x8b" + data, b"<feedback>" + data):
        for item in unpack("x", candidate):
            try:
                list(read_item(item, TODAY))
            except NotUsable:
                continue


def changed(old: str, new: str, report: bytes | None = None) -> bytes:
    text = (report or aggregate()).decode()
    assert old in text
    return text.replace(old, new).encode()


BEGIN = "<date_range><begin>1795305600</begin><end>1795391999</end></date_range>"
NAMED = "receiver.example!shop.example!1795305600!1795391999.xml"
ODD = {
    "UTF-16": ("r.xml", aggregate().decode().replace("UTF-8", "UTF-16").encode("utf-16")),
    "UTF-16, declared UTF-8": ("r.xml", aggregate().decode().encode("utf-16")),
    "Windows-1252": ("r.xml", changed("receiver.example</org", "Empfänger</org").decode().replace("UTF-8", "windows-1252").encode("cp1252")),
    "GB 2312": ("r.xml", changed("receiver.example</org", "网易</org").decode().replace("UTF-8", "gb2312").encode("gb2312")),
    "no declaration": ("r.xml", changed('<?xml version="1.0" encoding="UTF-8"?>\n', "")),
    "a declared encoding that is wrong": ("r.xml", changed("UTF-8", "UTF-16")),
    "a long comment first": ("r.xml", changed("<feedback", "<!-- " + "x" * 3_000 + " --><feedback")),
    "padding behind it": ("r.xml", aggregate() + b"\r\n\0\0\0"),
    "a prefix": ("r.xml", changed("</feedback>", "</d:feedback>", changed("<feedback>", '<d:feedback xmlns:d="urn:x">'))),
    "an unknown namespace": ("r.xml", aggregate(namespace="urn:nobody:knows")),
    "elements of its own": ("r.xml", changed("<version>1.0</version>", "<version>2</version><x><count>9</count></x>")),
    "no policy": ("r.xml", changed("<policy_published><domain>shop.example</domain><p>none</p><sp>none</sp></policy_published>", "")),
    "no dates, but a name": (NAMED, changed(BEGIN, "")),
    "no end": ("r.xml", changed("<end>1795391999</end>", "")),
    "milliseconds": ("r.xml", changed("1795305600", "1795305600000", changed("1795391999", "1795391999000"))),
    "ISO dates": ("r.xml", changed("1795305600", "2026-11-22T00:00:00Z", changed("1795391999", "2026-11-22 23:59:59"))),
    "fractions": ("r.xml", changed("1795305600", "1795305600.0")),
    "blanks in values": ("r.xml", changed("<count>10</count>", "<count>\n 10 </count>")),
    "no report id, no organisation": ("r.xml", changed("<org_name>receiver.example</org_name>", "", changed("<report_id>r1</report_id>", ""))),
    "no results": ("r.xml", aggregate(row(results=""))),
    "no identifiers": ("r.xml", changed("<identifiers><header_from>shop.example</header_from></identifiers>", "")),
    "inline in a mail": ("r.eml", b"From: a@b.example\nSubject: report\nContent-Type: text/plain; charset=utf-8\n\n" + aggregate()),
    "the whole mail is the file": ("r.eml", b"From: a@b.example\nSubject: report\nContent-Type: text/xml\n\n" + aggregate()),
    "gzip with something behind it": ("r.xml.gz", gzipped(aggregate()) + b"\0" * 40),
    "gzip in zip, by a wrong name": ("r.xml", zipped(report_xml_gz=gzipped(aggregate()))),
}  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_odd_reports_are_counted(kind: str) -> None:
    name, data = ODD[kind]
    (report,) = reports(name, data)
    assert report.domain == "shop.example"
    assert sum(found.count for found in report.rows) == 10
    assert report.begin == 1795305600


def test_several_rows_in_a_record_and_several_reports_in_one_mail() -> None:
    two = row(count=1).replace("</row>", "</row><row><source_ip>192.0.2.2</source_ip><count>4</count></row>")
    assert [r.count for r in read_dmarc(aggregate(two)).rows] == [1, 4]
    both = zipped(one_xml=aggregate(id="1"), two_xml=aggregate(id="2"))
    assert [r.report_id for r in reports("x.eml", mailed(both, "both.zip", "zip"))] == ["1", "2"]


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (changed("<begin>", "<begin>x"), "one end of its date range"),
        (aggregate(domain=""), "for which domain"),
        (changed("policy_published", "policy"), "for which domain"),
    ],
)
def test_what_is_missing_is_named_and_the_rest_counted(data: bytes, note: str) -> None:
    ((_, batch),) = read_item(Item("r.xml", data), TODAY)
    assert batch.reports[0].domain == "shop.example" and note in batch.problems[0]


def test_reversed_dates_are_counted_and_named() -> None:
    data = changed(BEGIN, "<date_range><begin>1795391999</begin><end>1795305600</end></date_range>")
    ((_, batch),) = read_item(Item("r.xml", data), TODAY)
    assert batch.reports[0].begin == 1795305600 and "ends before" in batch.problems[0]


TLS = b'{"organization-name":"x","date-range":{},"report-id":"1","policies":[]}'


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("t.json", TLS, "TLS report"),
        ("t.json.gz", gzipped(TLS), "TLS report"),
        ("t.eml", mailed(gzipped(TLS), "t.json.gz", "tlsrpt+gzip"), "TLS report"),
        ("t.eml", mailed(TLS, "t.json", "tlsrpt+json"), "TLS report"),
        ("r.xml", changed(BEGIN, "<date_range><begin>soon</begin></date_range>"), "date range"),
        ("r.xml", aggregate()[:-20], "not well-formed"),
        ("r.xml", changed("receiver", "recei\0ver"), "not well-formed"),
        ("r.xml", aggregate().replace(b"receiver.example</org", b"\xff\xfe\x80</org"), "not well-formed"),
        ("r.xml", b"<feedback></feedback>", "not a DMARC"),
        ("r.xml.gz", gzipped(aggregate())[:-30], "too early"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_broken_or_something_else_says_so(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(NotUsable, match=reason):
        for item in unpack(name, data):
            if item.problem:
                raise NotUsable(item.problem)
            list(read_item(item, TODAY))
