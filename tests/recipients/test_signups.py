"""Patterns of subscription bombing, and what only looks like it."""

from __future__ import annotations

from pathlib import Path

from scorer.recipients.text import report_text
from tests.recipients.helpers import report_on

HEAD = "email,name,created,last_open,ip,confirmed\n"


def usual() -> str:
    """Two sign-ups an hour for fifty hours, from many places, alive and confirmed."""
    return "".join(
        f"person{hour}x{n}y@company{hour}.com,P,2026-03-{1 + hour // 24:02d} {hour % 24:02d}:{10 + 20 * n}:00,"
        f"2026-10-01,198.51.{hour}.{n},2026-03-05\n"
        for hour in range(50)
        for n in range(2)
    )


def test_a_quiet_list_shows_nothing(tmp_path: Path) -> None:
    report = report_on(tmp_path, HEAD + usual())
    assert report.signups.signs == ()
    assert report.signups.bursts == ()
    assert "bombing" not in report_text(report)


def test_a_burst_from_one_address_without_confirmation_or_life(tmp_path: Path) -> None:
    attack = "".join(
        f"victim{n}q@{'gmail.com' if n % 4 else 'agency.gov'},x,2026-04-01 03:{n % 60:02d}:00,,203.0.113.7,\n"
        for n in range(200)
    )
    report = report_on(tmp_path, HEAD + usual() + attack)
    assert report.signups.signs == ("burst", "one-source")
    burst = report.signups.bursts[0]
    assert (burst.start, burst.kind, burst.signups, burst.usual) == ("2026-04-01 03:00", "burst", 200, 2.0)
    assert (burst.never_engaged, burst.unconfirmed, burst.top_ip) == (200, 200, 200)
    assert (burst.freemail, burst.government) == (150, 50)
    assert burst.weight == 5
    assert [(source.address, source.signups) for source in report.signups.addresses] == [("203.0.113.7", 200)]
    assert "203.0.113.7" in report_text(report)


def test_an_import_at_one_moment_is_called_one(tmp_path: Path) -> None:
    imported = "".join(f"old{n}q@firm{n}.com,x,2026-04-01 03:00:00,,,\n" for n in range(200))
    report = report_on(tmp_path, HEAD + usual() + imported)
    assert [burst.kind for burst in report.signups.bursts] == ["import"]
    assert "burst" not in report.signups.signs


def test_a_list_with_days_but_no_times(tmp_path: Path) -> None:
    rows = "".join(f"a{day}b@x.com,2026-03-{day + 1:02d}\n" for day in range(20))
    rows += "".join(f"v{n}w@gmail.com,2026-05-05\n" for n in range(100))
    report = report_on(tmp_path, "email,created\n" + rows)
    assert [(burst.start, burst.signups) for burst in report.signups.bursts] == [("2026-05-05", 100)]
    assert report.signups.bursts[0].never_engaged == -1


def test_addresses_of_one_ipv6_network_are_one_source(tmp_path: Path) -> None:
    rows = "".join(f"a{n}b@x.com,2001:db8:0:1::{n:x}\n" for n in range(1, 80))
    report = report_on(tmp_path, "email,ip\n" + rows + "c@x.com,not an address\n")
    assert [source.address for source in report.signups.addresses] == ["2001:db8:0:1::/64"]


def test_addresses_that_are_numbered_through(tmp_path: Path) -> None:
    rows = "".join(f"user{n:03d}@x.com\n" for n in range(95, 106)) + "anna@x.com\nuser7@x.com\nuser8@x.com\n"
    report = report_on(tmp_path, rows)
    assert report.signups.numbered == 11


def test_names_with_links_and_many_spellings_of_one_mailbox(tmp_path: Path) -> None:
    dots = ["johnsmith", "j.ohnsmith", "jo.hnsmith", "joh.nsmith", "john.smith", "johns.mith"]
    rows = (
        "".join(f"{local}@gmail.com,Win http://win.example/x,,,,\n" for local in dots)
        + "a@b.no,St. John,,,,\n"
    )
    report = report_on(tmp_path, HEAD + rows)
    assert report.signups.most_spellings == 6
    assert report.signups.linked_names == 6
    assert set(report.signups.signs) == {"linked-names", "spellings"}
