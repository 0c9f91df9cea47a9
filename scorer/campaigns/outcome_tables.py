"""Outcomes from files: people's own tables, and the exports of Mailchimp, SendGrid, Mailgun and MailerLite.

The columns are those that the services document or export:
Mailchimp's export of all campaigns and of one campaign's report
(https://mailchimp.com/help/export-campaign-reports/, https://mailchimp.com/developer/marketing/api/reports/),
SendGrid's Single Send statistics
(https://www.twilio.com/docs/sendgrid/api-reference/marketing-campaign-stats/export-single-send-stats),
Mailgun's metrics (https://documentation.mailgun.com/docs/mailgun/user-manual/reporting/metric-definitions).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from scorer.campaigns.items import SourceError
from scorer.campaigns.outcomes import (
    TITLES,
    Counts,
    Kind,
    Outcome,
    campaign_key,
    message_key,
    path_keys,
    subject_key,
)
from scorer.campaigns.readers.tables import folded

# Folded names of columns, the first that a table has counts.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "path": ("path", "file", "filename", "emlpath"),
    "member": ("member",),
    "campaign": ("campaign", "campaignid", "uniqueid", "singlesendid", "automationid", "tag", "id"),
    "message_id": ("messageid",),
    "name": ("title", "campaigntitle", "campaignname", "singlesendname", "automationname", "name"),
    "subject": ("subject", "subjectline"),
    "provider": ("provider", "mailboxprovider", "recipientprovider", "isp"),
    "label": ("label", "placement", "folder", "correction"),
    "sent": (
        "sent",
        "totalrecipients",
        "requests",
        "emailssent",
        "totalemailssent",
        "recipients",
        "sentcount",
        "processed",
        "processedcount",
        "acceptedoutgoingcount",
        "acceptedcount",
    ),
    "delivered": ("delivered", "successfuldeliveries", "deliveredcount"),
    "bounced": ("bounced", "bounces", "totalbounces", "permanentfailedcount"),
    "hard": ("hardbounces", "hardbounce", "bouncedhard", "badaddress"),
    "soft": ("softbounces", "softbounce", "bouncedsoft"),
    "refused": (
        "refused",
        "blocks",
        "blocked",
        "policybounces",
        "bouncedpolicy",
        "bouncedcontent",
        "permanentfailedespblockcount",
    ),
    "complained": (
        "complained",
        "complaints",
        "abusecomplaints",
        "totalabusecomplaints",
        "spamreports",
        "abusereports",
        "spamcomplaints",
        "complainedcount",
    ),
    "unsubscribed": ("unsubscribed", "unsubscribes", "totalunsubs", "unsubscribedcount"),
    "spam": ("spam", "inspam", "spamplaced", "spamfolder", "junk", "placedinspam"),
    "inbox": ("inbox", "ininbox", "inboxplaced", "placedininbox"),
    "placed": ("placed", "placements", "tested", "seeds", "n"),
}
_WORDS = ("path", "member", "campaign", "message_id", "name", "subject", "provider", "label")
_JOINS = ("path", "member", "campaign", "message_id", "name", "subject")
_TOLD = ("label", "refused", "bounced", "hard", "complained", "unsubscribed", "spam", "inbox")
_BAD = ("spam", "spam-folder", "spamfolder", "junk", "bad", "blocked", "rejected", "this was spam")
_FINE = (
    "inbox",
    "ham",
    "fine",
    "ok",
    "good",
    "delivered",
    "wanted",
    "promotions",
    "this was fine",
    "not spam",
)
_JSON_LINES = (".jsonl", ".ndjson")
# Where the services' APIs put the list of campaigns: Mailgun, Mailchimp, SendGrid.
_LISTS = ("items", "reports", "results")
_EVENTS = {"event", "event-data", "RecordType", "sg_event_id", "eventType", "notificationType"}


def read_outcomes(path: str) -> tuple[Outcome, ...]:
    """The outcomes of a CSV, TSV, JSON or JSON-lines file.

    Raises:
        SourceError: it cannot be read, or has no column to join by or none that counts; one line.
    """
    found: list[Outcome] = []
    # The columns that tables have are looked for once for each set of names.
    known: dict[tuple[str, ...], dict[str, str]] = {}
    for number, row in _rows(path):
        names = tuple(row)
        if names not in known:
            known[names] = _known(path, names)
        try:
            outcome = _outcome(path, {field: row.get(column) for field, column in known[names].items()})
        except ValueError as error:
            raise SourceError(f"{path}, row {number}: {error}") from None
        if outcome.counts and outcome.keys:
            found.append(outcome)
    if not found:
        raise SourceError(f"{path}: no outcomes in it")
    return tuple(found)


def _rows(path: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        text = Path(path).read_text("utf-8-sig", errors="replace")
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from None
    if path.lower().endswith(_JSON_LINES):
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                yield number, _flat(path, _json(path, number, line))
    elif text.lstrip()[:1] in ("{", "["):
        for number, value in enumerate(_listed(path, _json(path, 1, text)), start=1):
            yield number, _flat(path, value)
    elif text.split("\n", 1)[0].strip().strip('"').lower().endswith("campaign report"):
        yield from enumerate(_report(text), start=1)
    else:
        head = text.split("\n", 1)[0]
        delimiter = max(",;\t", key=head.count)
        try:
            yield from enumerate(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter), start=1)
        except csv.Error as error:
            raise SourceError(f"{path}: {error}") from None


def _json(path: str, line: int, text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise SourceError(f"{path}, line {line}: {error}") from None


def _listed(path: str, value: Any) -> list[Any]:
    """The campaigns in an answer of a service's API."""
    if isinstance(value, list):
        return value
    found = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), None)
    return [value] if found is None else found


