"""DMARC monitoring: who sends as the domain, and whether a stricter policy is safe."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from scorer.history.digest import digest, digest_html, digest_text
from scorer.history.ingest import take_in
from scorer.history.monitor import by_day, readiness, senders
from scorer.history.readers.items import Item
from scorer.history.report import (
    blocks_report,
    blocks_text,
    rates_report,
    rates_text,
    trend_report,
    trend_text,
)
from scorer.history.store import History
from scorer.history.values import Batch, Count, Event, Source
from scorer.language import NAMES, language
from tests.history.feeds import aggregate, row

START = date(2026, 10, 1)
OWN = {"dkim_domain": "shop.example", "dkim_aligned": True}


def source(day: int = 0, ip: str = "192.0.2.1", n: int = 100, **more: object) -> Source:
    values = {
        "header_from": "shop.example",
        "dkim_domain": "",
        "spf_domain": "",
        "dkim_aligned": False,
        "spf_aligned": False,
        "disposition": "none",
        "override": "",
        **more,
    }
    return Source(day=START + timedelta(days=day), source_ip=ip, n=n, **values)  # type: ignore[arg-type]


def month(**more: object) -> list[Source]:
    return [source(day, **{**OWN, **more}) for day in range(20)]  # type: ignore[arg-type]


def test_sources_by_what_they_authenticate_as() -> None:
    found = senders(
        [
            source(**OWN, n=50),
            source(ip="198.51.100.1", spf_domain="bounce.sendgrid.net", n=40),
            source(ip="198.51.100.2", spf_domain="em1.sendgrid.net", n=5),
            source(ip="203.0.113.5", dkim_domain="mail.other.example", n=30),
            source(ip="203.0.113.77", n=20),
            source(ip="203.0.113.78", n=1),
            source(ip="2001:db8::1", n=2, override="forwarded"),
        ]
    )
    assert [(sender.standing, sender.n, sender.unknown) for sender in found] == [
        ("passes", 50, False),
        ("authenticates as another", 45, True),
        ("authenticates as another", 30, True),
        ("nothing passes", 21, True),
        ("forwards", 2, False),
    ]
    assert found[1].service and "SendGrid" in found[1].name and found[1].address_count == 2
    assert found[2].name == "other.example"
    assert found[3].name == "203.0.113.0/24"
    assert found[4].name == "2001:db8::/48"


def test_a_month_of_passing_mail_is_safe() -> None:
    found = readiness(month(), "none")
    assert found.answer == "yes"
    assert "surely less than 1%" in found.reasons[-1]


@pytest.mark.parametrize(
    ("sources", "answer", "why"),
    [
        ([], "not enough evidence", "0 days"),
        (month()[:5], "not enough evidence", "5 days"),
        (month(n=1), "not enough evidence", "too few"),
        ([*month(), source(n=300, dkim_domain="")], "yes", "surely less"),  # forged mail is what it is for
        (
            [*month(), *(source(day, n=10, spf_domain="shop.example") for day in range(20))],
            "not yet",
            "surely more",
        ),
        ([*month(), source(spf_domain="bounce.sendgrid.net", n=50)], "not yet", "none passed"),
        ([*month(), source(spf_domain="crm.example", n=50)], "not yet", "if it is yours"),
        ([*month(), source(spf_domain="crm.example", n=3)], "yes", "surely less"),
    ],
)
def test_is_quarantine_safe(sources: list[Source], answer: str, why: str) -> None:
    found = readiness(sources)
    assert found.answer == answer, found.reasons
    assert any(why in reason for reason in found.reasons), found.reasons


def test_a_source_that_is_not_mine_does_not_stand_in_the_way() -> None:
    forged = [*month(), source(spf_domain="crm.example", n=50)]
    assert readiness(forged, not_mine=frozenset({"crm.example"})).answer == "yes"


def test_days() -> None:
    (one, two) = by_day([source(0, **OWN), source(0, n=7), source(1, n=3)])
    assert (one.passed, one.failed, two.passed, two.failed) == (100, 7, 0, 3)


def fill(history: History) -> date:
    begin = 1795305600  # 2026-11-22
    for back in range(20):
        rows = [
            row(count=100),
            row(
                "198.51.100.9",
                4,
                "fail",
                "fail",
                results="<spf><domain>evil&lt;b&gt;.example</domain><result>pass</result></spf>",
            ),
        ]
        data = aggregate(*(rows if back < 7 else rows[:1]), id=f"r{back}", begin=begin - back * 86400)
        take_in(history, Item(f"r{back}", data), date(2026, 11, 24))
    return date(2026, 11, 22)


def test_the_weekly_digest(history: History) -> None:
    until = fill(history)
    value = digest(history, "shop.example", until)
    assert (value.reports, value.n, value.passed) == (7, 728, 700)
    assert value.earlier == (700, 700)
    assert value.new == ("evil<b>.example",)
    assert [sender.name for sender in value.unknown] == ["evil<b>.example"]
    text = digest_text(value)
    assert "700 of 728 messages passed (96.2 %)" in text and "Is it safe to move to p=quarantine?" in text
    assert "(new)" in text


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_stands_alone_and_is_inert(history: History) -> None:
    page = digest_html(digest(history, "shop.example", fill(history)))
    tags = Tags()
    tags.feed(page)
    assert "evil&lt;b&gt;.example" in page and "evil<b>" not in page
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in tags.found}
    assert not [attrs for _, attrs in tags.found if {"src", "href"} & attrs.keys()]
    assert sum(tag == "rect" for tag, _ in tags.found) == 14
    assert any(tag == "svg" and attrs.get("aria-label") for tag, attrs in tags.found)


def test_a_digest_of_nothing(history: History) -> None:
    value = digest(history, "nobody.example", date(2026, 11, 22))
    assert "No report counts any mail" in digest_text(value) and "No report counts any mail" in digest_html(
        value
    )
    assert value.readiness.answer == "not enough evidence"


def counted(kind: str, day: date, n: int) -> Count:
    return Count(kind, day, n, "bad-address" if kind == "bounce" else "", "wax", "shop.example", "yahoo")  # type: ignore[arg-type]


def test_rates_by_group_and_against_before(history: History) -> None:
    days = [START + timedelta(days=n) for n in range(60)]
    history.add(Batch(counts=tuple(counted("sent", day, 1_000) for day in days)))
    history.add(
        Batch(counts=tuple(counted("complaint", day, 1 if n < 30 else 6) for n, day in enumerate(days)))
    )
    report = rates_report(history, days[30], days[59], "", "campaign")
    (found,) = [item for item in report.rows if item.metric == "complaint"]
    assert (found.group, found.rate.k, found.rate.n) == ("wax", 180, 30_000)
    assert [item.judgement for item in found.judged] == ["above", "above"]
    assert found.higher_than_before > 0.99
    text = rates_text(report)
    assert "0.6 % (180 of 30000)" in text and "higher than before" in text
    assert "bad address   unknown: no feed tells of bounces" in text
    trend = trend_report(history, "shop.example", days[0], days[59])
    (change,) = trend.changes
    assert change.day == days[30] and "from then on" in trend_text(trend)
    assert trend.first == days[0] and trend.jumps == ()
    assert "warming up" not in trend_text(trend)
    assert "warming up: 10 days old" in trend_text(trend_report(history, "shop.example", days[0], days[9]))


def test_blocklists_with_what_to_do(history: History) -> None:
    events = tuple(
        Event(
            "bounce",
            START,
            f"m:{n}",
            f"r{n}@x.example",
            "policy",
            "5.7.1",
            "",
            "shop.example",
            "other",
            "spamhaus",
        )
        for n in range(3)
    )
    history.add(Batch(events=events))
    (found,) = blocks_report(history, START, START, "")
    assert (found.name, found.n, found.providers) == ("Spamhaus", 3, {"other": 3})
    assert "check.spamhaus.org" in blocks_text((found,))
    assert "names a blocklist" in blocks_text(())


@pytest.mark.parametrize("tag", [tag for tag in NAMES if tag != "en"])
def test_the_reports_are_told_in_another_language(history: History, tag: str) -> None:
    until = fill(history)
    days = [START + timedelta(days=n) for n in range(60)]
    history.add(
        Batch(counts=tuple(counted("sent", day, 9_000 if n == 50 else 1_000) for n, day in enumerate(days)))
    )
    history.add(
        Batch(counts=tuple(counted("complaint", day, 1 if n < 30 else 6) for n, day in enumerate(days)))
    )
    rates = rates_report(history, days[30], days[59], "", "provider")
    trend = trend_report(history, "shop.example", days[0], days[59])
    young = trend_report(history, "shop.example", days[0], days[9])
    of_week = digest(history, "shop.example", until)
    spoken = language(tag)
    for write, value in (
        (rates_text, rates),
        (trend_text, trend),
        (trend_text, young),
        (blocks_text, ()),
        (digest_text, of_week),
        (digest_text, digest(history, "nobody.example", until)),
    ):
        told = write(value, spoken)
        words = {line.strip() for line in write(value).splitlines() if re.search("[a-z]{3,} [a-z]{3,}", line)}
        assert words and words.isdisjoint(line.strip() for line in told.splitlines())
        assert "\ufffd" not in told and not re.search(r"\d\.\d+ ?%", told)
    page = digest_html(of_week, spoken)
    assert f'<html lang="{tag}">' in page
    assert spoken("Is it safe to move to p=quarantine?") in page and "<b>.example" not in page
