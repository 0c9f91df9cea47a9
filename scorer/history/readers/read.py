"""An item's content, whatever it is: a bounce, an abuse report, an aggregate report, a webhook, a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import IO, AnyStr, Literal

from scorer.history.readers.bounce import bounce_events, item_ref
from scorer.history.readers.complaint import complaint, complaint_events
from scorer.history.readers.dmarc import looks_like_report, read_dmarc
from scorer.history.readers.items import Item, unpack
from scorer.history.readers.mail import Report, read_report
from scorer.history.readers.own import looks_like_own, looks_like_own_line, read_own
from scorer.history.readers.postmaster import looks_like_stats, read_stats
from scorer.history.readers.table import looks_like_table, read_table
from scorer.history.readers.webhooks import read_webhooks
from scorer.history.values import Batch, Count, DmarcReport, Event, NotUsable

BATCH = 1_000
MAX_LINE = 10_000_000
TLS_REPORT = "an SMTP TLS report (RFC 8460), which says nothing of mail that you send"

Form = Literal[
    "bounce", "complaint", "failure report", "aggregate report", "webhook", "events", "rates", "table"
]


def read_item(item: Item, today: date) -> Iterator[tuple[Form, Batch]]:
    """What an item holds, with its form; a long one comes in several batches.

    Raises:
        NotUsable: it is broken, or none of what can be ingested.
    """
    if item.problem:
        raise NotUsable(item.problem)
    if item.path:
        yield from _streamed(item, today)
        return
    data = item.data
    head = data[:4_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise NotUsable("empty")
    if looks_like_report(data):
        report = read_dmarc(data, item.name)
        yield "aggregate report", Batch(reports=(report,), problems=_rows_lost((report,)))
    elif head[:1] in (b"{", b"["):
        yield from _json(data, today)
    elif head[:1] == b"<":
        read_dmarc(data)  # says why it is none
        raise NotUsable("not a DMARC aggregate report")
    else:
        first = head.split(b"\n", 1)[0].decode("utf-8", "replace")
        if looks_like_table(first):
            for batch in read_table(data.decode("utf-8", "replace").splitlines()):
                yield "table", batch
        else:
            yield _mail(data, today)


def _mail(data: bytes, today: date) -> tuple[Form, Batch]:
    report = read_report(data)
    if report is None:
        raise NotUsable("neither a mail nor a report")
    abuse = complaint(report)
    ref = item_ref(data)
    if abuse is not None:
        events = complaint_events(report, abuse, ref, today)
        return ("complaint" if events else "failure report"), Batch(events=events)
    reports, problems = _attached(report)
    if reports or problems:
        if not reports:
            raise NotUsable("; ".join(problems)[:500])
        return "aggregate report", Batch(reports=reports, problems=problems + _rows_lost(reports))
    events = bounce_events(report, ref, today)
    if not events and "delivery-status" not in report.kind:
        raise NotUsable("a mail, but neither a bounce nor a report")
    return "bounce", Batch(events=events)


def _rows_lost(reports: tuple[DmarcReport, ...]) -> tuple[str, ...]:
    lost = tuple(f"{report.unreadable} rows without a count" for report in reports if report.unreadable)
    return lost + tuple(note for report in reports for note in report.notes)


def _attached(report: Report) -> tuple[tuple[DmarcReport, ...], tuple[str, ...]]:
    """The aggregate reports attached to a mail, and what of them is broken."""
    reports: list[DmarcReport] = []
    problems: list[str] = []
    for name, data in report.attachments:
        packed = data.startswith((b"\x1f\x8b", b"PK"))
        if not packed and not looks_like_report(data) and b'"policies"' not in data[:1_000_000]:
            if name.lower().endswith((".xml.gz", ".xml.zip")):
                problems.append(f"{name}: not what its name says")
            continue
        for item in unpack(name or "attachment", data):
            try:
                if item.problem:
                    raise NotUsable(item.problem)
                if item.data.lstrip()[:1] == b"{" and b'"policies"' in item.data[:1_000_000]:
                    raise NotUsable(TLS_REPORT)
                if looks_like_report(item.data) or item.name.lower().endswith(".xml"):
                    reports.append(read_dmarc(item.data, item.name))
            except NotUsable as error:
                problems.append(f"{item.name}: {error}")
    return tuple(reports), tuple(problems)


def _json(data: bytes, today: date) -> Iterator[tuple[Form, Batch]]:
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        lines = data.split(b"\n")
        if len(lines) > 1 and lines[0].strip()[-1:] in (b"}", b"]"):
            yield from _json_lines(iter(lines), today)
            return
        raise NotUsable("not JSON") from None
    if isinstance(value, dict) and "policies" in value and ("report-id" in value or "date-range" in value):
        raise NotUsable(TLS_REPORT)
    if looks_like_stats(value):
        yield "rates", Batch(rates=read_stats(value))
        return
    if looks_like_own(value):
        batch = read_own(value)
        if not batch.events and not batch.counts:
            raise NotUsable(batch.problems[0] if batch.problems else "no events")
        yield "events", batch
        return
    events, problems = read_webhooks(value, today)
    yield "webhook", Batch(events=events, problems=problems)


def _json_lines(lines: Iterator[bytes], today: date) -> Iterator[tuple[Form, Batch]]:
    events: list[Event] = []
    counts: list[Count] = []
    problems: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            if len(line) > MAX_LINE:
                raise NotUsable("the line is too long")
            value = json.loads(line)
            if looks_like_own_line(value):
                value = {"events": [value]}
            if looks_like_own(value):
                batch = read_own(value)
                events.extend(batch.events)
                counts.extend(batch.counts)
                problems.extend(f"line {number}: {problem}" for problem in batch.problems)
            else:
                found, broken = read_webhooks(value, today)
                events.extend(found)
                problems.extend(f"line {number}: {problem}" for problem in broken)
        except (NotUsable, ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, NotUsable) else "not JSON"
            problems.append(f"line {number}: {reason}")
        if len(events) + len(counts) + len(problems) >= BATCH:
            yield "webhook", Batch(tuple(events), tuple(counts), problems=tuple(problems))
            events, counts, problems = [], [], []
    yield "webhook", Batch(tuple(events), tuple(counts), problems=tuple(problems))


def _streamed(item: Item, today: date) -> Iterator[tuple[Form, Batch]]:
    from pathlib import Path

    path = Path(item.path)
    try:
        if path.suffix.lower() == ".csv":
            with path.open(encoding="utf-8", errors="replace", newline="") as text:
                for batch in read_table(_bounded(text)):
                    yield "table", batch
        else:
            with path.open("rb") as file:
                yield from _json_lines(_bounded(file), today)
    except OSError as error:
        raise NotUsable(error.strerror or str(error)) from None


def _bounded(file: IO[AnyStr]) -> Iterator[AnyStr]:
    """Lines of a file; one longer than `MAX_LINE` comes in pieces."""
    while line := file.readline(MAX_LINE + 1):
        yield line
