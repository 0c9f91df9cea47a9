"""Real bounces, abuse reports and aggregate reports, where they lie beside the checkout."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scorer.history.ingest import ingest
from scorer.history.readers.bounce import failures
from scorer.history.readers.complaint import complaint
from scorer.history.readers.mail import read_report
from scorer.history.store import History

SHARED = Path(__file__).parents[3] / "shared" / "conformance"
BOUNCES = SHARED / "bounces"
REPORTS = SHARED / "dmarc-reports"
TODAY = date(2026, 11, 24)


@pytest.mark.shared
@pytest.mark.skipif(not BOUNCES.is_dir(), reason="the conformance suites are not beside the checkout")
def test_real_bounces_are_read() -> None:
    read = classified = 0
    missed = []
    # Auto-replies (RFC 3834) are in the collection too, and are no bounces.
    for path in sorted(BOUNCES.glob("*.eml")):
        if path.name.startswith(("arf-", "rfc3834-")):
            continue
        report = read_report(path.read_bytes())
        assert report is not None, path.name
        found = failures(report)
        read += 1
        good = bool(found) and all(item.recipient and item.cause != "unclassified" for item in found)
        classified += good
        if not good:
            missed.append(path.name)
        for item in found:
            assert item.status[0] in "45" and item.status.count(".") == 2, (path.name, item.status)
    assert read > 200
    assert classified >= 0.97 * read, missed


@pytest.mark.shared
@pytest.mark.skipif(not BOUNCES.is_dir(), reason="the conformance suites are not beside the checkout")
def test_every_abuse_report_is_recognised() -> None:
    paths = sorted(BOUNCES.glob("arf-*.eml"))
    assert len(paths) > 5
    for path in paths:
        report = read_report(path.read_bytes())
        assert report is not None and complaint(report) is not None, path.name


@pytest.mark.shared
@pytest.mark.skipif(not BOUNCES.is_dir(), reason="the conformance suites are not beside the checkout")
def test_auto_replies_are_no_bounces() -> None:
    for path in sorted(BOUNCES.glob("rfc3834-*.eml")):
        report = read_report(path.read_bytes())
        assert report is not None and failures(report) == (), path.name


@pytest.mark.shared
@pytest.mark.skipif(not REPORTS.is_dir(), reason="the conformance suites are not beside the checkout")
def test_well_formed_reports_are_counted_and_broken_ones_named(history: History) -> None:
    taken = {Path(item.name).name: item for item in ingest(history, [str(REPORTS)], TODAY)}
    broken = {name: item.problem for name, item in taken.items() if item.problem}
    assert "not well-formed" in broken.pop("invalid_xml.xml")
    for name, problem in broken.items():
        assert name == "LICENSE" or "TLS report" in problem, (name, problem)
    counted = {name for name, item in taken.items() if item.reports}
    assert {
        "empty_reason.xml",
        "old_draft_from_wiki.xml",
        "twilight.eml",
        "nice-input.xml.zip!nice-input.xml",
    } <= counted
    assert (
        sum(s.n for s in history.sources("example.com", date(2000, 1, 1), TODAY))
        == 2286 + 1 + 3047 + 2 + 3047 + 2 + 2
    )
