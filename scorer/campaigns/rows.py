"""The row of a message: what a batch writes, a JSON object a line."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from scorer.assessment import Assessment
from scorer.campaigns.items import Item, shown
from scorer.history.readers.about import campaign_of
from scorer.message import Message


def row_of(path: str, assessment: Assessment, content_hash: str = "") -> dict[str, object]:
    """The row of one scored message."""
    row: dict[str, object] = {
        "path": path,
        "score": assessment.score,
        "risk": assessment.risk,
        "log_odds": assessment.log_odds,
        "verdict": assessment.verdict,
        "findings": [finding.rule for finding in assessment.findings],
        "contributions": {item.id: item.log_odds for item in assessment.contributions},
        "not_checked": [item.rule for item in assessment.not_checked],
        "providers": {item.provider: item.verdict for item in assessment.providers},
        "subject": assessment.message.subject,
        "from": assessment.message.from_,
    }
    if content_hash:
        row["sha256"] = content_hash
    if assessment.remedies:
        row["remedies"] = [{"fixes": list(item.fixes), "score": item.score} for item in assessment.remedies]
    return row


def full_row(
    item: Item, message: Message, assessment: Assessment, content_hash: str, run: str
) -> dict[str, object]:
    """The row of a batch: `row_of`, the key's member, and what joins and groups it.

    `run` tells rows made under other settings. `terms` are the strongest words and properties in log-odds.
    """
    row = row_of(shown(item.path), assessment, content_hash)
    row["run"] = run
    if item.member:
        row["member"] = shown(item.member)
    about = {
        "campaign": item.campaign
        or campaign_of({field.name.lower(): field.value for field in reversed(message.headers)}),
        "message_id": message.get("message-id").strip()[:300],
        "date": _date(message.get("date")),
        "list": message.get("list-id").strip()[:200],
        "from_domain": assessment.route.from_domain or "",
    }
    row.update({name: value for name, value in about.items() if value})
    row["terms"] = {
        f"{part.id}/{term.title or term.id}": term.log_odds
        for part in assessment.contributions
        for term in part.terms
    }
    return row


def error_row(item: Item, problem: str, run: str, content_hash: str = "") -> dict[str, object]:
    """The row of a message that could not be scored."""
    row: dict[str, object] = {"path": shown(item.path), "error": problem[:500], "run": run}
    if item.member:
        row["member"] = shown(item.member)
    if item.campaign:
        row["campaign"] = item.campaign
    if content_hash:
        row["sha256"] = content_hash
    return row


def _date(value: str) -> str:
    """A Date header as an ISO time in UTC, "" where it is none."""
    try:
        moment = parsedate_to_datetime(value[:200])
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
