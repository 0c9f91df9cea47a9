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
        (aggregate().replace(b"<begin>", b"<begin>x"), "date range"),
        (aggregate(domain=""), "no domain"),
        (aggregate().replace(b"policy_published", b"policy"), "no policy_published"),
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