def _flat(path: str, value: Any) -> dict[str, Any]:
    """One object with its inner ones' fields beside its own, and Mailgun's dimensions as fields."""
    if not isinstance(value, dict):
        raise SourceError(f"{path}: not an object: {str(value)[:40]}")
    if value.keys() & _EVENTS:
        raise SourceError(
            f"{path}: events of single messages: take them in with `score ingest`, "
            "then use `--outcomes history`"
        )
    row: dict[str, Any] = {}
    for name, inner in value.items():
        if isinstance(inner, dict):
            row.update({key: it for key, it in inner.items() if not isinstance(it, dict | list)})
        elif name == "dimensions" and isinstance(inner, list):
            row.update({str(it.get("dimension")): it.get("value") for it in inner if isinstance(it, dict)})
        elif not isinstance(inner, list):
            row[name] = inner
    return row


def _report(text: str) -> Iterator[dict[str, str]]:
    """The report of one campaign, a name and a value a line; of one tried in several forms, each form."""
    shared: dict[str, str] = {}
    form: dict[str, str] = {}
    tried = False
    for cells in csv.reader(io.StringIO(text, newline="")):
        if len(cells) == 1 and folded(cells[0]).startswith("combination"):
            if tried:
                yield shared | form
            tried, form = True, {}
        elif len(cells) == 1 and "url" in folded(cells[0]):
            break
        elif len(cells) == 2 and cells[0].strip().endswith(":"):
            (form if tried else shared)[cells[0].strip().rstrip(":")] = cells[1]
    yield shared | form


def _known(path: str, names: tuple[str, ...]) -> dict[str, str]:
    by_folded = {folded(str(name)): name for name in reversed(names)}
    known: dict[str, str] = {}
    for field, aliases in _COLUMNS.items():
        column = next((by_folded[alias] for alias in aliases if alias in by_folded), None)
        if column is not None:
            known[field] = column
    if not known.keys() & set(_JOINS):
        raise SourceError(f"{path}: no column to join by (campaign, message_id, path or subject)")
    if not known.keys() & set(_TOLD):
        raise SourceError(f"{path}: no column of outcomes (spam and placed, label, complained, bounced …)")
    return known


def _outcome(path: str, row: Mapping[str, Any]) -> Outcome:
    number = {field: _count(field, row[field]) for field in row if field not in _WORDS}
    sent = number.get("sent")
    parts = [value for name in ("hard", "soft", "refused") if (value := number.get(name)) is not None]
    bounced = number.get("bounced")
    if bounced is None and parts:
        bounced = sum(parts)
    delivered = number.get("delivered")
    if delivered is None and sent is not None and bounced is not None:
        delivered = max(0, sent - bounced)
    if sent is None and delivered is not None:
        sent = delivered + (bounced or 0)
    counts: dict[Kind, Counts] = {}
    spam, inbox, placed = number.get("spam"), number.get("inbox"), number.get("placed")
    if spam is None and inbox is not None and placed is not None:
        spam = placed - inbox
    if placed is None and spam is not None and inbox is not None:
        placed = spam + inbox
    label = str(row.get("label") or "").strip().lower()
    if label in _BAD or label in _FINE:
        counts["spam"] = Counts(int(label in _BAD), 1)
    pairs: tuple[tuple[Kind, int | None, int | None], ...] = (
        ("spam", spam, placed),
        ("refused", number.get("refused"), sent),
        ("bounced", bounced, sent),
        ("complained", number.get("complained"), delivered if delivered is not None else sent),
        ("unsubscribed", number.get("unsubscribed"), delivered if delivered is not None else sent),
    )
    for kind, bad, of in pairs:
        if bad is not None and of:
            if not 0 <= bad <= of:
                raise ValueError(f"{TITLES[kind]}: {bad} of {of}")
            counts[kind] = Counts(bad, of)
    keys, hints = _keys(path, row)
    return Outcome(keys, counts, str(row.get("provider") or "").strip().lower()[:60], hints)


def _count(field: str, value: Any) -> int | None:
    """A column's count; None where it is empty. A share behind it, as in "5 (0.5%)", is left off."""
    text = str(value if value is not None else "").partition("(")[0].strip().replace(",", "")
    if not text or text.lower() in ("n/a", "na", "-", "null", "none"):
        return None
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        raise ValueError(f"{field} is {text[:40]!r}, not a count") from None


def _keys(path: str, row: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What surely tells the campaign, the most telling first, and what only hints at it."""

    def given(field: str) -> str:
        return str(row.get(field) or "").strip()

    keys: list[str] = []
    if given("path") or given("member"):
        place = given("path") or given("member")
        keys += path_keys(str(Path(path).parent), place, given("member") if given("path") else "")
    keys += [message_key(given("message_id")), campaign_key(given("campaign"))]
    hints = [campaign_key(given("name")), subject_key(given("subject"))]
    sure, hints = [key for key in keys if key], [key for key in hints if key]
    # Without anything better a name, and then a subject, has to do.
    return (tuple(sure), tuple(hints)) if sure else (tuple(hints[:1]), tuple(hints[1:]))
