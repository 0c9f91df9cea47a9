"""Dates as lists have them: ISO 8601, 31.12.2025, 12/31/2025, Unix time in seconds or milliseconds.

A day is the number of days since 1970-01-01, a minute the minute of that day or -1 where none is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

Order = Literal["dmy", "mdy"]
EPOCH = date(1970, 1, 1).toordinal()
EARLIEST = date(1995, 1, 1).toordinal() - EPOCH
"""An earlier date (1970-01-01, 1900-01-01) stands for "none" in the systems that lists come from."""
MAX_CACHE = 50_000

_PARTS = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")
_TIME = re.compile(r"[T ]\s?(\d{1,2}):(\d\d)(?::\d\d)?(?:[.,]\d{1,9})?\s?([AaPp][Mm])?")


def order_of(values: Iterable[str]) -> Order | None:
    """Whether dates such as 05/06/2025 put the day or the month first: None where no value tells. A dot between
    the numbers means day first."""
    votes = {"dmy": 0, "mdy": 0}
    for value in values:
        match = _PARTS.match(value.strip())
        if match is None or len(match[1]) == 4:
            continue
        if "." in match[0] or int(match[1]) > 12:
            votes["dmy"] += 1
        elif int(match[2]) > 12:
            votes["mdy"] += 1
    if votes["dmy"] and not votes["mdy"]:
        return "dmy"
    return "mdy" if votes["mdy"] and not votes["dmy"] else None


class DateReader:
    """Reads dates; `order` says what 05/06/2025 means (None: such a date is not read). `unread` counts values
    that are no date."""

    def __init__(self, order: Order | None) -> None:
        self.order = order
        self.unread = 0
        self._days: dict[str, int | None] = {}

    def read(self, text: str) -> tuple[int, int] | None:
        """Day and minute; None for what is empty, no date, or before 1995."""
        head = text[:10]
        try:
            day = self._days[head]
        except KeyError:
            day = self._day(text)
            if len(head) == 10 and head[4] == "-" and head[7] == "-":
                if len(self._days) >= MAX_CACHE:
                    self._days.clear()
                self._days[head] = day
        if day is None:
            if text and not text.isspace():
                self.unread += 1
            return None
        if len(text) >= 16 and text[13] == ":":
            try:
                minute = int(text[11:13]) * 60 + int(text[14:16])
            except ValueError:
                minute = -1
            if 0 <= minute < 1440 and text[-1] not in "mM":
                return day, minute
        return day, self._minute(text)

    def _day(self, text: str) -> int | None:
        text = text[:40].strip()
        match = _PARTS.match(text)
        if match is None:
            return _from_unix(text)
        first, middle, last = int(match[1]), int(match[2]), int(match[3])
        if len(match[1]) == 4:
            year, month, day = first, middle, last
        elif self.order == "mdy":
            month, day, year = first, middle, last
        elif self.order == "dmy" or "." in match[0] or first > 12:
            day, month, year = first, middle, last
        else:
            return None
        if year < 100 and len(match[3]) == 2:
            year += 2000
        try:
            found = date(year, month, day).toordinal() - EPOCH
        except ValueError:
            return None
        return found if found >= EARLIEST else None

    def _minute(self, text: str) -> int:
        text = text[:60].strip()
        if text.isdigit():
            seconds = int(text[:16]) // (1000 if len(text) == 13 else 1)
            return seconds % 86400 // 60
        match = _TIME.search(text)
        if match is None:
            return -1
        hour = int(match[1])
        if match[3]:
            hour = hour % 12 + (12 if match[3] in ("PM", "pm", "Pm", "pM") else 0)
        minute = hour * 60 + int(match[2])
        return minute if minute < 1440 else -1


def _from_unix(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) in (9, 10, 13)):
        return None
    day = int(text) // (86400_000 if len(text) == 13 else 86400)
    return day if day >= EARLIEST else None
