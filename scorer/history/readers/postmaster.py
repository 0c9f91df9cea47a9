"""Google Postmaster Tools, API v2: the answer of `domains.domainStats.query`
(https://developers.google.com/workspace/gmail/postmaster/reference/rest/v2/domains.domainStats/query).

Gmail sends no abuse reports, so its spam rate can only come from here. It is a rate without a number of
messages, of mail that reached the inbox of active users.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from scorer.history.values import NotUsable, OutsideRate

SOURCE = "google-postmaster"
SPAM_RATE = "spam-rate"
_DOMAIN = re.compile(r"domains/([^/]{1,253})")


def looks_like_stats(value: object) -> bool:
    """Whether a JSON value is an answer of the API: of `query`, or of `batchQuery`."""
    return isinstance(value, dict) and (isinstance(value.get("domainStats"), list) or bool(_batch(value)))


def _batch(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The answers of `domainStats.batchQuery`; [] where it is none."""
    results = value.get("results")
    if not isinstance(results, list):
        return []
    answers = [item.get("response") for item in results if isinstance(item, dict)]
    return [item for item in answers if isinstance(item, dict) and isinstance(item.get("domainStats"), list)]


def read_stats(value: Mapping[str, Any]) -> tuple[OutsideRate, ...]:
    """The spam rates by day. Other metrics are left out: a metric's name is the caller's own, so the spam rate is
    known by "spam" in it.

    Raises:
        NotUsable: a spam rate has no day, no domain or no value that is a share, or no metric is called so.
    """
    found = []
    items = [item for answer in _batch(value) or [value] for item in answer["domainStats"]]
    for item in items:
        if not isinstance(item, dict):
            raise NotUsable("a statistic that is no object")
        metric = str(item.get("metric", "")).lower().replace("_", "").replace("-", "").replace(" ", "")
        if "spam" not in metric:
            continue
        day = _day(item.get("date"))
        match = _DOMAIN.search(str(item.get("name", "")))
        rate = _number(item.get("value"))
        if day is None or match is None or rate is None:
            raise NotUsable("a spam rate without day (ask with daily granularity), domain or value")
        found.append(OutsideRate(SOURCE, SPAM_RATE, match[1].lower(), day, rate))
    if items and not found:
        raise NotUsable("no metric of it is named as the spam rate (call it spam_rate in the query)")
    return tuple(found)


def _day(value: object) -> date | None:
    if not isinstance(value, dict):
        return None
    try:
        return date(int(value["year"]), int(value["month"]), int(value["day"]))
    except (KeyError, TypeError, ValueError):
        return None


def _number(value: object) -> float | None:
    if isinstance(value, dict):
        value = next(
            (v for k in ("doubleValue", "floatValue", "intValue") if (v := value.get(k)) is not None), None
        )
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if 0 <= number <= 1 else None
