"""Events in this program's own JSON form, `{"events": [{…}, …]}`, for systems that send no known webhook.

Each event has the columns of the plain table (`scorer.history.readers.table`).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated

import msgspec

from scorer.history.readers.table import MAX_COUNT, read_row
from scorer.history.values import Batch, Cause, Count, Event, Kind, NotUsable

Text = Annotated[str, msgspec.Meta(max_length=4_000)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Domain = Annotated[
    str,
    msgspec.Meta(
        max_length=253,
        pattern=r"^([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.){1,8}[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$",
    ),
]


class EventLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that happened, or with `count` how often it happened on a day.

    With `recipient` it is an event; two of the same kind, message and recipient are one. Without, it is a
    count: a later one for the same day, campaign, sender domain, provider and kind replaces it. `date` is in
    UTC; `cause` says why mail came back, otherwise `status` (RFC 3463) and `diagnostic`, the server's
    answer, tell it; `provider` is a mailbox provider or a recipient's domain.
    """

    date: datetime.date
    event: Kind
    recipient: (
        Annotated[
            str, msgspec.Meta(pattern=r"^[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,20}$")
        ]
        | None
    ) = None
    count: Annotated[int, msgspec.Meta(ge=0, lt=MAX_COUNT)] | None = None
    message_id: Short | None = None
    cause: Cause | None = None
    status: Annotated[str, msgspec.Meta(pattern=r"^[245]\.[0-9]{1,3}\.[0-9]{1,3}$")] | None = None
    diagnostic: Text | None = None
    campaign: Short | None = None
    sender_domain: Domain | None = None
    provider: Short | None = None


def looks_like_own(value: object) -> bool:
    """Whether a JSON value is of this form."""
    return isinstance(value, dict) and value.keys() == {"events"} and isinstance(value["events"], list)


def looks_like_own_line(value: object) -> bool:
    """Whether a JSON value is one such event by itself, as in a file of JSON lines."""
    return isinstance(value, dict) and "date" in value and "event" in value


def read_own(value: Mapping[str, list[object]]) -> Batch:
    """The events; one that cannot be read is named as a problem."""
    events: list[Event] = []
    counts: list[Count] = []
    problems: list[str] = []
    for number, item in enumerate(value["events"], 1):
        try:
            for found in _line(item):
                (events if isinstance(found, Event) else counts).append(found)  # type: ignore[arg-type]
        except NotUsable as error:
            problems.append(f"event {number}: {error}")
    return Batch(tuple(events), tuple(counts), problems=tuple(problems))


def _line(item: object) -> tuple[Event | Count, ...]:
    try:
        line = msgspec.convert(item, EventLine)
    except (msgspec.ValidationError, UnicodeError) as error:
        raise NotUsable(str(error)) from None
    if line.recipient is not None and line.count is not None:
        raise NotUsable("a count of events to one recipient; state each event, or leave the recipient out")
    stated = {name: getattr(line, name) for name in EventLine.__struct_fields__}
    return tuple(read_row({name: str(value) for name, value in stated.items() if value is not None}))
