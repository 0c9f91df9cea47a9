"""A plain CSV of events or of daily counts.

Either a row an event or count, with the columns `date`, `event` (a kind) and any of `count`, `recipient`,
`message_id`, `cause`, `status`, `diagnostic`, `campaign`, `sender_domain`, `provider`; or a row a day, with
`date` and any of `sent`, `delivered`, `bad_address` (or `hard_bounces`), `other_bounces`, `deferrals`,
`complaints`, `unsubscribes`. Rows without a recipient are counts: a later row for the same day, campaign,
domain, provider and kind replaces an earlier one.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from scorer.history.blocklists import named_in
from scorer.history.classify import classify
from scorer.history.readers.about import message_ref
from scorer.history.readers.addresses import domain_of, first_address
from scorer.history.readers.mail import day_of_iso
from scorer.history.receivers import PROVIDERS, provider_of
from scorer.history.values import CAUSES, KINDS, Batch, Cause, Count, Event, Kind, NotUsable

BATCH = 1_000
MAX_FIELD = 4_000
MAX_COUNT = 10**12

_WIDE: Mapping[str, tuple[Kind, Cause | None]] = {
    "sent": ("sent", None),
    "delivered": ("delivered", None),
    "bad_address": ("bounce", "bad-address"),
    "hard_bounces": ("bounce", "bad-address"),
    "other_bounces": ("bounce", "unclassified"),
    "deferrals": ("deferral", "deferral"),
    "complaints": ("complaint", None),
    "unsubscribes": ("unsubscribe", None),
}
_SHORT: Mapping[str, Kind] = {"complained": "complaint", "spamreport": "complaint", "unsubscribed": "unsubscribe",
                              "bounced": "bounce", "deferred": "deferral", "opened": "open", "clicked": "click",
                              "delivery": "delivered", "send": "sent"}  # fmt: skip


def looks_like_table(first: str) -> bool:
    """Whether a first line, with commas, semicolons or tabs, is one of the two forms."""
    return is_table(first.split(_delimiter(first)))


def _delimiter(first: str) -> str:
    return max(",;\t", key=first.count)


def is_table(header: Iterable[str]) -> bool:
    """Whether the columns are of one of the two forms."""
    columns = {column.strip().strip('"').lower().lstrip("\ufeff") for column in header}
    return "date" in columns and ("event" in columns or bool(columns & _WIDE.keys()))


def read_table(lines: Iterable[str]) -> Iterator[Batch]:
    """The rows in batches; a row that cannot be read is named as a problem.

    Raises:
        NotUsable: the first line is none of the two forms.
    """
    csv.field_size_limit(200_000)
    rest = iter(lines)
    first = next(rest, "")
    reader = csv.reader(chain([first], rest), delimiter=_delimiter(first))
    try:
        header = [column.strip().lower().lstrip("\ufeff") for column in next(reader)]
    except (StopIteration, csv.Error):
        raise NotUsable("an empty table") from None
    if not is_table(header):
        raise NotUsable("its columns are none that are known (date, event, … or date, sent, …)")
    events: list[Event] = []
    counts: list[Count] = []
    problems: list[str] = []
    number = 1
    while True:
        number += 1
        try:
            values = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            problems.append(f"line {reader.line_num}: {error}")
            continue
        if not any(values):
            continue
        row = {name: value.strip()[:MAX_FIELD] for name, value in zip(header, values, strict=False)}
        try:
            for item in read_row(row):
                (events if isinstance(item, Event) else counts).append(item)  # type: ignore[arg-type]
        except NotUsable as error:
            problems.append(f"line {reader.line_num}: {error}")
        if len(events) + len(counts) + len(problems) >= BATCH:
            yield Batch(tuple(events), tuple(counts), problems=tuple(problems))
            events, counts, problems = [], [], []
    yield Batch(tuple(events), tuple(counts), problems=tuple(problems))


def read_row(row: Mapping[str, str]) -> Iterator[Event | Count]:
    """What one row says, by the names of its columns.

    Raises:
        NotUsable: a value cannot be read.
    """
    day = day_of_iso(row.get("date", ""))
    if day is None:
        raise NotUsable(f"{row.get('date', '')[:40]!r} is no date (write 2026-11-24)")
    provider = row.get("provider", "").lower()
    if provider and provider not in PROVIDERS:
        provider = provider_of(provider)
    campaign = row.get("campaign", "")[:200]
    domain = row.get("sender_domain", "").lower().rstrip(".")[:253]
    if "event" not in row:
        for column, (kind, cause) in _WIDE.items():
            if row.get(column):
                yield Count(kind, day, _count(row[column]), cause or "", campaign, domain, provider)
        return
    name = row["event"].lower()
    kind_of = _SHORT.get(name, name)
    if kind_of not in KINDS:
        raise NotUsable(f"{name[:40]!r} is no event ({', '.join(KINDS)})")
    kind = next(kind for kind in KINDS if kind == kind_of)
    cause_of: Cause | None = None
    text, status = row.get("diagnostic", ""), row.get("status", "")[:12]
    if kind in ("bounce", "deferral"):
        stated = row.get("cause", "").lower()
        if stated and stated not in CAUSES:
            raise NotUsable(f"{stated[:40]!r} is no cause ({', '.join(CAUSES)})")
        cause_of = next((c for c in CAUSES if c == stated), None) or classify(
            status, 0, text, delayed=kind == "deferral"
        )
    if not row.get("recipient"):
        yield Count(kind, day, _count(row.get("count") or "1"), cause_of or "", campaign, domain, provider)
        return
    address = first_address(row["recipient"])
    if not address:
        raise NotUsable(f"{row['recipient'][:60]!r} is no address")
    ref = message_ref(row.get("message_id", ""))
    if not ref:
        # Without an id, a recipient can have one event of a kind a day and campaign.
        about = "\0".join((day.isoformat(), campaign, domain))
        ref = "t:" + hashlib.sha256(about.encode("utf-8", "replace")).hexdigest()[:32]
    block = named_in(text)
    yield Event(
        kind, day, ref, address, cause_of or "", status, campaign,
        domain or domain_of(row.get("from", "")), provider or provider_of(address), block.id if block else "",
    )  # fmt: skip


def _count(text: str) -> int:
    try:
        number = int(text.replace("_", "").replace(" ", ""))
    except ValueError:
        raise NotUsable(f"{text[:40]!r} is no count") from None
    if not 0 <= number < MAX_COUNT:
        raise NotUsable(f"{text[:40]!r} is no count")
    return number
