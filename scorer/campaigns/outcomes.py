"""What happened to past campaigns: counts from any table, joined to their rows by id, Message-ID or path."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from scorer.campaigns.items import SourceError, shown
from scorer.campaigns.readers.tables import folded

Kind = Literal["spam", "refused", "complained", "bounced", "unsubscribed"]
KINDS: tuple[Kind, ...] = ("spam", "refused", "complained", "bounced", "unsubscribed")
TITLES: dict[Kind, str] = {
    "spam": "placed in spam",
    "refused": "refused by filters or policy",
    "complained": "complaints",
    "bounced": "bounced, all classes",
    "unsubscribed": "unsubscribed",
}
"""`spam` and `refused` together are the event that the risk is about; the others are its neighbours."""

# Folded names of columns, as Mailchimp's and SendGrid's exports and people's own tables have them.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "path": ("path", "file", "filename", "emlpath"),
    "member": ("member",),
    "campaign": ("campaign", "campaignid", "uniqueid", "singlesendid", "id"),
    "message_id": ("messageid",),
    "provider": ("provider", "mailboxprovider", "isp"),
    "label": ("label", "placement", "folder", "correction"),
    "sent": ("sent", "totalrecipients", "requests", "emailssent", "recipients", "processed"),
    "delivered": ("delivered", "successfuldeliveries"),
    "bounced": ("bounced", "bounces", "totalbounces"),
    "hard": ("hardbounces", "hardbounce", "bouncedhard", "badaddress"),
    "soft": ("softbounces", "softbounce", "bouncedsoft"),
    "refused": ("refused", "blocks", "blocked", "policybounces", "bouncedpolicy", "bouncedcontent"),
    "complained": ("complained", "complaints", "abusecomplaints", "spamreports", "abusereports"),
    "unsubscribed": ("unsubscribed", "unsubscribes"),
    "spam": ("spam", "inspam", "spamplaced", "spamfolder", "junk", "placedinspam"),
    "inbox": ("inbox", "ininbox", "inboxplaced", "placedininbox"),
    "placed": ("placed", "placements", "tested", "seeds", "n"),
}
_BAD = ("spam", "spam-folder", "spamfolder", "junk", "bad", "blocked", "rejected", "this was spam")
_FINE = ("inbox", "ham", "fine", "ok", "good", "delivered", "wanted", "promotions", "this was fine")


class Counts(msgspec.Struct, frozen=True):
    """`bad` of `of` for one kind of outcome."""

    bad: int
    of: int

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.bad + other.bad, self.of + other.of)


class Outcome(msgspec.Struct, frozen=True):
    """One line of a table of outcomes. `keys` are what a message's row may be found by."""

    keys: tuple[str, ...]
    counts: dict[Kind, Counts]
    provider: str = ""


class Observed(msgspec.Struct, frozen=True):
    """One campaign: what was predicted for it, why, and what happened.

    A campaign of several messages is predicted by the mean of its messages; a rule counts as found where at
    least half of them have it.
    """

    name: str
    subject: str
    sender: str
    date: str
    log_odds: float
    messages: int
    contributions: dict[str, float]
    findings: tuple[str, ...]
    counts: dict[Kind, Counts]
    by_provider: dict[str, dict[Kind, Counts]] = {}

    def event(self) -> Counts | None:
        """Counts of the event that the risk is about: placed in spam, or else refused."""
        return self.counts.get("spam") or self.counts.get("refused")


def read_outcomes(path: str) -> tuple[Outcome, ...]:
    """The outcomes of a CSV, TSV or JSON-lines file.

    Raises:
        SourceError: it cannot be read, or has no column to join by or none that counts; one line.
    """
    found: list[Outcome] = []
    names: dict[str, str] | None = None
    for number, row in _rows(path):
        if names is None or path.lower().endswith((".jsonl", ".ndjson")):
            names = _known(path, list(row))
        try:
            outcome = _outcome(path, {field: row.get(column) for field, column in names.items()})
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
    if path.lower().endswith((".jsonl", ".ndjson")):
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                try:
                    yield number, msgspec.json.decode(line, type=dict[str, Any])
                except msgspec.DecodeError as error:
                    raise SourceError(f"{path}, line {number}: {error}") from None
        return
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        yield from enumerate(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter), start=1)
    except csv.Error as error:
        raise SourceError(f"{path}: {error}") from None


def _known(path: str, names: list[str]) -> dict[str, str]:
    by_folded = {folded(str(name)): name for name in reversed(names)}
    known: dict[str, str] = {}
    for field, aliases in _COLUMNS.items():
        column = next((by_folded[alias] for alias in aliases if alias in by_folded), None)
        if column is not None:
            known[field] = column
    if not known.keys() & {"path", "member", "campaign", "message_id"}:
        raise SourceError(f"{path}: no column to join by (campaign, message_id or path)")
    if not known.keys() & {
        "label",
        "refused",
        "bounced",
        "hard",
        "complained",
        "unsubscribed",
        "spam",
        "inbox",
    }:
        raise SourceError(f"{path}: no column of outcomes (spam and placed, label, complained, bounced …)")
    return known


def _outcome(path: str, row: Mapping[str, Any]) -> Outcome:
    number = {field: _count(field, row.get(field)) for field in _COLUMNS if field in row}
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
    return Outcome(tuple(_keys(path, row)), counts, str(row.get("provider") or "").strip().lower()[:60])


def _count(field: str, value: Any) -> int | None:
    """A column's count; None where it is empty or is text (a label, an id)."""
    if field in ("path", "member", "campaign", "message_id", "provider", "label"):
        return None
    text = str(value if value is not None else "").strip().replace(",", "")
    if not text or text.lower() in ("n/a", "na", "-", "null", "none"):
        return None
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        raise ValueError(f"{field} is {text[:40]!r}, not a count") from None


def _keys(path: str, row: Mapping[str, Any]) -> Iterator[str]:
    """The most telling key first."""
    if given := str(row.get("path") or "").strip():
        member = str(row.get("member") or "").strip()
        ends = f"#{member}" if member else ""
        yield f"path:{os.path.realpath(Path(path).parent / given)}{ends}" if "\0" not in given else "path:"
        yield f"path:{os.path.realpath(given)}{ends}" if "\0" not in given else "path:"
        yield f"name:{given}{ends}"
    if given := str(row.get("message_id") or "").strip().strip("<>"):
        yield f"message-id:{given.lower()}"
    if given := str(row.get("campaign") or "").strip():
        yield f"campaign:{given.lower()}"


def _row_keys(row: Mapping[str, Any]) -> Iterator[str]:
    path, member = str(row["path"]), str(row.get("member") or "")
    ends = f"#{member}" if member else ""
    yield f"path:{os.path.realpath(path)}{ends}" if "\0" not in path else "path:"
    yield f"name:{path}{ends}"
    if member:
        yield f"name:{member}"
    if given := str(row.get("message_id") or "").strip().strip("<>"):
        yield f"message-id:{given.lower()}"
    if given := str(row.get("campaign") or "").strip().lower():
        yield f"campaign:{given}"
        # Services put their account's id before the campaign's.
        yield f"campaign:{given.rsplit('.', 1)[-1]}"


class Joined(msgspec.Struct, frozen=True):
    """The campaigns with both a prediction and an outcome, and what found no partner."""

    campaigns: tuple[Observed, ...]
    rows_without: int
    outcomes_without: int


def join(rows: Iterable[Mapping[str, Any]], outcomes: tuple[Outcome, ...]) -> Joined:
    """Match rows and outcomes. Outcomes that share a key (one for each provider) are one campaign's."""
    by_key: dict[str, int] = {}
    group: list[int] = []
    for number, outcome in enumerate(outcomes):
        met = next((by_key[key] for key in outcome.keys if key in by_key), number)
        group.append(group[met] if met < number else number)
        for key in outcome.keys:
            by_key.setdefault(key, group[number])
    matched: dict[int, list[Mapping[str, Any]]] = {}
    without = 0
    for row in rows:
        if "error" in row:
            continue
        found = next((by_key[key] for key in _row_keys(row) if key in by_key), None)
        if found is None:
            without += 1
        else:
            matched.setdefault(found, []).append(_slim(row))
    members: dict[int, list[Outcome]] = {}
    for number, outcome in enumerate(outcomes):
        members.setdefault(group[number], []).append(outcome)
    campaigns = tuple(_observed(matched[number], members[number]) for number in sorted(matched))
    return Joined(campaigns, without, len(members) - len(matched))


_USED = (
    "path",
    "member",
    "subject",
    "campaign",
    "from",
    "from_domain",
    "date",
    "log_odds",
    "contributions",
    "findings",
)


def _slim(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: row[name] for name in _USED if name in row}


def _observed(rows: list[Mapping[str, Any]], outcomes: list[Outcome]) -> Observed:
    first = rows[0]
    count = len(rows)
    contributions: dict[str, float] = {}
    found: dict[str, int] = {}
    for row in rows:
        for id, value in row.get("contributions", {}).items():
            contributions[id] = contributions.get(id, 0.0) + float(value) / count
        for rule in set(row.get("findings", ())):
            found[rule] = found.get(rule, 0) + 1
    total: dict[Kind, Counts] = {}
    by_provider: dict[str, dict[Kind, Counts]] = {}
    for outcome in outcomes:
        for kind, counts in outcome.counts.items():
            total[kind] = total.get(kind, Counts(0, 0)) + counts
            if outcome.provider:
                own = by_provider.setdefault(outcome.provider, {})
                own[kind] = own.get(kind, Counts(0, 0)) + counts
    ends = f"#{first['member']}" if first.get("member") else ""
    return Observed(
        name=shown(str(first.get("campaign") or f"{first['path']}{ends}")),
        subject=str(first.get("subject", "")),
        sender=str(first.get("from_domain") or first.get("from", "")),
        date=str(first.get("date", "")),
        log_odds=sum(float(row["log_odds"]) for row in rows) / count,
        messages=count,
        contributions=contributions,
        findings=tuple(sorted(rule for rule, times in found.items() if 2 * times >= count)),
        counts=total,
        by_provider=by_provider,
    )
